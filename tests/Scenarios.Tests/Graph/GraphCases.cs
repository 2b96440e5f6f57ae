using ActorFed.Algorithms;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Decentralized.Dsoba;
using ActorFed.Algorithms.Decentralized.Sparkle;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation.Faults;

namespace ActorFed.Scenarios.Tests.Graph;

/// <summary>Scenarios of eight neighbours by name: topologies, algorithms, graphs of levels, compression.</summary>
internal static class GraphCases
{
    public const int Count = 8;

    /// <summary>All kinds of faults, and messages lost more often than not at all.</summary>
    public static FaultProfile Heavy { get; } = FaultProfile.Heavy with { Loss = 0.1, Crashes = 6, MaxDuration = TimeSpan.FromSeconds(2), Until = TimeSpan.FromSeconds(8) };

    public static GraphScenario Scenario(string name) => name switch
    {
        "dsgd, exponential" => Dsgd("exponential") with { With = Never(setup => setup with { OnLoss = OnLoss.Fail }) },
        "dsgd, one-peer-exponential" => Dsgd("one-peer-exponential") with { With = Never(setup => setup with { OnLoss = OnLoss.Fail }) },
        "dsgd, random-matching" => Dsgd("random-matching"),
        "dsgd, complete" => Dsgd("complete"),
        "dsgd, erdos-renyi" => Dsgd("erdos-renyi"),
        "dsgd, top-k against reference points" => Dsgd("ring") with { With = Never(setup => setup with { Compressor = TopK, ConsensusStep = 0.5 }) },
        "dsgd, rand-k with error feedback on matchings" => Dsgd("random-matching") with
        {
            With = Never(setup => setup with { Compressor = RandK, Feedback = CompressionFeedback.Error, ConsensusStep = 0.5 }),
        },
        "dsoba, another graph for each level" => Bilevel(new DsobaAlgorithm(), new DsobaOptions { StepUpper = 0.02, StepLower = 0.1, StepAuxiliary = 0.1 }),
        "sparkle, gradient tracking" => Sparkle(ConsensusMethod.SemiAtcGt),
        "sparkle, gradient tracking in two exchanges" => Sparkle(ConsensusMethod.AtcGt),
        "sparkle, exact diffusion" => Sparkle(ConsensusMethod.Ed),
        "sparkle, EXTRA" => Sparkle(ConsensusMethod.Extra),
        "sparkle, gradient tracking of rand-k against reference points" => Sparkle(ConsensusMethod.SemiAtcGt) with
        {
            With = Never(setup => setup with { ShowsState = true, Compressor = RandK, ConsensusStep = 0.3 }),
        },
        _ => throw new ArgumentException($"There is no scenario '{name}'.", nameof(name)),
    };

    /// <summary>SPARKLE with the same method for every level, each level on a graph of its own.</summary>
    public static GraphScenario Sparkle(ConsensusMethod method) => Bilevel(
        new SparkleAlgorithm(),
        new SparkleOptions { Upper = method, Lower = method, Auxiliary = method, StepUpper = 0.02, StepLower = 0.05, StepAuxiliary = 0.05 });

    public static Topology Topology(string name) =>
        TopologyCatalog.Create(new TopologyOptions { Topology = name, Base = "torus", EdgeProbability = 0.5 }, Count, seed: 1);

    private static TopKCompressor TopK { get; } = new(KeptEntries.Number(1), NumberFormat.Float64);

    private static RandKCompressor RandK { get; } = new(KeptEntries.Number(1), hasSharedSeed: true, NumberFormat.Float64);

    private static GraphScenario Dsgd(string topology) => new() { Topology = Topology(topology), With = Never(setup => setup) };

    private static GraphScenario Bilevel(IAlgorithm algorithm, object options) => new()
    {
        Topology = Topology("ring"),
        Algorithm = algorithm,
        Options = options,
        Problem = Cases.Quadratic(1, Count),
        With = Never(setup => setup with { Upper = Topology("complete"), Auxiliary = Topology("torus"), ShowsState = true }),
    };

    /// <summary>Nobody is given up.</summary>
    private static Func<GraphSetup, GraphSetup> Never(Func<GraphSetup, GraphSetup> with) => setup => with(setup with { LostAfter = TimeSpan.FromMinutes(10) });
}
