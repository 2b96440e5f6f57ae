using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// When nothing goes wrong any more the run goes on: in time every worker that was not stopped is active in a step, step
/// follows step, and the run completes.
/// </summary>
/// <remarks>A run that ends before it is quiet is not judged, nor is one that was cancelled.</remarks>
public sealed class LivenessChecker : Checker
{
    private readonly long _quietFrom;
    private readonly long _patience;
    private readonly bool[] _isHeard;   // since all is quiet
    private readonly bool[] _isStopped;
    private readonly bool _hearsAll;
    private long _lastStep; // when, in ticks; at first, when all became quiet
    private long _due;      // by then something must have happened

    /// <summary>Watches a run.</summary>
    /// <param name="workers">Number of workers, N.</param>
    /// <param name="quietFrom">The moment from which on nothing goes wrong any more.</param>
    /// <param name="patience">Longest time from then until every worker was heard, and from one step to the next after it.</param>
    /// <param name="hearsAll">Whether every worker must be active in time; where some are drawn, steps must follow each other only.</param>
    public LivenessChecker(int workers, TimeSpan quietFrom, TimeSpan patience, bool hearsAll = true)
        : base("liveness")
    {
        (_quietFrom, _patience, _hearsAll) = (quietFrom.Ticks, patience.Ticks, hearsAll);
        _isHeard = new bool[workers];
        _isStopped = new bool[workers];
        _lastStep = _quietFrom;
        _due = SaturatingAdd(_quietFrom, _patience);
    }

    /// <summary>
    /// A patience that a correct run does not need: a rebuild after the longest back-off, a lost worker's next question, two
    /// questions more for what was lost just before, and then the slowest way into a step.
    /// </summary>
    /// <param name="star">The master's patience.</param>
    /// <param name="supervision">The back-off.</param>
    /// <param name="stages">Stages of a barrier.</param>
    /// <param name="stalenessBound">τ; of synchronous participation, 1.</param>
    /// <param name="roundTrip">Longest time from a request to its answer, computing included, without faults.</param>
    public static TimeSpan PatienceFor(
        StarMasterOptions star, SupervisionPolicy supervision, int stages, int stalenessBound, TimeSpan roundTrip) =>
        supervision.MaxBackOff + star.LostAfter + (5 * star.AskAgainAfter) + ((stages + stalenessBound + 4) * roundTrip);

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry)
    {
        if (at.Ticks > _due)
        {
            LookAround(at);
        }
    }

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        if (observation is StepObserved step && at.Ticks >= _quietFrom)
        {
            _lastStep = at.Ticks;
            foreach (int worker in step.Active)
            {
                if ((uint)worker < (uint)_isHeard.Length)
                {
                    _isHeard[worker] = true;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        if (supervisionEvent is { Action: SupervisionAction.Stopped, Participant: { Role: Role.Worker, Index: int worker } }
            && (uint)worker < (uint)_isStopped.Length)
        {
            _isStopped[worker] = true;
        }
    }

    /// <inheritdoc/>
    public override void Ended(RunReport report)
    {
        if (report.Elapsed.Ticks >= _quietFrom && report.Outcome != RunOutcome.Cancelled)
        {
            Checks++;
            if (report.Outcome != RunOutcome.Completed)
            {
                throw Broken(report, $"nothing went wrong since {new TimeSpan(_quietFrom)}, and the run ended as {report.Outcome}, not as "
                    + $"{RunOutcome.Completed}: {report.Reason}");
            }
        }
    }

    private void LookAround(TimeSpan at)
    {
        Checks++;
        if (at.Ticks > SaturatingAdd(_lastStep, _patience))
        {
            throw Broken($"there was no step since {new TimeSpan(_lastStep)}, though nothing went wrong since {new TimeSpan(_quietFrom)}; "
                + $"the next one must come within {new TimeSpan(_patience)}.");
        }

        for (int i = 0; i < _isHeard.Length && _hearsAll; i++)
        {
            if (!_isHeard[i] && !_isStopped[i])
            {
                throw Broken($"worker-{i} was active in no step, though nothing went wrong since {new TimeSpan(_quietFrom)}; "
                    + $"every worker that is not stopped must be within {new TimeSpan(_patience)}.");
            }
        }

        _due = SaturatingAdd(_lastStep, _patience);
    }

    private static long SaturatingAdd(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
