using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Federated.Split.SplitBody;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>A client of split learning: activations of a batch up, the gradient of the clients' part up.</summary>
/// <param name="options">Settings; the same at all participants.</param>
/// <param name="oracle">Its shard and the clients' part; used by this rule alone.</param>
/// <param name="seed">Seed of its batches.</param>
/// <param name="index">Which client.</param>
/// <remarks>
/// A batch is a function of the seed, the client and the number of the step, and so are its activations: one that was rebuilt between its two
/// answers computes them again. Source: FedLite, algorithm 1; equations as numbered in docs/notation.md.
/// </remarks>
public sealed class SplitWorkerRule(SplitOptions options, ISplitClientOracle oracle, ulong seed, int index) : IStarWorkerRule
{
    private readonly ClientBatches _batches = new(seed, index, oracle.RowCount, options.BatchRows);
    private readonly GroupedQuantizer? _quantizer = options.Quantization is { } quantization ? new(quantization, oracle.ActivationLength) : null;
    private readonly double[] _gradient = new double[oracle.Length];
    private Sent? _sent; // computed last; made again where it is of another step

    /// <summary>B.</summary>
    private int Rows => options.BatchRows > 0 ? Math.Min(options.BatchRows, oracle.RowCount) : oracle.RowCount;

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody state, StarBody work) => (state, work) switch
    {
        (not WorkerState, _) => $"{state.GetType().Name} is not the state of a client of split learning.",
        (_, Activate activate) => activate.Number < 0 ? $"the step has number {activate.Number}; it must be at least 0." : ObjectionTo(activate.ClientPart),
        (WorkerState { Number: < 0 }, PullBack) => "no activations were asked of this client yet.",
        (WorkerState s, PullBack back) => ObjectionTo(s.ClientPart)
            ?? RoundedVectors.Objection(back.Slopes, Rows * oracle.ActivationLength, options.Precision, "the derivative in the activations"),
        _ => $"{work.GetType().Name} is not work for a client of split learning.",
    };

    /// <inheritdoc/>
    public (StarBody State, StarBody Report) Do(StarBody state, StarBody work)
    {
        if (work is Activate activate)
        {
            WorkerState next = new() { Number = activate.Number, ClientPart = activate.ClientPart };
            return (next, ActivationsOf(next).Report);
        }

        return (state, Differentiate((WorkerState)state, (PullBack)work));
    }

    private string? ObjectionTo(FlatVector part) =>
        part.Length == oracle.Length ? null : $"the clients' part has length {part.Length}; {oracle.Length} is needed.";

    private PulledBack Differentiate(WorkerState state, PullBack back)
    {
        Sent sent = ActivationsOf(state);
        double[] slopes = back.Slopes.Values.Span.ToArray();
        double correction = options.CorrectionOf(Rows);
        ReadOnlySpan<double> decoded = sent.Report.Decode().Span;
        if (correction > 0)
        {
            for (int i = 0; i < slopes.Length; i++)
            {
                slopes[i] += correction * (sent.Activations[i] - decoded[i]);
            }
        }

        _batches.Begin(state.Number, steps: 1);
        oracle.PullBack(state.ClientPart.Span, _batches.Next(), slopes, _gradient);
        double size = VectorMath.SquaredNorm(sent.Activations);
        return new PulledBack
        {
            Gradient = RoundedVectors.Of(Finite(_gradient, "the gradient of the clients' part"), options.Precision),
            Distortion = size > 0 ? VectorMath.SquaredDistance(sent.Activations, decoded) / size : 0,
        };
    }

    private Sent ActivationsOf(WorkerState state)
    {
        if (_sent is Sent known && known.State == state)
        {
            return known;
        }

        double[] activations = new double[Rows * oracle.ActivationLength];
        double[] targets = new double[Rows];
        _batches.Begin(state.Number, steps: 1);
        oracle.Activate(state.ClientPart.Span, _batches.Next(), activations, targets);
        FlatVector finite = Finite(activations, "a client's activations");
        PackedCodes? labels = oracle.Classes > 0 ? PackedCodes.Of(Array.ConvertAll(targets, target => (int)target), oracle.Classes) : null;
        FlatVector numbers = labels is null ? FlatVector.CopyOf(targets) : FlatVector.Empty;
        Activated report = _quantizer is null
            ? new RawActivated
            {
                Examples = oracle.RowCount,
                Labels = labels,
                Targets = numbers,
                Activations = RoundedVectors.Of(finite, options.Precision),
            }
            : new QuantizedActivated
            {
                Examples = oracle.RowCount,
                Labels = labels,
                Targets = numbers,
                Activations = _quantizer.Quantize(activations, options.Precision, new SeededRandom(seed, $"client-{index}/task-{state.Number}/centroids")),
            };
        return _sent = new Sent(state, activations, report);
    }

    private static FlatVector Finite(double[] values, string name)
    {
        FlatVector vector = FlatVector.CopyOf(values);
        VectorCheck.RequireFinite(vector, name, "client-step or server-step");
        return vector;
    }

    /// <summary>What was sent in a step, and what it stands for.</summary>
    private sealed record Sent(WorkerState State, double[] Activations, Activated Report);
}
