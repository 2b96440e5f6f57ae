using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>Every live worker was active in one of the last τ steps.</summary>
/// <remarks>
/// Ages are counted here from who was active, not read from the master: after a step 1 for those active in it, one more than
/// before for the others, and never above τ. A barrier hears every live worker, so at its end all ages are 1 again, as they are when
/// an incarnation of the master begins and, for one worker, when it returns. A lost worker has no age.
/// </remarks>
/// <param name="workers">Number of workers, N.</param>
/// <param name="bound">τ, in master steps; at least 1.</param>
public sealed class StalenessChecker(int workers, int bound) : Checker("staleness")
{
    private readonly LiveWorkers _live = new(workers);
    private readonly long[] _lastActive = new long[workers];                   // the step that a worker's age counts from
    private readonly Dictionary<long, int> _counts = new() { [0] = workers };  // of the live, by that step: most steps touch a few
    private long _step; // counted here, over all incarnations

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry)
    {
        if (StartsMaster(entry))
        {
            _live.Reset();
            Refresh();
        }
    }

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        switch (observation)
        {
            case StepObserved step:
                Checks++;
                Step(step);
                break;
            case MeasuresObserved:
                Refresh();
                break;
            case WorkerObserved worker when _live.Note(worker):
                if (worker.Change == WorkerChange.Lost)
                {
                    Count(_lastActive[worker.Worker], -1);
                }
                else
                {
                    Count(_lastActive[worker.Worker] = _step, 1);
                }

                break;
        }
    }

    private void Step(StepObserved step)
    {
        _step++;
        foreach (int worker in step.Active)
        {
            if (_live.IsLive(worker))
            {
                Count(_lastActive[worker], -1);
                Count(_lastActive[worker] = _step, 1);
            }
        }

        long tooOld = _step - bound; // none can be older still: it would have been found before
        if (_counts.ContainsKey(tooOld))
        {
            int worker = Enumerable.Range(0, workers).First(i => _live.IsLive(i) && _lastActive[i] == tooOld);
            throw Broken($"after step {step.Step} worker-{worker}, which is alive, has been active in none of the last {bound} steps; "
                + $"it must be in one of any {bound}.");
        }
    }

    /// <summary>All ages are 1.</summary>
    private void Refresh()
    {
        Array.Fill(_lastActive, _step);
        _counts.Clear();
        Count(_step, _live.Count);
    }

    private void Count(long step, int more)
    {
        int count = _counts.GetValueOrDefault(step) + more;
        if (count == 0)
        {
            _counts.Remove(step);
        }
        else
        {
            _counts[step] = count;
        }
    }
}
