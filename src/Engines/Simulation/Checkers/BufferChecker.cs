using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// Every step takes K reports: all that arrived since the last one as answers to the newest request to their workers, each of them once,
/// and as old as it is.
/// </summary>
/// <remarks>A model of the buffer beside the master. What arrived and was rejected does not count; a new incarnation of the master begins with nothing.</remarks>
/// <param name="workers">Number of workers, N.</param>
/// <param name="size">K; at least 1.</param>
public sealed class BufferChecker(int workers, int size) : Checker("buffer")
{
    private readonly (RequestId Id, long Step, bool IsOpen)[] _asked = new (RequestId, long, bool)[workers];
    private readonly List<(int Worker, long Step)> _buffer = []; // in order of arrival; the step at which it was asked for
    private long _step;                                          // counted here, over all incarnations
    private bool _justArrived;

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry)
    {
        if (StartsMaster(entry))
        {
            Array.Clear(_asked);
            _buffer.Clear();
        }

        if (entry.Participant.Role == Role.Master)
        {
            _justArrived = false;
            if (entry is { What: StarMessage.WorkReported report, Sender: { Role: Role.Worker, Index: int worker } }
                && (uint)worker < (uint)workers && _asked[worker].IsOpen && _asked[worker].Id == report.Id)
            {
                _buffer.Add((worker, _asked[worker].Step));
                _asked[worker].IsOpen = false;
                _justArrived = true;
            }
        }
    }

    /// <inheritdoc/>
    public override void Sent(in Sending sending)
    {
        if (sending.Message is StarMessage.WorkRequested request && sending.Sender.Role == Role.Master
            && (uint)sending.Receiver.Index < (uint)workers && _asked[sending.Receiver.Index].Id != request.Id)
        {
            _asked[sending.Receiver.Index] = (request.Id, _step, true);
        }
    }

    /// <inheritdoc/>
    public override void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        if (supervisionEvent.Action == SupervisionAction.Dropped && supervisionEvent.Participant.Role == Role.Master && _justArrived)
        {
            _asked[_buffer[^1].Worker].IsOpen = true; // the master rejected it
            _buffer.RemoveAt(_buffer.Count - 1);
            _justArrived = false;
        }
    }

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        switch (observation)
        {
            case WorkerObserved { Change: WorkerChange.Lost } lost when (uint)lost.Worker < (uint)workers:
                _asked[lost.Worker].IsOpen = false; // its place is another's
                break;
            case StepObserved step:
                Checks++;
                Check(step);
                _justArrived = false;
                _buffer.Clear();
                _step++;
                break;
        }
    }

    private void Check(StepObserved step)
    {
        if (step.Active.Length != size)
        {
            throw Broken($"step {step.Step} took {step.Active.Length} reports; the buffer has {size}.");
        }

        (int Worker, long Staleness)[] due = [.. _buffer.OrderBy(report => report.Worker).Select(report => (report.Worker, _step - report.Step))];
        (int Worker, long Staleness)[] used = [.. step.Active.Zip(step.Staleness, (worker, staleness) => (worker, (long)staleness))];
        if (!due.SequenceEqual(used))
        {
            throw Broken($"step {step.Step} took {Text(used)}; since the last step there arrived {Text(due)}.");
        }
    }

    private static string Text(IEnumerable<(int Worker, long Staleness)> reports) =>
        $"[{string.Join(", ", reports.Select(report => $"worker-{report.Worker} of age {report.Staleness}"))}]";
}
