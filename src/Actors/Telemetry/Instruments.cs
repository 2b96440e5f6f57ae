using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ActorFed.Actors;

/// <summary>
/// What can be measured of this program: one meter and one source of activities, both called <see cref="Name"/>. Nothing is measured
/// while nobody listens. <c>docs/observability.md</c> says what each instrument means.
/// </summary>
public sealed class Instruments : IDisposable
{
    /// <summary>Name of the meter and of the source of activities.</summary>
    public const string Name = "ActorFed";

    // From a message that only changes a counter to a query over a large shard.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    };

    private static readonly InstrumentAdvice<int> Ages = new() { HistogramBucketBoundaries = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89] };

    private static readonly InstrumentAdvice<long> Sizes = new()
    {
        HistogramBucketBoundaries = [1 << 10, 1 << 13, 1 << 16, 1 << 19, 1 << 22, 1 << 25, 1 << 28],
    };

    private readonly Meter _meter = new(Name, typeof(Instruments).Assembly.GetName().Version?.ToString(3));
    private readonly Lock _gate = new();   // guards _runs
    private readonly List<RunTelemetry> _runs = [];

    /// <summary>Instruments of their own; <see cref="Shared"/> has those of the process.</summary>
    public Instruments()
    {
        Steps = _meter.CreateCounter<long>("actorfed.steps", "{step}", "Steps of masters, or rounds of neighbours.");
        Staleness = _meter.CreateHistogram("actorfed.staleness", "{step}", "Age of what entered a step or a round.", advice: Ages);
        WorkersAlive = _meter.CreateGauge<int>("actorfed.workers.alive", "{participant}", "Workers neither lost nor stopped, at the newest step.");
        Measures = _meter.CreateGauge<double>("actorfed.measure", null, "Newest value of what the algorithm measures.");
        TurnDuration = _meter.CreateHistogram("actorfed.turn.duration", "s", "Time in a participant, from a message or timer to its effects.", advice: Durations);
        SentBytes = _meter.CreateCounter<long>("actorfed.sent.size", "By", "Payload of what participants sent.");
        Restarts = _meter.CreateCounter<long>("actorfed.participant.restarts", "{restart}", "Participants rebuilt from their last snapshot.");
        Stops = _meter.CreateCounter<long>("actorfed.participant.stops", "{participant}", "Participants stopped for good.");
        Violations = _meter.CreateCounter<long>("actorfed.violations", "{message}", "Messages that their receivers rejected.");
        SendTimeouts = _meter.CreateCounter<long>("actorfed.send.timeouts", "{message}", "Messages dropped because the receiver's mailbox stayed full.");
        SnapshotDuration = _meter.CreateHistogram("actorfed.snapshot.duration", "s", "Time to store a snapshot.", advice: Durations);
        SnapshotSize = _meter.CreateHistogram("actorfed.snapshot.size", "By", "Size of stored snapshots.", advice: Sizes);
        OracleDuration = _meter.CreateHistogram("actorfed.oracle.duration", "s", "Time of a query to an oracle.", advice: Durations);
        Moves = _meter.CreateCounter<long>("actorfed.node.moves", "{participant}", "Participants that this node took over or gave away.");
        NodesAlive = _meter.CreateGauge<int>("actorfed.nodes.alive", "{node}", "Nodes that this node takes for alive, itself included.");
        Hosted = _meter.CreateGauge<int>("actorfed.node.participants", "{participant}", "Participants that this node hosts.");
        _meter.CreateObservableGauge("actorfed.mailbox.depth", ObserveMailboxes, "{message}", "Messages waiting in the deepest mailbox.");
    }

    /// <summary>The instruments of this process.</summary>
    public static Instruments Shared { get; } = new();

    /// <summary>Where activities come from: one per turn of a participant.</summary>
    public ActivitySource Activities { get; } = new(Name, typeof(Instruments).Assembly.GetName().Version?.ToString(3));

    /// <summary>Steps of masters, or rounds of neighbours.</summary>
    public Counter<long> Steps { get; }

    /// <summary>Age of what entered a step or a round, in steps or rounds.</summary>
    public Histogram<int> Staleness { get; }

    /// <summary>Workers neither lost nor stopped, at the newest step.</summary>
    public Gauge<int> WorkersAlive { get; }

    /// <summary>Newest value of each measure of the algorithm, such as its objectives.</summary>
    public Gauge<double> Measures { get; }

    /// <summary>Seconds in a participant, for each time it was entered.</summary>
    public Histogram<double> TurnDuration { get; }

    /// <summary>Payload bytes of what participants sent.</summary>
    public Counter<long> SentBytes { get; }

    /// <summary>Participants rebuilt from their last snapshot.</summary>
    public Counter<long> Restarts { get; }

    /// <summary>Participants stopped for good.</summary>
    public Counter<long> Stops { get; }

    /// <summary>Messages that their receivers rejected.</summary>
    public Counter<long> Violations { get; }

    /// <summary>Messages dropped because the receiver's mailbox stayed full.</summary>
    public Counter<long> SendTimeouts { get; }

    /// <summary>Seconds to store a snapshot, whether or not it succeeded.</summary>
    public Histogram<double> SnapshotDuration { get; }

    /// <summary>Bytes of stored snapshots.</summary>
    public Histogram<long> SnapshotSize { get; }

    /// <summary>Seconds of a query to an oracle.</summary>
    public Histogram<double> OracleDuration { get; }

    /// <summary>Participants that this node took over or gave away; attribute <see cref="Attributes.Direction"/>.</summary>
    public Counter<long> Moves { get; }

    /// <summary>Nodes that this node takes for alive, itself included.</summary>
    public Gauge<int> NodesAlive { get; }

    /// <summary>Participants that this node hosts.</summary>
    public Gauge<int> Hosted { get; }

    /// <summary>Whether anybody listens to what turns of participants tell.</summary>
    internal bool AreTurnsWatched => TurnDuration.Enabled || SentBytes.Enabled || Activities.HasListeners();

    /// <summary>Ends the meter and the source.</summary>
    public void Dispose()
    {
        _meter.Dispose();
        Activities.Dispose();
    }

    internal void Add(RunTelemetry run)
    {
        lock (_gate)
        {
            _runs.Add(run);
        }
    }

    internal void Remove(RunTelemetry run)
    {
        lock (_gate)
        {
            _runs.Remove(run);
        }
    }

    private IEnumerable<Measurement<int>> ObserveMailboxes()
    {
        RunTelemetry[] runs;
        lock (_gate)
        {
            runs = [.. _runs];
        }

        return runs.SelectMany(run => run.DeepestMailboxes());
    }
}
