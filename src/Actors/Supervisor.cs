using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>
/// Decides what becomes of participants that throw and of senders that break the protocol. One for all participants of a
/// run that share a process; it keeps the counts, knows no clock, and may be called from any thread.
/// </summary>
/// <param name="policy">The limits.</param>
public sealed class Supervisor(SupervisionPolicy policy)
{
    private const string WayOut = "Its last good snapshot is kept: make room or repair the store, then resume the run.";

    private readonly Lock _gate = new();
    private readonly Dictionary<ParticipantId, List<Rebuild>> _rebuilds = [];
    private readonly Dictionary<ParticipantId, int> _violations = [];

    private readonly record struct Rebuild(TimeSpan At, bool IsArithmetic);

    /// <summary>A participant rejected a message and kept its state.</summary>
    /// <param name="receiver">Who rejected it.</param>
    /// <param name="sender">Whose message it was, as the engine knows it.</param>
    /// <param name="message">The rejected message. Lifecycle messages are the engine's and count against nobody.</param>
    /// <param name="violation">Why it was rejected.</param>
    public SupervisionDecision Violated(
        ParticipantId receiver, ParticipantId sender, Message message, ProtocolViolationException violation)
    {
        if (message is LifecycleMessage)
        {
            return new SupervisionDecision(
                new SupervisionEvent(SupervisionAction.Dropped, receiver, violation.Message, Sender: null, violation));
        }

        return Count(receiver, sender, violation);
    }

    /// <summary>Something came that is no message: it could not be handed over.</summary>
    /// <param name="receiver">To whom it came.</param>
    /// <param name="sender">Who sent it, as far as it says so.</param>
    /// <param name="fault">Why it is none.</param>
    public SupervisionDecision Poisoned(ParticipantId receiver, ParticipantId? sender, Exception fault) => sender is { } known
        ? Count(receiver, known, fault)
        : new SupervisionDecision(new SupervisionEvent(SupervisionAction.Dropped, receiver, fault.Message, Sender: null, fault));

    private SupervisionDecision Count(ParticipantId receiver, ParticipantId sender, Exception violation)
    {
        int count;
        lock (_gate)
        {
            count = _violations[sender] = _violations.GetValueOrDefault(sender) + 1;
        }

        string reason = $"{violation.Message} (violation {count} by {sender}; at {policy.MaxViolations} it is stopped)";
        if (sender.Role == Role.Master && count >= policy.MaxViolations)
        {
            return FailRun(receiver, $"The master broke the protocol {count} times and a run cannot go on without it: {reason}", violation, sender);
        }

        SupervisionEvent dropped = new(SupervisionAction.Dropped, receiver, reason, sender, violation);
        return new SupervisionDecision(dropped, StopsSender: count == policy.MaxViolations);
    }

    /// <summary>A participant threw, or could not be built; its state is not trusted any more.</summary>
    /// <param name="participant">Which one.</param>
    /// <param name="failure">What it threw.</param>
    /// <param name="now">Time since the run began.</param>
    public SupervisionDecision Failed(ParticipantId participant, Exception failure, TimeSpan now)
    {
        if (failure is OvertakenException)
        {
            return Overtaken(participant, failure);
        }

        string what = $"{participant} threw {failure.GetType().Name}: {failure.Message}";
        bool isArithmetic = failure is ArithmeticException;
        if (TryRestart(participant, what, failure, isArithmetic, now, out string spent) is { } restarting)
        {
            return restarting;
        }

        return isArithmetic || policy.OnGiveUp == GiveUpAction.FailRun || participant.Role == Role.Master
            ? FailRun(participant, what + spent, failure)
            : new SupervisionDecision(
                new SupervisionEvent(SupervisionAction.Stopped, participant, what + spent, Sender: null, failure));
    }

