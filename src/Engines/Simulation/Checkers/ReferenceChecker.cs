using System.Runtime.InteropServices;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// A run of synchronous participation that completed without losing a worker ends at the same model as without faults, bit for
/// bit: only what is lost for good changes who takes part in what.
/// </summary>
/// <remarks>
/// Not so when faults alter messages into others that are still acceptable. A loss that the master made and was killed before it
/// could tell is not seen; the run then must not be one that this changes.
/// </remarks>
/// <param name="reference">The final model without faults.</param>
public sealed class ReferenceChecker(ModelObserved reference) : Checker("reference")
{
    private ModelObserved? _last;
    private bool _wasLost;

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        _last = observation as ModelObserved ?? _last;
        _wasLost |= observation is WorkerObserved { Change: WorkerChange.Lost };
    }

    /// <inheritdoc/>
    public override void Ended(RunReport report)
    {
        if (report.Outcome != RunOutcome.Completed || _wasLost)
        {
            return;
        }

        Checks++;
        if (_last is null)
        {
            throw Broken(report, "the run completed without a model; its last one must be that of the run without faults.");
        }

        if (_last.Step != reference.Step)
        {
            throw Broken(report, $"the final model is that of step {_last.Step}; without faults it is that of step {reference.Step}.");
        }

        Compare(report, "upper", reference.Upper, _last.Upper);
        if (reference.Middle is FlatVector middle)
        {
            Compare(report, "middle", middle, _last.Middle ?? FlatVector.Empty);
        }

        Compare(report, "lower", reference.Lower, _last.Lower);
    }

    private void Compare(RunReport report, string name, FlatVector expected, FlatVector found)
    {
        int common = MemoryMarshal.Cast<double, long>(expected.Span).CommonPrefixLength(MemoryMarshal.Cast<double, long>(found.Span));
        if (common < Math.Max(expected.Length, found.Length))
        {
            throw Broken(report, common < Math.Min(expected.Length, found.Length)
                ? $"entry {common} of the final {name} variable is {found[common]:R}; without faults it is {expected[common]:R}, and no worker was lost."
                : $"the final {name} variable has length {found.Length}; without faults it has length {expected.Length}.");
        }
    }
}
