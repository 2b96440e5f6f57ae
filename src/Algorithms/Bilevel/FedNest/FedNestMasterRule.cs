using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using static ActorFed.Algorithms.Bilevel.FedNest.FedNestBody;

namespace ActorFed.Algorithms.Bilevel.FedNest;

/// <summary>
/// FedNest at the master: x and y. A master step is an outer epoch; it takes the workers' lower gradients at (x, y), and the
/// barrier after it, <see cref="FedNestEpoch"/>, does the rest.
/// </summary>
/// <remarks>Source: FedNest, algorithms 1 to 4 there; equations as numbered in docs/notation.md.</remarks>
/// <param name="options">Settings.</param>
/// <param name="upper">The first x; length n.</param>
/// <param name="lower">The first y; length m.</param>
/// <param name="workerCount">N; at least 1.</param>
/// <param name="seed">Seed of the series' random lengths.</param>
public sealed class FedNestMasterRule(FedNestOptions options, FlatVector upper, FlatVector lower, int workerCount, ulong seed)
    : IStarMasterRule
{
    /// <summary>Settings.</summary>
    public FedNestOptions Options => options;

    /// <inheritdoc/>
    public int WorkerCount => workerCount;

    /// <summary>Epochs begun, t; all of them are ended but the last, while its barrier is open.</summary>
    public long StepsMade { get; private set; }

    /// <summary>x; length n.</summary>
    public FlatVector Upper { get; private set; } = upper;

    /// <summary>y; length m.</summary>
    public FlatVector Lower { get; private set; } = lower;

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures { get; private set; } = [];

    /// <summary>ḡ, mean lower gradient at (x, y) where the epoch began; length m. Zero before the first.</summary>
    internal FlatVector LowerGradient { get; private set; } = FlatVector.Zeros(lower.Length);

    /// <summary>Σ g_i there.</summary>
    internal double LowerObjective { get; private set; }

    /// <inheritdoc/>
    public StarBody StateOf(int worker) => new WorkerState { Upper = Upper, Lower = Lower };

    /// <inheritdoc/>
    public StarBody StepWork(int worker) => new BeginEpoch(Upper);

    /// <inheritdoc/>
    public string? ObjectionTo(StarBody work, StarBody report)
    {
        int n = Upper.Length;
        int m = Lower.Length;
        return (work, report) switch
        {
            (BeginEpoch or DifferentiateLower, LowerDifferentiated r) => VectorCheck.Objection(r.Gradient, m, "∂g_i/∂y"),
            (StepLower, LowerStepped r) => VectorCheck.Objection(r.Lower, m, "y_i"),
            (DifferentiateUpper, UpperDifferentiated r) => VectorCheck.Objection(r.Gradient, m, "∂G_i/∂y"),
            (MultiplyHessian, HessianMultiplied r) => VectorCheck.Objection(r.Product, m, "H_i p"),
            (DifferentiateTotal, TotalDifferentiated r) => VectorCheck.Objection(r.Hypergradient, n, "h_i"),
            (StepUpper, UpperStepped r) => VectorCheck.Objection(r.Upper, n, "x_i"),
            _ => $"{report.GetType().Name} does not answer {work.GetType().Name}.",
        };
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<WorkerReport> reports)
    {
        (LowerGradient, LowerObjective) = FedNestEpoch.MeanLowerGradient(reports);
        StepsMade++;
        Measures = [];
    }

    /// <inheritdoc/>
    public IStarBarrier? OpenBarrier(IReadOnlyList<bool> isLive) => new FedNestEpoch(this, DrawProducts());

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(StepsMade);
        writer.WriteVector(Upper);
        writer.WriteVector(Lower);
        writer.WriteVector(LowerGradient);
        writer.WriteDouble(LowerObjective);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        StepsMade = reader.ReadInt64();
        Upper = Read(reader, Upper.Length, "x");
        Lower = Read(reader, Lower.Length, "y");
        LowerGradient = Read(reader, Lower.Length, "the mean lower gradient");
        LowerObjective = reader.ReadDouble();
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() =>
    [
        new("upper", Upper),
        new("lower", Lower),
        new("lower-gradient", LowerGradient),
        new("lower-objective", FlatVector.Of(LowerObjective)),
    ];

    /// <summary>Takes over what an epoch found, all at once.</summary>
    internal void Commit(FlatVector upper, FlatVector lower, ImmutableArray<Measure> measures) =>
        (Upper, Lower, Measures) = (upper, lower, measures);

    private static FlatVector Read(SnapshotReader reader, int length, string name)
    {
        FlatVector vector = reader.ReadVector();
        return vector.Length == length
            ? vector
            : throw new InvalidDataException($"The snapshot has {name} of length {vector.Length}; this experiment needs {length}.");
    }

    /// <summary>Hessian products of this epoch. A stream of its own per epoch: a barrier begun again draws the same.</summary>
    private int DrawProducts() => options.NeumannSeries == NeumannSeries.Truncated
        ? options.NeumannTerms - 1
        : new SeededRandom(seed, $"fednest/neumann-{StepsMade}").NextInt32(options.NeumannTerms);
}
