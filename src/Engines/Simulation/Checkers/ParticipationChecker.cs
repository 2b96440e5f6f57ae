using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// Every step follows the one before it and has at least S active workers, or all that live where fewer do, and no more than may be; each
/// is known, alive, and there once, where reports are not buffered.
/// </summary>
/// <remarks>A new incarnation of the master goes on from its snapshot, so its first step may be any.</remarks>
/// <param name="workers">Number of workers, N.</param>
/// <param name="minActive">S; in [1, N]. Of synchronous participation, N.</param>
/// <param name="maxActive">Most active workers; null: N. Not looked at where reports are buffered.</param>
/// <param name="mayRepeat">Whether reports are buffered: a worker can be active twice, or be lost after its report.</param>
public sealed class ParticipationChecker(int workers, int minActive, int? maxActive = null, bool mayRepeat = false) : Checker("participation")
{
    private readonly LiveWorkers _live = new(workers);
    private long? _step; // of this incarnation

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry)
    {
        if (StartsMaster(entry))
        {
            _live.Reset();
            _step = null;
        }
    }

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        if (observation is WorkerObserved worker)
        {
            _live.Note(worker);
        }
        else if (observation is StepObserved step)
        {
            Checks++;
            Check(step);
            _step = step.Step;
        }
    }

    private void Check(StepObserved step)
    {
        if (step.Step < 1 || (_step is long last && step.Step != last + 1))
        {
            throw Broken($"step {step.Step} follows {(_step is long s ? $"step {s}" : "the start")}; steps are numbered from 1 without a gap.");
        }

        if (step.WorkersAlive != _live.Count)
        {
            throw Broken($"step {step.Step} counts {step.WorkersAlive} workers alive; by the losses and returns told there are {_live.Count}.");
        }

        int least = Math.Min(minActive, _live.Count);
        if (step.Active.Length < least)
        {
            throw Broken($"step {step.Step} has {step.Active.Length} active workers; at least {least} are needed "
                + $"(S = {minActive}, {_live.Count} live).");
        }

        if (!mayRepeat && step.Active.Length > maxActive)
        {
            throw Broken($"step {step.Step} has {step.Active.Length} active workers; at most {maxActive} may be drawn.");
        }

        int before = -1;
        foreach (int worker in step.Active)
        {
            bool isKnown = (uint)worker < (uint)workers;
            if (mayRepeat ? !isKnown : !_live.IsLive(worker))
            {
                throw Broken(isKnown
                    ? $"step {step.Step} used a report of worker-{worker}, which was lost and did not return."
                    : $"step {step.Step} used a report of worker-{worker}; there are worker-0 to worker-{workers - 1}.");
            }

            if (mayRepeat ? worker < before : worker <= before)
            {
                throw Broken($"step {step.Step} lists worker-{worker} after worker-{before}; each active worker is listed once, ascending.");
            }

            before = worker;
        }
    }
}
