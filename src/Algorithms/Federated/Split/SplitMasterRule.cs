using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Federated.Split.SplitBody;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>
/// The server of split learning: its own part, and the clients' part as a vector that it averages and never evaluates. A master step takes
/// the clients' activations; the exchange after it, <see cref="SplitExchange"/>, brings their gradients, and only then both parts move.
/// </summary>
/// <remarks>
/// Activations under way are in the snapshot, so that a rebuilt master ends the same step. Source: FedLite, algorithm 1; equations as numbered
/// in docs/notation.md.
/// </remarks>
public sealed class SplitMasterRule : IStarMasterRule
{
    private readonly SplitOptions _options;
    private readonly ISplitServerOracle _oracle;
    private readonly string _name;
    private ImmutableArray<SplitClient> _clients = []; // whose activations are in and whose step is not made; ascending

    /// <summary>A server at its starting point.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="start">The first model, the clients' part first.</param>
    /// <param name="clientLength">Length of the clients' part.</param>
    /// <param name="oracle">The server's part; used by this rule alone.</param>
    /// <param name="workerCount">N; at least 1.</param>
    /// <param name="name">The algorithm's section, for messages.</param>
    public SplitMasterRule(SplitOptions options, FlatVector start, int clientLength, ISplitServerOracle oracle, int workerCount, string name)
    {
        (_options, _oracle, _name, WorkerCount) = (options, oracle, name, workerCount);
        ClientPart = FlatVector.CopyOf(start.Span[..clientLength]);
        ServerPart = FlatVector.CopyOf(start.Span[clientLength..]);
    }

    /// <inheritdoc/>
    public int WorkerCount { get; }

    /// <summary>Steps begun; all of them are ended but the last, while its exchange is open.</summary>
    public long StepsMade { get; private set; }

    /// <summary>w_c.</summary>
    public FlatVector ClientPart { get; private set; }

    /// <summary>w_s.</summary>
    public FlatVector ServerPart { get; private set; }

    /// <inheritdoc/>
    public FlatVector Upper => FlatVector.Empty;

    /// <summary>The model: the clients' part, then the server's.</summary>
    public FlatVector Lower => FlatVector.Create(ClientPart.Length + ServerPart.Length, this, static (values, rule) =>
    {
        rule.ClientPart.Span.CopyTo(values);
        rule.ServerPart.Span.CopyTo(values[rule.ClientPart.Length..]);
    });

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures { get; private set; } = [];

    /// <summary>Bytes of activations in all reports that entered a step.</summary>
    public long ActivationBytes { get; private set; }

    /// <summary>Bytes of all reports that entered a step.</summary>
    public long UplinkBytes { get; private set; }

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => WorkerState.New;

