using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// All numbers are finite: every measure and every model that is observed, and the master's durable state after the first step
/// or barrier and every 64th after it; more often would cost more than the run.
/// </summary>
public sealed class FinitenessChecker() : Checker("finiteness")
{
    private const int LookEvery = 64;

    private long _changes; // steps and barriers

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        switch (observation)
        {
            case StepObserved step:
                Check(step.Measures, step.Step);
                LookAtState(source, step.Step);
                break;
            case MeasuresObserved measured:
                Check(measured.Measures, measured.Step);
                LookAtState(source, measured.Step);
                break;
            case ModelObserved model:
                Check("the upper variable", model.Upper, model.Step);
                if (model.Middle is FlatVector middle)
                {
                    Check("the middle variable", middle, model.Step);
                }

                Check("the lower variable", model.Lower, model.Step);
                break;
        }
    }

    private void LookAtState(ParticipantId source, long step)
    {
        if (_changes++ % LookEvery != 0)
        {
            return;
        }

        foreach (StateEntry entry in View.Inspect(source))
        {
            if (entry.IsDurable)
            {
                Check(entry.Name, entry.Values, step);
            }
        }
    }

    private void Check(ImmutableArray<Measure> measures, long step)
    {
        Checks++;
        foreach (Measure measure in measures)
        {
            if (!double.IsFinite(measure.Value))
            {
                throw Broken($"after step {step} the measure '{measure.Name}' is {measure.Value}; it must be finite.");
            }
        }
    }

    private void Check(string name, FlatVector vector, long step)
    {
        Checks++;
        int index = VectorMath.IndexOfNonFinite(vector.Span);
        if (index >= 0)
        {
            throw Broken($"after step {step} entry {index} of {name} is {vector[index]}; all must be finite.");
        }
    }
}
