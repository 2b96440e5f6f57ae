using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>A message never arrives.</summary>
/// <inheritdoc/>
public sealed record Loss(ParticipantId Sender, long Number) : MessageFault(Sender, Number)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.Loss;

    /// <inheritdoc/>
    public override bool Strike(Passage passage) => passage.IsLost = true;

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement) => MessageFaults.Validate(this, placement);

    /// <inheritdoc/>
    public override string ToString() => $"{MessageFaults.Name(this)} lost";
}

/// <summary>
/// A message is damaged on its way. Engines carry messages unaltered or not at all: the transport's checksum discards it, so that
/// the participants see a loss.
/// </summary>
/// <inheritdoc/>
public sealed record Corruption(ParticipantId Sender, long Number) : MessageFault(Sender, Number)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.Corruption;

    /// <inheritdoc/>
    public override bool Strike(Passage passage) => passage.IsLost = true;

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement) => MessageFaults.Validate(this, placement);

    /// <inheritdoc/>
    public override string ToString() => $"{MessageFaults.Name(this)} corrupted";
}

/// <summary>A message arrives twice.</summary>
/// <param name="Sender">Who sent it.</param>
/// <param name="Number">Its number.</param>
/// <param name="Delay">How long after the first the copy arrives; at least zero.</param>
public sealed record Duplication(ParticipantId Sender, long Number, TimeSpan Delay) : MessageFault(Sender, Number), ILastingFault
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.Duplication;

    TimeSpan ILastingFault.Lasts => Delay;

    /// <inheritdoc/>
    public override bool Strike(Passage passage)
    {
        passage.CopyAfter = Delay;
        return true;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        MessageFaults.Validate(this, placement);
        Require.NotNegative(this, Delay, "delay");
    }

    Fault ILastingFault.Lasting(TimeSpan duration) => this with { Delay = duration };

    /// <inheritdoc/>
    public override string ToString() => $"{MessageFaults.Name(this)} duplicated after {DurationText.Format(Delay)}";
}

/// <summary>A message is held up, so that later ones overtake it.</summary>
/// <param name="Sender">Who sent it.</param>
/// <param name="Number">Its number.</param>
/// <param name="Delay">How much longer than its link takes it is under way; at least zero.</param>
public sealed record Reordering(ParticipantId Sender, long Number, TimeSpan Delay) : MessageFault(Sender, Number), ILastingFault
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.Reordering;

    TimeSpan ILastingFault.Lasts => Delay;

    /// <inheritdoc/>
    public override bool Strike(Passage passage)
    {
        passage.Extra = Delay;
        return true;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        MessageFaults.Validate(this, placement);
        Require.NotNegative(this, Delay, "delay");
    }

    Fault ILastingFault.Lasting(TimeSpan duration) => this with { Delay = duration };

    /// <inheritdoc/>
    public override string ToString() => $"{MessageFaults.Name(this)} delayed by {DurationText.Format(Delay)}";
}

/// <summary>What message faults have in common.</summary>
internal static class MessageFaults
{
    public static string Name(MessageFault fault) => $"message {fault.Sender}#{fault.Number}";

    public static void Validate(MessageFault fault, IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        Require.Known(fault, fault.Sender, placement);
        Require.InRange(fault, fault.Number, "message number", 1);
    }
}
