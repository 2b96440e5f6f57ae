using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Star;

/// <summary>Answers the master's requests. Keeps nothing that the master could not give it again.</summary>
/// <param name="rule">What the work is.</param>
/// <param name="incarnation">1 when it is new and the master knows it; more when it was rebuilt and must speak up.</param>
/// <param name="askAgainAfter">How long a worker without state waits before it asks (again); more than zero.</param>
public sealed class StarWorker(IStarWorkerRule rule, int incarnation, TimeSpan askAgainAfter) : IParticipant
{
    private const string AskAgain = "ask-again";

    private StarBody? _state;             // after the last request handled
    private StarBody? _stateBefore;       // before it: one step of rollback
    private RequestId _handled;           // the last request handled
    private RequestId _handledBefore;     // the request that led to _stateBefore
    private StarMessage.WorkReported? _answer;

    /// <inheritdoc/>
    public void Start(Outbox outbox)
    {
        if (incarnation > 1)
        {
            AskForState(outbox);
        }
        else
        {
            outbox.StartTimer(AskAgain, askAgainAfter);
        }
    }

    /// <inheritdoc/>
    public void Receive(ParticipantId sender, Message message, Outbox outbox)
    {
        if (message is StarMessage.NothingDue && sender == ParticipantId.Master)
        {
            outbox.CancelTimer(AskAgain);
            return;
        }

        if (message is not StarMessage.WorkRequested request || sender != ParticipantId.Master)
        {
            throw new ProtocolViolationException(sender, message, "a worker takes only requests, and only from the master.");
        }

        if (request.Id < _handled)
        {
            return; // superseded
        }

        if (request.Id == _handled && _answer is not null)
        {
            outbox.Send(sender, _answer);
            return;
        }

        if (StateFor(request) is not StarBody state)
        {
            AskForState(outbox);
            return;
        }

        if (rule.ObjectionTo(state, request.Work) is string objection)
        {
            throw new ProtocolViolationException(sender, message, objection);
        }

        (StarBody next, StarBody report) = rule.Do(state, request.Work);
        (_stateBefore, _handledBefore) = (state, request.Previous);
        (_state, _handled) = (next, request.Id);
        _answer = new StarMessage.WorkReported { Id = request.Id, Report = report };
        outbox.CancelTimer(AskAgain);
        outbox.Send(sender, _answer);
    }

    /// <inheritdoc/>
    public void TimerElapsed(string timer, Outbox outbox) => AskForState(outbox);

    /// <inheritdoc/>
    public Snapshot? TakeSnapshot() => null;

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() =>
    [
        new("handled", FlatVector.Of(_handled.Epoch, _handled.Sequence), IsDurable: false),
        new("has-state", FlatVector.Of(_state is null ? 0 : 1), IsDurable: false),
    ];

    private StarBody? StateFor(StarMessage.WorkRequested request) =>
        request.State is not null ? request.State
        : request.Previous == _handled ? _state
        : request.Previous == _handledBefore ? _stateBefore
        : null;

    private void AskForState(Outbox outbox)
    {
        outbox.Send(ParticipantId.Master, new StarMessage.StateAsked());
        outbox.StartTimer(AskAgain, askAgainAfter);
    }
}
