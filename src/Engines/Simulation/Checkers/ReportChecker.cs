using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// The master uses a report only when it arrived, from the worker that was asked, as the answer to the last request to it, and
/// uses it once.
/// </summary>
/// <remarks>
/// <para>A model of the protocol beside the master. It sees what was asked, what arrived, and two signs of use: a worker active in a
/// step, and a request whose <see cref="StarMessage.WorkRequested.Previous"/> names one whose answer was not used before, as in
/// the stages of a barrier. Both can mean only the last request to that worker before, in this incarnation: a new request
/// voids the older ones, and a new incarnation knows of none.</para>
/// <para>What arrived and was rejected does not count. What a report says is not looked at: one that was altered on its way but
/// is acceptable counts as arrived.</para>
/// </remarks>
/// <param name="workers">Number of workers, N.</param>
/// <param name="isBuffered">Whether a report is used before the step that it enters, so that a step is no sign; <see cref="BufferChecker"/> looks at those.</param>
public sealed class ReportChecker(int workers, bool isBuffered = false) : Checker("reports")
{
    private readonly StarMessage.WorkRequested?[] _asked = new StarMessage.WorkRequested?[workers]; // last, by this incarnation
    private readonly bool[] _isAnswered = new bool[workers];
    private readonly RequestId[] _used = new RequestId[workers];
    private int _justAnswered = -1; // by the message that the master was last entered with

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry)
    {
        if (entry.Participant.Role != Role.Master)
        {
            return;
        }

        _justAnswered = -1;
        if (entry.Kind == EntryKind.Started)
        {
            Array.Clear(_asked);
            Array.Clear(_isAnswered);
            Array.Clear(_used);
        }
        else if (entry.What is StarMessage.WorkReported report && entry.Sender.Role == Role.Worker)
        {
            int worker = entry.Sender.Index;
            if ((uint)worker < (uint)workers && !_isAnswered[worker] && _asked[worker]?.Id == report.Id)
            {
                _isAnswered[worker] = true;
                _justAnswered = worker;
            }
        }
    }

    /// <inheritdoc/>
    public override void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        if (supervisionEvent.Action == SupervisionAction.Dropped && supervisionEvent.Participant.Role == Role.Master && _justAnswered >= 0)
        {
            _isAnswered[_justAnswered] = false; // the master rejected it
            _justAnswered = -1;
        }
    }

    /// <inheritdoc/>
    public override void Sent(in Sending sending)
    {
        if (sending.Message is StarMessage.WorkRequested request && sending.Sender.Role == Role.Master
            && (uint)sending.Receiver.Index < (uint)workers)
        {
            Checks++;
            Request(sending.Receiver.Index, request);
        }
    }

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        if (isBuffered || observation is not StepObserved step)
        {
            return;
        }

        Checks++;
        foreach (int worker in step.Active)
        {
            if ((uint)worker < (uint)workers)
            {
                if (_asked[worker] is not StarMessage.WorkRequested asked)
                {
                    throw Broken($"step {step.Step} used a report of worker-{worker}, which this incarnation of the master has asked for nothing.");
                }

                Use(worker, asked.Id, $"step {step.Step}");
            }
        }
    }

    private void Request(int worker, StarMessage.WorkRequested request)
    {
        StarMessage.WorkRequested? asked = _asked[worker];
        if (request.Id == asked?.Id)
        {
            if (request.Previous != asked.Previous || !ReferenceEquals(request.Work, asked.Work))
            {
                throw Broken($"request {request.Id} to worker-{worker} was sent again with other work, or after {request.Previous} "
                    + $"and not {asked.Previous}.");
            }

            return;
        }

        if (request.Previous != _used[worker])
        {
            if (request.Previous != asked?.Id)
            {
                throw Broken($"request {request.Id} to worker-{worker} says that the answer to {request.Previous} was used last; that can only be "
                    + $"{_used[worker]}, as before, or the last one asked for, {asked?.Id.ToString() ?? "none"}.");
            }

            Use(worker, request.Previous, $"request {request.Id}");
        }

        _asked[worker] = request;
        _isAnswered[worker] = false;
    }

    private void Use(int worker, RequestId id, string by)
    {
        if (_used[worker] == id)
        {
            throw Broken($"{by} used worker-{worker}'s answer to {id}, which was used before; every answer is used once.");
        }

        if (!_isAnswered[worker])
        {
            throw Broken($"{by} used an answer of worker-{worker} to {id}; none has arrived that the master did not reject.");
        }

        _used[worker] = id;
    }
}
