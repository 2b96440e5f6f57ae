using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// A worker reacts to every request that is not older than the last one it answered, by an answer to that request or by asking
/// for its state; it answers nothing else.
/// </summary>
/// <remarks>
/// Older means of a lower epoch, or a lower sequence number in the same; compared here by itself, so as to catch a wrong
/// comparison of requests too. A worker that rejects the request, throws or is killed owes no answer; a new incarnation has
/// answered nothing yet.
/// </remarks>
/// <param name="workers">Number of workers, N.</param>
public sealed class AnswerChecker(int workers) : Checker("answers")
{
    private readonly RequestId[] _answered = new RequestId[workers];
    private readonly RequestId?[] _request = new RequestId?[workers]; // that it was last entered with, when that was one
    private readonly bool[] _owes = new bool[workers];

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry)
    {
        if (entry.Participant.Role != Role.Worker || (uint)entry.Participant.Index >= (uint)workers)
        {
            return;
        }

        int worker = entry.Participant.Index;
        switch (entry.Kind)
        {
            case EntryKind.Started:
                _answered[worker] = RequestId.None;
                _owes[worker] = false;
                break;
            case EntryKind.Received or EntryKind.TimerElapsed when _owes[worker]:
                throw Broken($"worker-{worker} did not react to request {_request[worker]}; the last one it answered is {_answered[worker]}, "
                    + "and one that is not older needs an answer or a question.");
        }

        _request[worker] = entry.Sender.Role == Role.Master ? (entry.What as StarMessage.WorkRequested)?.Id : null;
        if (_request[worker] is RequestId id)
        {
            Checks++;
            _owes[worker] = !IsOlder(id, _answered[worker]);
        }
    }

    /// <inheritdoc/>
    public override void Sent(in Sending sending)
    {
        if (sending.Sender.Role != Role.Worker || (uint)sending.Sender.Index >= (uint)workers)
        {
            return;
        }

        int worker = sending.Sender.Index;
        _owes[worker] = false;
        if (sending.Message is StarMessage.WorkReported report)
        {
            if (report.Id != _request[worker])
            {
                throw Broken($"worker-{worker} answered request {report.Id}; it was entered with {_request[worker]?.ToString() ?? "none"}.");
            }

            if (IsOlder(report.Id, _answered[worker]))
            {
                throw Broken($"worker-{worker} answered request {report.Id} after {_answered[worker]}, which made it void.");
            }

            _answered[worker] = report.Id;
        }
    }

    /// <inheritdoc/>
    public override void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        if (supervisionEvent.Participant is { Role: Role.Worker, Index: int worker } && (uint)worker < (uint)workers)
        {
            _owes[worker] = false; // it rejected the request, threw, or was stopped
        }
    }

    private static bool IsOlder(RequestId left, RequestId right) =>
        left.Epoch != right.Epoch ? left.Epoch < right.Epoch : left.Sequence < right.Sequence;
}
