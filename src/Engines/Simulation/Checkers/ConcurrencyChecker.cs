using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Engines.Simulation;

/// <summary>No more workers are under way at a time than may be: asked by this incarnation of the master, not answered, and not lost.</summary>
/// <param name="workers">Number of workers, N.</param>
/// <param name="most">Most workers under way; the size of a cohort, or the concurrency.</param>
public sealed class ConcurrencyChecker(int workers, int most) : Checker("concurrency")
{
    private readonly RequestId[] _asked = new RequestId[workers]; // last
    private readonly bool[] _isOpen = new bool[workers];
    private int _open;
    private int _justAnswered = -1;

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry)
    {
        if (StartsMaster(entry))
        {
            Array.Clear(_isOpen);
            _open = 0;
        }

        if (entry.Participant.Role == Role.Master)
        {
            _justAnswered = -1;
            if (entry is { What: StarMessage.WorkReported report, Sender: { Role: Role.Worker, Index: int worker } }
                && (uint)worker < (uint)workers && _isOpen[worker] && report.Id == _asked[worker])
            {
                Set(worker, isOpen: false);
                _justAnswered = worker;
            }
        }
    }

    /// <inheritdoc/>
    public override void Sent(in Sending sending)
    {
        if (sending.Message is StarMessage.WorkRequested request && sending.Sender.Role == Role.Master
            && (uint)sending.Receiver.Index < (uint)workers && request.Id != _asked[sending.Receiver.Index])
        {
            Checks++;
            _asked[sending.Receiver.Index] = request.Id;
            Set(sending.Receiver.Index, isOpen: true);
            if (_open > most)
            {
                throw Broken($"request {request.Id} to worker-{sending.Receiver.Index} made {_open} workers under way; at most {most} may be.");
            }
        }
    }

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        if (observation is WorkerObserved { Change: WorkerChange.Lost } lost && (uint)lost.Worker < (uint)workers)
        {
            Set(lost.Worker, isOpen: false);
        }
    }

    /// <inheritdoc/>
    public override void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        if (supervisionEvent.Action == SupervisionAction.Dropped && supervisionEvent.Participant.Role == Role.Master && _justAnswered >= 0)
        {
            Set(_justAnswered, isOpen: true); // the master rejected it
            _justAnswered = -1;
        }
    }

    private void Set(int worker, bool isOpen)
    {
        _open += (isOpen ? 1 : 0) - (_isOpen[worker] ? 1 : 0);
        _isOpen[worker] = isOpen;
    }
}
