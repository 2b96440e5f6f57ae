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
    private readonly int[] _ages = [.. Enumerable.Repeat(1, workers)];

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry)
    {
        if (StartsMaster(entry))
        {
            _live.Reset();
            Array.Fill(_ages, 1);
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
                Array.Fill(_ages, 1);
                break;
            case WorkerObserved worker:
                _live.Note(worker);
                if (worker.Change == WorkerChange.Returned && (uint)worker.Worker < (uint)workers)
                {
                    _ages[worker.Worker] = 1;
                }

                break;
        }
    }

    private void Step(StepObserved step)
    {
        for (int i = 0; i < _ages.Length; i++)
        {
            _ages[i]++;
        }

        foreach (int worker in step.Active)
        {
            if ((uint)worker < (uint)workers)
            {
                _ages[worker] = 1;
            }
        }

        for (int i = 0; i < _ages.Length; i++)
        {
            if (_ages[i] > bound && _live.IsLive(i))
            {
                throw Broken($"after step {step.Step} worker-{i}, which is alive, has been active in none of the last {_ages[i] - 1} steps; "
                    + $"it must be in one of any {bound}.");
            }
        }
    }
}
