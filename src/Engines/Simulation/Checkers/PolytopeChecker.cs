using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Engines.Simulation;

/// <summary>After every step and every barrier the duals of the master's planes are at least 0, and the planes are not too many.</summary>
/// <param name="maxPlanes">Most planes; null where there is no limit.</param>
public sealed class PolytopeChecker(int? maxPlanes) : Checker("planes")
{
    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        if (source.Role != Role.Master || observation is not (StepObserved or MeasuresObserved))
        {
            return;
        }

        foreach (StateEntry entry in View.Inspect(source))
        {
            if (entry.Name == StateNames.PlaneDuals)
            {
                Checks++;
                Check(entry.Values);
                return; // what comes after it need not be made
            }
        }
    }

    private void Check(FlatVector duals)
    {
        if (duals.Length > maxPlanes)
        {
            throw Broken($"there are {duals.Length} planes; at most {maxPlanes} are allowed.");
        }

        ReadOnlySpan<double> values = duals.Span;
        for (int l = 0; l < values.Length; l++)
        {
            if (!(values[l] >= 0))
            {
                throw Broken($"the dual of plane {l} is {values[l]}; it must be at least 0.");
            }
        }
    }
}
