using ActorFed.Algorithms.Bilevel.BlJust;
using ActorFed.Algorithms.Bilevel.Pbgd;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>The penalty-based algorithms in a star whose processes may die: rebuilt masters get a new rule, which their snapshot fills.</summary>
internal sealed class PenaltyStar : IStarRun
{
    public const int Workers = 3;
    public const int N = 2;
    public const int M = 3;
    public const int Shared = 2;

    public PenaltyStar(string variant, StarMasterOptions star)
    {
        Rule = CreateMaster(variant);
        Network = new StarNetwork(
            Workers,
            (epoch, snapshot) => new StarMaster(Rule = CreateMaster(variant), new SynchronousParticipation(), star, epoch, snapshot),
            (i, incarnation) => new StarWorker(CreateWorker(variant, i), incarnation, star.AskAgainAfter));
    }

    /// <summary>Settings in which every kind of stage occurs.</summary>
    public static PbgdOptions ValueGap { get; } = new()
    {
        FirstWeight = 0,
        LastWeight = 4,
        WeightSteps = 2,
        Rescale = true,
        StepUpper = 0.05,
        StepLower = 0.1,
        StepInner = 0.2,
        InnerSteps = 2,
        MinUpper = -0.9,
        MaxUpper = 0.6,
    };

    public static BlJustOptions Joint { get; } = new()
    {
        Epochs = 2,
        ExploreSteps = 1,
        JointSteps = 1,
        StepExplore = 0.1,
        StepShared = 0.2,
        StepHead = 0.05,
        StepOwn = 0.15,
        StepFineTune = 0.02,
        WeightIncrement = 0.5,
    };

    public static FlatVector StartUpper { get; } = FlatVector.Of(0.5, -1);

    public static FlatVector StartLower { get; } = FlatVector.Of(1, 0.25, -0.5);

    /// <summary>Variants by name, as test data can carry them.</summary>
    public static string[] Variants { get; } = ["value gap", "one inner step", "constant value", "gradient norm", "joint", "joint, local steps"];

    /// <summary>The present master's rule.</summary>
    public IStarMasterRule Rule { get; private set; }

    public StarNetwork Network { get; }

    /// <summary>Everything the master knows, as bytes.</summary>
    public byte[] State => Network.TakeMasterSnapshot().Content.ToArray();

    public static PbgdOptions Options(string variant) => variant switch
    {
        "value gap" => ValueGap,
        "one inner step" => ValueGap with { InnerSteps = 1, Rescale = false },
        "constant value" => ValueGap with { InnerSteps = 0, WeightSteps = 0 },
        "gradient norm" => ValueGap with { Penalty = PenaltyKind.GradientNorm, StepUpper = 0.01, StepLower = 0.01 },
        _ => throw new ArgumentException($"There is no variant '{variant}'.", nameof(variant)),
    };

    public static QuadraticShard[] Shards() => QuadraticShard.Draw(Workers, N, M);

    private static BlJustOptions JointOptions(string variant) => Joint with { LocalSteps = variant == "joint" ? 1 : 3 };

    private static IStarMasterRule CreateMaster(string variant) => variant.StartsWith("joint", StringComparison.Ordinal)
        ? new BlJustMasterRule(JointOptions(variant), StartUpper, StartLower, Shared, Workers)
        : new PbgdMasterRule(Options(variant), StartUpper, StartLower, Workers);

    private static IStarWorkerRule CreateWorker(string variant, int index)
    {
        IBilevelOracle oracle = new EpochShard(Shards()[index], upperExamples: index, lowerExamples: 2 + index);
        return variant.StartsWith("joint", StringComparison.Ordinal)
            ? new BlJustWorkerRule(JointOptions(variant), oracle, Shared)
            : new PbgdWorkerRule(oracle);
    }
}

/// <summary>A shard that counts examples, and whose losses are scaled by a factor of the epoch, so that a wrong epoch shows.</summary>
internal sealed class EpochShard(QuadraticShard shard, int upperExamples, int lowerExamples) : IBilevelOracle
{
    private double _factor = double.NaN;

    public int UpperLength => shard.UpperLength;

    public int LowerLength => shard.LowerLength;

    public bool UpperLossDependsOnUpper => shard.UpperLossDependsOnUpper;

    public int UpperExamples => upperExamples;

    public int LowerExamples => lowerExamples;

    public static double FactorOf(long epoch) => 1 + (epoch % 3 * 0.25);

    public void BeginEpoch(long epoch) => _factor = FactorOf(epoch);

    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient) =>
        Scale(shard.UpperLoss(upper, lower, upperGradient, lowerGradient), upperGradient, lowerGradient);

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient) =>
        Scale(shard.LowerLoss(upper, lower, upperGradient, lowerGradient), upperGradient, lowerGradient);

    public void LowerHessianProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        shard.LowerHessianProduct(upper, lower, direction, product);
        VectorMath.Scale(_factor, product);
    }

    public void LowerCrossProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        shard.LowerCrossProduct(upper, lower, direction, product);
        VectorMath.Scale(_factor, product);
    }

    private double Scale(double loss, Span<double> upperGradient, Span<double> lowerGradient)
    {
        VectorMath.Scale(_factor, upperGradient);
        VectorMath.Scale(_factor, lowerGradient);
        return _factor * loss;
    }
}