    /// <summary>
    /// A snapshot could not be stored. The participant is ahead of what would survive a crash and has told nobody yet, so it
    /// is rebuilt from its last good one, as after any failure; a store that goes on failing fails the run.
    /// </summary>
    /// <param name="participant">Whose snapshot.</param>
    /// <param name="failure">What went wrong; a store's message names the place.</param>
    /// <param name="now">Time since the run began.</param>
    public SupervisionDecision StoreFailed(ParticipantId participant, Exception failure, TimeSpan now) => failure is OvertakenException
        ? Overtaken(participant, failure)
        : TryRestart(participant, NotStored(participant, failure), failure, isArithmetic: false, now, out string spent)
        ?? FailRun(participant, $"{NotStored(participant, failure)} {WayOut}{spent}", failure);

    /// <summary>
    /// Somebody else goes on with the participant: to rebuild it here would take it back. Where a run has one process, this one fails;
    /// an engine that shares a run with others lets go of the participant instead.
    /// </summary>
    private static SupervisionDecision Overtaken(ParticipantId participant, Exception failure) => FailRun(participant, failure.Message, failure);

    /// <summary>A snapshot could not be taken or stored at the end of a run: no restart would bring it back.</summary>
    /// <param name="participant">Whose snapshot.</param>
    /// <param name="failure">What went wrong; a store's message names the place.</param>
    public static SupervisionDecision SnapshotLost(ParticipantId participant, Exception failure) => failure is OvertakenException
        ? Overtaken(participant, failure)
        : FailRun(participant, $"{NotStored(participant, failure)} {WayOut}", failure);

    private static string NotStored(ParticipantId participant, Exception failure) =>
        $"The snapshot of {participant} could not be stored: {failure.Message}";

    /// <summary>Counts a failure and grants a restart.</summary>
    /// <param name="participant">Who failed.</param>
    /// <param name="what">What happened, in words.</param>
    /// <param name="failure">The exception.</param>
    /// <param name="isArithmetic">Which limit counts.</param>
    /// <param name="now">Time since the run began.</param>
    /// <param name="spent">When none is granted: how many were, in words that follow others.</param>
    /// <returns>Null when the limit is reached.</returns>
    private SupervisionDecision? TryRestart(
        ParticipantId participant, string what, Exception failure, bool isArithmetic, TimeSpan now, out string spent)
    {
        int sameKind;
        int all;
        lock (_gate)
        {
            if (!_rebuilds.TryGetValue(participant, out List<Rebuild>? rebuilds))
            {
                _rebuilds[participant] = rebuilds = [];
            }

            rebuilds.RemoveAll(rebuild => now - rebuild.At >= policy.Window);
            all = rebuilds.Count;
            sameKind = rebuilds.Count(rebuild => rebuild.IsArithmetic == isArithmetic);
            rebuilds.Add(new Rebuild(now, isArithmetic));
        }

        int limit = isArithmetic ? policy.MaxArithmeticRestarts : policy.MaxRestarts;
        spent = $" (after {sameKind} restarts within {policy.Window}; at most {limit} are allowed)";
        if (sameKind >= limit)
        {
            return null;
        }

        TimeSpan delay = BackOff(all);
        string reason = $"{what} (restart {sameKind + 1} of at most {limit} within {policy.Window}, after {delay})";
        return new SupervisionDecision(
            new SupervisionEvent(SupervisionAction.Restarting, participant, reason, Sender: null, failure), delay);
    }

    private static SupervisionDecision FailRun(
        ParticipantId participant, string reason, Exception failure, ParticipantId? sender = null) =>
        new(new SupervisionEvent(SupervisionAction.FailedRun, participant, reason, sender, failure));

    private TimeSpan BackOff(int rebuildsBefore)
    {
        double ticks = policy.InitialBackOff.Ticks * Math.Pow(2, rebuildsBefore);
        return ticks < policy.MaxBackOff.Ticks ? TimeSpan.FromTicks((long)ticks) : policy.MaxBackOff;
    }
}