    /// <inheritdoc/>
    public StarBody StepWork(int worker) => new Activate { Number = StepsMade, ClientPart = ClientPart };

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody work, StarBody report) => (work, report) switch
    {
        (Activate, Activated activated) => ObjectionTo(activated),
        (PullBack, PulledBack { Distortion: not (>= 0 and <= double.MaxValue) } back) => $"the distortion is {back.Distortion}; it must be at least 0 and finite.",
        (PullBack, PulledBack back) => RoundedVectors.Objection(back.Gradient, ClientPart.Length, _options.Precision, "the gradient of the clients' part"),
        _ => $"{report.GetType().Name} does not answer {work.GetType().Name}.",
    };

    /// <inheritdoc/>
    public void Step(IReadOnlyList<WorkerReport> reports)
    {
        _clients = [.. reports.Select(report => Differentiate(report.Worker, (Activated)report.Report))];
        StepsMade++;
        Measures = [];
    }

    /// <inheritdoc/>
    public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive) =>
        _clients.IsEmpty ? null : new SplitExchange(this, [.. _clients.Where(client => isLive[client.Worker])]);

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(StepsMade);
        writer.WriteVector(ClientPart);
        writer.WriteVector(ServerPart);
        writer.WriteInt64(ActivationBytes);
        writer.WriteInt64(UplinkBytes);
        writer.WriteInt64(_clients.Length);
        foreach (SplitClient client in _clients)
        {
            writer.WriteInt64(client.Worker);
            SplitSnapshot.Write(writer, client.Report);
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        StepsMade = reader.ReadInt64();
        ClientPart = VectorCheck.Read(reader, ClientPart.Length, "the clients' part");
        ServerPart = VectorCheck.Read(reader, ServerPart.Length, "the server's part");
        ActivationBytes = reader.ReadInt64();
        UplinkBytes = reader.ReadInt64();
        ImmutableArray<SplitClient>.Builder clients = ImmutableArray.CreateBuilder<SplitClient>();
        for (int left = reader.ReadCount(WorkerCount); left > 0; left--)
        {
            int worker = reader.ReadCount(WorkerCount - 1);
            Activated report = SplitSnapshot.Read(reader);
            clients.Add(ObjectionTo(report) is string objection
                ? throw new InvalidDataException($"The snapshot has activations of worker-{worker} that this experiment has not: {objection}")
                : Differentiate(worker, report));
        }

        _clients = clients.ToImmutable();
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() =>
    [
        new("client-part", ClientPart),
        new("server-part", ServerPart),
        new("uplink-bytes", FlatVector.Of(UplinkBytes)),
        .. _clients.Select(client => new StateEntry($"activations-of-{client.Worker}", client.Report.Decode())),
    ];

    /// <summary>The state that a client's second answer in the present step builds on.</summary>
    internal WorkerState StateInExchange => new() { Number = StepsMade - 1, ClientPart = ClientPart };

    /// <summary>What a client of the present step is to differentiate.</summary>
    internal PullBack PullBackOf(SplitClient client) => new(client.Slopes);

    /// <summary>Ends the step: both parts move along the mean gradients of those that answered twice.</summary>
    /// <param name="heard">The clients, ascending, and their second answers; none: nothing moves.</param>
    internal void Commit(ImmutableArray<(SplitClient Client, PulledBack Report)> heard)
    {
        SplitClient[] served = _options.KeepServerGradients ? [.. _clients] : [.. heard.Select(pair => pair.Client)];
        FlatVector server = Moved(ServerPart, _options.ServerStep, served, [.. served.Select(client => client.Gradient)]);
        FlatVector client = Moved(ClientPart, _options.ClientStep, [.. heard.Select(pair => pair.Client)], [.. heard.Select(pair => pair.Report.Gradient.Values)]);
        VectorCheck.RequireFinite(server, "the server's part", $"{_name}.server-step", StepsMade);
        VectorCheck.RequireFinite(client, "the clients' part", $"{_name}.client-step", StepsMade);
        (ServerPart, ClientPart) = (server, client);
        ActivationBytes += _clients.Sum(one => one.Report.ActivationBytes);
        UplinkBytes += _clients.Sum(one => one.Report.PayloadBytes) + heard.Sum(pair => pair.Report.PayloadBytes);
        Measures = MeasuresOf(heard);
        _clients = [];
    }

    private FlatVector Moved(FlatVector part, double step, SplitClient[] clients, FlatVector[] gradients)
    {
        double all = clients.Sum(client => (double)client.Report.Examples);
        return FlatVector.Combine(
        [
            new Term(1, part),
            .. gradients.Select((gradient, i) => new Term(
                -step * (_options.Weighting == ClientWeighting.Uniform ? 1.0 / clients.Length : clients[i].Report.Examples / all), gradient)),
        ]);
    }

    private SplitClient Differentiate(int worker, Activated report)
    {
        double[] gradient = new double[ServerPart.Length];
        double[] slopes = new double[report.Rows * _oracle.ActivationLength];
        double[] targets = report.Targets.Span.ToArray();
        if (report.Labels is PackedCodes labels)
        {
            int[] classes = new int[labels.Count];
            labels.CopyTo(classes);
            targets = Array.ConvertAll(classes, label => (double)label);
        }

        double loss = _oracle.Loss(ServerPart.Span, report.Decode().Span, targets, gradient, slopes);
        return new SplitClient(worker, report, loss, Finite(gradient, "the gradient of the server's part"), RoundedVectors.Of(Finite(slopes, "the derivative in the activations"), _options.Precision));
    }

    private FlatVector Finite(double[] values, string name)
    {
        FlatVector vector = FlatVector.CopyOf(values);
        VectorCheck.RequireFinite(vector, name, $"{_name}.server-step", StepsMade);
        return vector;
    }

    private string? ObjectionTo(Activated report)
    {
        if (report.Examples < 1 || report.Rows < 1 || report.Rows > report.Examples || (_options.BatchRows > 0 && report.Rows > _options.BatchRows))
        {
            return $"it has {report.Rows} rows of a shard of {report.Examples}; there must be at least 1, at most as many as the shard has"
                + (_options.BatchRows > 0 ? $", and at most {_options.BatchRows}." : ".");
        }

        int classes = report.Labels?.Kinds ?? 0;
        if (classes != _oracle.Classes || (classes > 0 && report.Targets.Length > 0))
        {
            return $"its targets are of {classes} classes, and {report.Targets.Length} are numbers; {_oracle.Classes} classes are known (0: numbers).";
        }

        return VectorCheck.Objection(report.Targets, report.Targets.Length, "the targets") ?? (report, _options.Quantization) switch
        {
            (QuantizedActivated quantized, QuantizerOptions options) => quantized.Activations.Rows == report.Rows
                ? quantized.Activations.Objection(options, _oracle.ActivationLength, _options.Precision)
                : $"it has activations of {quantized.Activations.Rows} rows, and targets of {report.Rows}.",
            (RawActivated raw, null) => RoundedVectors.Objection(raw.Activations, report.Rows * _oracle.ActivationLength, _options.Precision, "the activations"),
            _ => $"{report.GetType().Name} is not how activations are to come.",
        };
    }

    private ImmutableArray<Measure> MeasuresOf(ImmutableArray<(SplitClient Client, PulledBack Report)> heard)
    {
        ImmutableArray<Measure> always =
        [
            new("usable-reports", heard.Length),
            new("activation-bytes", ActivationBytes),
            new(MeasureNames.UplinkBytes, UplinkBytes),
        ];
        return heard.IsEmpty
            ? always
            :
            [
                new Measure(MeasureNames.LowerObjective, WorkerCount * heard.Average(pair => pair.Client.Loss)),
                new Measure("distortion", heard.Average(pair => pair.Report.Distortion)),
                .. always,
            ];
    }
}

/// <summary>A client of the present step.</summary>
/// <param name="Worker">Its index.</param>
/// <param name="Report">Its activations.</param>
/// <param name="Loss">loss_i.</param>
/// <param name="Gradient">∂loss_i/∂w_s.</param>
/// <param name="Slopes">∂loss_i/∂z̃.</param>
internal sealed record SplitClient(int Worker, Activated Report, double Loss, FlatVector Gradient, RoundedPacket Slopes);
