using System.Runtime.InteropServices;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Engines.Simulation;

/// <summary>Synchronous rounds end at the same models as without faults, of every neighbour, bit for bit; as long as no edge was left out.</summary>
/// <param name="reference">The final models without faults, ascending by neighbour.</param>
/// <param name="roundLimit">The last round.</param>
public sealed class NeighbourReferenceChecker(IReadOnlyList<ModelObserved> reference, long roundLimit) : Checker("reference")
{
    private readonly ModelObserved?[] _last = new ModelObserved?[reference.Count];
    private bool _wasLeftOut;

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        _wasLeftOut |= observation is EdgeObserved { Change: EdgeChange.Closed };
        if (observation is ModelObserved model && model.Step == roundLimit)
        {
            _last[source.Index] = model;
        }
    }

    /// <inheritdoc/>
    public override void Ended(RunReport report)
    {
        if (report.Outcome != RunOutcome.Completed || _wasLeftOut)
        {
            return;
        }

        for (int i = 0; i < reference.Count; i++)
        {
            Checks++;
            ModelObserved last = _last[i] ?? throw Broken(report, $"the run completed, and neighbour-{i} showed no model of round {roundLimit}.");
            Compare(report, i, "upper", reference[i].Upper, last.Upper);
            Compare(report, i, "lower", reference[i].Lower, last.Lower);
        }
    }

    private void Compare(RunReport report, int index, string name, FlatVector expected, FlatVector found)
    {
        int common = MemoryMarshal.Cast<double, long>(expected.Span).CommonPrefixLength(MemoryMarshal.Cast<double, long>(found.Span));
        if (common < expected.Length)
        {
            throw Broken(report, $"entry {common} of neighbour-{index}'s final {name} variable is {found[common]:R}; without faults it is {expected[common]:R}.");
        }
    }
}
