using System.Collections.Immutable;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>
/// All that goes wrong in a run, said beforehand: a list of faults, one line each, such as <c>at 3.2s crash worker-1 for 400ms</c>
/// or <c>message worker-2#17 lost</c>. What is written is read back to the tick.
/// </summary>
public sealed class FaultPlan : IEquatable<FaultPlan>
{
    /// <summary>A plan of these faults.</summary>
    public FaultPlan(IEnumerable<Fault> faults) => Faults = [.. faults];

    /// <summary>Nothing goes wrong.</summary>
    public static FaultPlan None { get; } = new([]);

    /// <summary>The faults. Of timed ones at the same moment the first strikes first.</summary>
    public ImmutableArray<Fault> Faults { get; }

    /// <summary>The faults, a line each.</summary>
    public IEnumerable<string> Lines => Faults.Select(fault => fault.ToString());

    /// <summary>Reads what <see cref="Lines"/> writes; words may be further apart, and blank lines are left out.</summary>
    /// <exception cref="FormatException">The message names the line and the word that are wrong, and what is allowed there.</exception>
    public static FaultPlan Parse(IEnumerable<string> lines)
    {
        List<Fault> faults = [];
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                faults.Add(FaultLine.Parse(line));
            }
            catch (FormatException wrong)
            {
                throw new FormatException($"Line {number} of the fault plan, '{line.Trim()}': {wrong.Message}.", wrong);
            }
        }

        return new FaultPlan(faults);
    }

    /// <summary>Checks every fault against the run it is for.</summary>
    /// <param name="placement">All participants of the run, and on which node each of them is.</param>
    /// <exception cref="ArgumentException">A fault is out of range, or a message has two; the message says which, and what is allowed.</exception>
    public void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        Dictionary<(ParticipantId, long), Fault> messages = [];
        foreach (Fault fault in Faults)
        {
            fault.Validate(placement);
            if (fault is MessageFault message && !messages.TryAdd((message.Sender, message.Number), fault))
            {
                throw new ArgumentException(
                    $"The faults '{messages[(message.Sender, message.Number)]}' and '{fault}' are of one message; it can have only one.");
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(FaultPlan? other) => other is not null && Faults.SequenceEqual(other.Faults);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FaultPlan);

    /// <inheritdoc/>
    public override int GetHashCode() => Faults.Length;

    /// <summary>The lines as one text.</summary>
    public override string ToString() => string.Join('\n', Lines);
}

/// <summary>Plays a plan, and where it says nothing of a message, what another source says.</summary>
/// <param name="plan">What goes wrong.</param>
/// <param name="others">What else does; null for nothing. Its timed faults strike too.</param>
public sealed class PlannedFaults(FaultPlan plan, IFaultSource? others = null) : IFaultSource
{
    private readonly Dictionary<(ParticipantId, long), MessageFault> _ofMessages = plan.Faults.OfType<MessageFault>()
        .DistinctBy(fault => (fault.Sender, fault.Number)).ToDictionary(fault => (fault.Sender, fault.Number));

    /// <inheritdoc/>
    public IEnumerable<TimedFault> Timed => plan.Faults.OfType<TimedFault>().Concat(others?.Timed ?? []);

    /// <inheritdoc/>
    public MessageFault? Of(in Sending sending) =>
        _ofMessages.TryGetValue((sending.Sender, sending.Number), out MessageFault? fault) ? fault : others?.Of(sending);

    /// <inheritdoc/>
    public void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        plan.Validate(placement);
        others?.Validate(placement);
    }
}
