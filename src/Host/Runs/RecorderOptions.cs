using ActorFed.Actors;

namespace ActorFed.Host.Runs;

/// <summary>How much a <see cref="RunRecorder"/> records, and whom it asks and tells.</summary>
internal sealed record RecorderOptions
{
    /// <summary>
    /// Every how many steps a row of metrics is written, besides those of barriers and test metrics; at least 1.
    /// </summary>
    public int RecordEvery { get; init; } = 10;

    /// <summary>Evaluates observed models; null when the problem has no test metric.</summary>
    public TestMetric? Evaluate { get; init; }

    /// <summary>
    /// Whether the run waits until every observed model is evaluated (right for a simulation, whose clock does not run on), or
    /// goes on
    /// and skips models while an evaluation lasts. The last model is evaluated either way.
    /// </summary>
    public bool EvaluateAll { get; init; }

    /// <summary>
    /// Told, from the recorder's threads, that recording or the test metric failed, each at most once: the place to cancel the run.
    /// </summary>
    public Action<Exception> OnFailure { get; init; } = _ => { };

    /// <summary>
    /// Takes the record of deliveries; null when none is kept. The recorder tells it of the run and closes it; it is the caller's business
    /// that the run's snapshots go through <see cref="ActorFed.Engines.Replay.DeliveryLog.Over"/>.
    /// </summary>
    public DeliveryWriter? Deliveries { get; init; }

    /// <summary>Sums up what neighbours show, for a run that nobody leads; told of raw observations, it tells the observer it is given. Null in a star.</summary>
    public Func<IRunObserver, NeighbourSummary>? Neighbours { get; init; }

    /// <summary>Observations that may wait for the recorder before the run waits for it; at least 1.</summary>
    public int QueueCapacity { get; init; } = 16_384;
}
