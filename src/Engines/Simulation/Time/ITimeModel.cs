using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// How long things take in virtual time. Answers depend on the arguments and the seed only, never on the order of the
/// questions, so that a run with one fault fewer keeps the times of all that did not change.
/// </summary>
public interface ITimeModel
{
    /// <summary>Whether anyone computes for longer than zero; when false, <see cref="ComputingTime"/> is not asked.</summary>
    bool TakesComputingTime { get; }

    /// <summary>Whether anyone is ever unavailable; when false, <see cref="AvailableFrom"/> is not asked.</summary>
    bool HasAbsences { get; }

    /// <summary>How long a participant computes on one entry before its effects take place; at least zero.</summary>
    /// <param name="participant">Who computes.</param>
    /// <param name="now">When it begins.</param>
    /// <param name="entry">Counts the participant's entries in the run, from 1.</param>
    /// <param name="message">What it was entered with; null for a start or a timer.</param>
    TimeSpan ComputingTime(ParticipantId participant, TimeSpan now, long entry, Message? message);

    /// <summary>How long a message is under way; at least zero.</summary>
    TimeSpan DeliveryTime(in Sending sending);

    /// <summary>When a participant next takes anything in: <paramref name="now"/>, or later while it is unavailable.</summary>
    TimeSpan AvailableFrom(ParticipantId participant, TimeSpan now);
}

/// <summary>A message as it leaves its sender.</summary>
/// <param name="Sender">Who sent it.</param>
/// <param name="Number">Its number among all that its sender sent in the run, from 1. With the sender it names the message.</param>
/// <param name="Receiver">To whom.</param>
/// <param name="Message">What.</param>
/// <param name="At">When it left.</param>
public readonly record struct Sending(ParticipantId Sender, long Number, ParticipantId Receiver, Message Message, TimeSpan At);

/// <summary>Nobody computes for any time, and every message is under way equally long.</summary>
/// <param name="delivery">How long; more than zero, so that virtual time goes on.</param>
public sealed class ConstantTime(TimeSpan delivery) : ITimeModel
{
    /// <inheritdoc/>
    public bool TakesComputingTime => false;

    /// <inheritdoc/>
    public bool HasAbsences => false;

    /// <inheritdoc/>
    public TimeSpan ComputingTime(ParticipantId participant, TimeSpan now, long entry, Message? message) => TimeSpan.Zero;

    /// <inheritdoc/>
    public TimeSpan DeliveryTime(in Sending sending) => delivery;

    /// <inheritdoc/>
    public TimeSpan AvailableFrom(ParticipantId participant, TimeSpan now) => now;
}
