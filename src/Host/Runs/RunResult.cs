using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary>A run that has ended: what was planned, how it ended, what it showed.</summary>
/// <param name="Head">What was known before.</param>
/// <param name="Report">The engine's report.</param>
/// <param name="Record">What was observed.</param>
/// <param name="LastModel">The model observed last, or null when there was none.</param>
/// <param name="Elapsed">Time from start to end, over all parts of a resumed run; virtual in a simulation.</param>
internal sealed record RunResult(RunHead Head, RunReport Report, RunRecord Record, ModelObserved? LastModel, TimeSpan Elapsed)
{
    /// <summary>The newest test metrics.</summary>
    public ImmutableArray<Measure> TestMetrics => [.. Record.TestMetrics.Select(name => new Measure(name, Record.Latest(name) ?? double.NaN))];
}
