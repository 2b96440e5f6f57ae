using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>Writes of a participant's snapshots take long for a while. The last setting holds: the end of one ends all.</summary>
/// <param name="At">When.</param>
/// <param name="Participant">Whose.</param>
/// <param name="Delay">How long each write takes; at least zero.</param>
/// <param name="Duration">How long that goes on.</param>
public sealed record SlowDisk(TimeSpan At, ParticipantId Participant, TimeSpan Delay, TimeSpan Duration) : LastingFault(At, Duration)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.SlowDisk;

    /// <inheritdoc/>
    public override bool Strike(IFaultyWorld world)
    {
        if (world.Disk is not { } disk)
        {
            return false;
        }

        disk.SlowWrites(Participant, Delay);
        world.After(Duration, () => disk.SlowWrites(Participant, TimeSpan.Zero));
        return true;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        base.Validate(placement);
        Require.Known(this, Participant, placement);
        Require.NotNegative(this, Delay, "delay");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Moment} slow disk {Participant} by {DurationText.Format(Delay)} {Period}";
}

/// <summary>Something that happens to a participant's snapshots once.</summary>
/// <param name="At">When; at least zero.</param>
/// <param name="Participant">Whose.</param>
public abstract record DiskFault(TimeSpan At, ParticipantId Participant) : TimedFault(At)
{
    /// <inheritdoc/>
    public sealed override TimeSpan Until => At;

    /// <inheritdoc/>
    public sealed override bool Strike(IFaultyWorld world) => world.Disk is { } disk && Strike(disk);

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        Require.NotNegative(this, At, "moment");
        Require.Known(this, Participant, placement);
    }

    private protected string Moment => $"at {DurationText.Format(At)}";

    private protected abstract bool Strike(SimulatedDisk disk);
}

/// <summary>The next write of a participant's snapshot fails; its last good one stays.</summary>
/// <inheritdoc/>
public sealed record FailedWrite(TimeSpan At, ParticipantId Participant) : DiskFault(At, Participant)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.FailedWrite;

    private protected override bool Strike(SimulatedDisk disk)
    {
        disk.FailNextWrite(Participant);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Moment} fail write {Participant}";
}

/// <summary>Of the next snapshot only the beginning reaches the disk, though it is reported as stored.</summary>
/// <param name="At">When.</param>
/// <param name="Participant">Whose.</param>
/// <param name="KeptBytes">Length of the beginning; at least 0.</param>
public sealed record TornWrite(TimeSpan At, ParticipantId Participant, int KeptBytes) : DiskFault(At, Participant)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.TornWrite;

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        base.Validate(placement);
        Require.InRange(this, KeptBytes, "number of bytes kept", 0);
    }

    private protected override bool Strike(SimulatedDisk disk)
    {
        disk.TearNextWrite(Participant, KeptBytes);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Moment} tear write {Participant} after {KeptBytes} bytes";
}

/// <summary>One bit of the newest of several snapshots flips. An only copy is spared: nothing could be done about its loss.</summary>
/// <param name="At">When.</param>
/// <param name="Participant">Whose.</param>
/// <param name="Bit">Which bit, from 0, counted round and round the file.</param>
public sealed record FlippedBit(TimeSpan At, ParticipantId Participant, long Bit) : DiskFault(At, Participant)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.FlippedBit;

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        base.Validate(placement);
        Require.InRange(this, Bit, "bit", 0);
    }

    private protected override bool Strike(SimulatedDisk disk)
    {
        if (disk.List(Participant).Count(name => !name.EndsWith(ISnapshotFiles.UnfinishedEnding, StringComparison.Ordinal)) < 2)
        {
            return false;
        }

        disk.FlipBitInNewest(Participant, Bit);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Moment} flip bit {Bit} of {Participant}";
}
