using System.Diagnostics.CodeAnalysis;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>Something that goes wrong, as plain data: a line of a fault plan. Equal faults on an equal run have equal effects.</summary>
public abstract record Fault
{
    /// <summary>What kind of fault, in kebab case: the row of the fault table it counts in.</summary>
    public abstract string Kind { get; }

    /// <summary>Checks what only the run can tell, such as whether the participants named are there, and all ranges.</summary>
    /// <param name="placement">All participants of the run, and on which node each of them is.</param>
    /// <exception cref="ArgumentException">Something is out of range; the message names the value and what is allowed.</exception>
    public abstract void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement);
}

/// <summary>A fault of one message, which its sender and its number name.</summary>
/// <param name="Sender">Who sent the message.</param>
/// <param name="Number">Its number among all that the sender sent in the run, from 1.</param>
public abstract record MessageFault(ParticipantId Sender, long Number) : Fault
{
    /// <summary>Does what the fault does to the message.</summary>
    /// <param name="passage">The message on its way.</param>
    /// <returns>Whether there was anything to strike; if not, it changed nothing and does not count.</returns>
    public abstract bool Strike(Passage passage);
}

/// <summary>A fault of participants, nodes, links, disks or clocks at a moment.</summary>
/// <param name="At">When, since the run began; at least zero.</param>
public abstract record TimedFault(TimeSpan At) : Fault
{
    /// <summary>The moment at which nothing of the fault is left but its consequences.</summary>
    public abstract TimeSpan Until { get; }

    /// <summary>Does what the fault does.</summary>
    /// <param name="world">What it can touch.</param>
    /// <returns>Whether there was anything to strike; if not, it changed nothing and does not count.</returns>
    public abstract bool Strike(IFaultyWorld world);
}

/// <summary>A message on its way, for a <see cref="MessageFault"/> to change. Reused: valid during one call.</summary>
public sealed class Passage
{
    /// <summary>Messages of each sender that can still be had by <see cref="Earlier"/>, the one under way among them.</summary>
    public const int Remembered = 8;

    /// <summary>The message as it left.</summary>
    public Sending Sending { get; internal set; }

    /// <summary>Whom it will seem to come from.</summary>
    public ParticipantId Sender { get; set; }

    /// <summary>What will arrive.</summary>
    [AllowNull]
    public Message Message { get; set; }

    /// <summary>The message that the sender sent under an earlier number; null when it is more than <see cref="Remembered"/> back.</summary>
    public Func<long, Message?> Earlier { get; internal set; } = _ => null;

    /// <summary>Whether it never arrives.</summary>
    public bool IsLost { get; set; }

    /// <summary>How much longer than its links take it is under way; at least zero.</summary>
    public TimeSpan Extra { get; set; }

    /// <summary>When a second copy follows the first, or null for none.</summary>
    public TimeSpan? CopyAfter { get; set; }
}

/// <summary>What timed faults can touch in a simulation.</summary>
public interface IFaultyWorld
{
    /// <summary>Virtual time since the run began.</summary>
    TimeSpan Now { get; }

    /// <summary>The disk under the snapshots; null when the run has none that can fail.</summary>
    SimulatedDisk? Disk { get; }

    /// <summary>All participants, and on which node each of them is.</summary>
    IReadOnlyList<(ParticipantId Participant, int Node)> Placement { get; }

    /// <summary>Kills a participant without a word and has it rebuilt later.</summary>
    /// <param name="participant">Whom.</param>
    /// <param name="downFor">How long it is gone; at least zero.</param>
    /// <param name="forgets">Whether it is rebuilt elsewhere, where nothing but its stored snapshot is known of it.</param>
    /// <returns>False when it was given up before: then nothing happens.</returns>
    bool Crash(ParticipantId participant, TimeSpan downFor, bool forgets);

    /// <summary>Has a participant do nothing for a while; what arrives waits, timers too.</summary>
    void Pause(ParticipantId participant, TimeSpan duration);

    /// <summary>Adds a rule by which messages are lost; it ends by its own <paramref name="until"/>.</summary>
    /// <param name="until">When it ends.</param>
    /// <param name="blocks">Whether a message from the first to the second is lost.</param>
    void Block(TimeSpan until, Func<ParticipantId, ParticipantId, bool> blocks);

    /// <summary>Sets a participant's clock.</summary>
    /// <param name="participant">Whose.</param>
    /// <param name="offset">How far it is ahead; negative: behind.</param>
    /// <param name="rate">How fast it runs: 1 is right, 2 twice as fast. More than zero.</param>
    void SetClock(ParticipantId participant, TimeSpan offset, double rate);

    /// <summary>Does something later, such as putting right what a fault made wrong for a while.</summary>
    void After(TimeSpan delay, Action then);
}

/// <summary>Says what goes wrong in one run.</summary>
public interface IFaultSource
{
    /// <summary>Faults at known moments, in any order.</summary>
    IEnumerable<TimedFault> Timed { get; }

    /// <summary>The fault of a message that is leaving, or null.</summary>
    MessageFault? Of(in Sending sending);

    /// <summary>Checks all faults that are known beforehand.</summary>
    /// <exception cref="ArgumentException">A fault is out of range; the message says which, and what is allowed.</exception>
    void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        foreach (TimedFault fault in Timed)
        {
            fault.Validate(placement);
        }
    }
}

/// <summary>Nothing goes wrong.</summary>
public sealed class NoFaults : IFaultSource
{
    /// <inheritdoc/>
    public IEnumerable<TimedFault> Timed => [];

    /// <inheritdoc/>
    public MessageFault? Of(in Sending sending) => null;
}
