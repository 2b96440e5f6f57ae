using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>A timed fault that is over after a while.</summary>
/// <param name="At">When, since the run began; at least zero.</param>
/// <param name="Duration">How long it lasts; at least zero.</param>
public abstract record LastingFault(TimeSpan At, TimeSpan Duration) : TimedFault(At), ILastingFault
{
    /// <inheritdoc/>
    public sealed override TimeSpan Until => Duration > TimeSpan.MaxValue - At ? TimeSpan.MaxValue : At + Duration;

    TimeSpan ILastingFault.Lasts => Duration;

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        Require.NotNegative(this, At, "moment");
        Require.NotNegative(this, Duration, "duration");
    }

    Fault ILastingFault.Lasting(TimeSpan duration) => this with { Duration = duration };

    private protected string Moment => $"at {DurationText.Format(At)}";

    private protected string Period => $"for {DurationText.Format(Duration)}";
}

/// <summary>A participant, perhaps the master, is killed without a word and rebuilt on the same node.</summary>
/// <param name="At">When.</param>
/// <param name="Participant">Who.</param>
/// <param name="Duration">How long it is gone.</param>
public sealed record Crash(TimeSpan At, ParticipantId Participant, TimeSpan Duration) : LastingFault(At, Duration)
{
    /// <inheritdoc/>
    public override string Kind => Participant.Role == Role.Master ? FaultKinds.MasterCrash : FaultKinds.Crash;

    /// <inheritdoc/>
    public override bool Strike(IFaultyWorld world) => world.Crash(Participant, Duration, forgets: false);

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        base.Validate(placement);
        Require.Known(this, Participant, placement);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Moment} crash {Participant} {Period}";
}

/// <summary>A node dies with all its participants. They are rebuilt elsewhere, where only what is stored is known of them.</summary>
/// <param name="At">When.</param>
/// <param name="Node">Which node, from 0.</param>
/// <param name="Duration">How long its participants are gone.</param>
public sealed record NodeCrash(TimeSpan At, int Node, TimeSpan Duration) : LastingFault(At, Duration)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.NodeCrash;

    /// <inheritdoc/>
    public override bool Strike(IFaultyWorld world)
    {
        bool strikes = false;
        foreach ((ParticipantId participant, int node) in world.Placement)
        {
            strikes |= node == Node && world.Crash(participant, Duration, forgets: true);
        }

        return strikes;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        base.Validate(placement);
        Require.InRange(this, Node, "node", 0, placement.Max(place => place.Node));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Moment} crash node {Node} {Period}";
}

/// <summary>A participant does nothing for a while, as in a long garbage collection or on a suspended machine; what arrives waits.</summary>
/// <param name="At">When.</param>
/// <param name="Participant">Who.</param>
/// <param name="Duration">How long.</param>
public sealed record Pause(TimeSpan At, ParticipantId Participant, TimeSpan Duration) : LastingFault(At, Duration)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.Pause;

    /// <inheritdoc/>
    public override bool Strike(IFaultyWorld world)
    {
        world.Pause(Participant, Duration);
        return true;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        base.Validate(placement);
        Require.Known(this, Participant, placement);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Moment} pause {Participant} {Period}";
}
