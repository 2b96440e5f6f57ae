using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;

namespace ActorFed.Algorithms.Tests.Federated.Split;

/// <summary>Split learning in a star whose processes may die: rebuilt masters get a new rule, which their snapshot fills.</summary>
internal sealed class SplitStar : IStarRun
{
    public const int Workers = 4;
    public const int Rows = 6; // of shard 0; each further shard has one more

    public static readonly SplitFedOptions Raw = new() { ClientStep = 0.05, ServerStep = 0.05, BatchRows = 3, Precision = NumberFormat.Float64 };

    public static readonly FedLiteOptions Lite = new()
    {
        ClientStep = 0.05,
        ServerStep = 0.05,
        BatchRows = 3,
        Quantizer = new QuantizerOptions { Subvectors = 2, Groups = 2, Centroids = 2 },
        Correction = 0.1,
    };

    public SplitStar(SplitOptions options, StarMasterOptions star, int? cohort = 3, int classes = 0)
    {
        Problem = new LinearSplit(Workers, Rows, classes);
        Rule = CreateRule(options);
        IParticipationPolicy policy = cohort is int size ? new CohortParticipation { Size = size, Seed = 5 } : new SynchronousParticipation();
        Network = new StarNetwork(
            Workers,
            (epoch, snapshot) => new StarMaster(Rule = CreateRule(options), policy, star, epoch, snapshot),
            (i, incarnation) => new StarWorker(new SplitWorkerRule(options, Problem.CreateClient(i), seed: 3, i), incarnation, star.AskAgainAfter));
    }

    public static IReadOnlyDictionary<string, SplitOptions> Variants { get; } = new Dictionary<string, SplitOptions>
    {
        ["splitfed"] = Raw,
        ["splitfed, by examples, float32"] = Raw with { Weighting = ActorFed.Algorithms.Federated.FedOpt.ClientWeighting.Examples, Precision = NumberFormat.Float32 },
        ["fedlite"] = Lite,
        ["fedlite, k-means++"] = Lite with { Quantizer = Lite.Quantizer with { Start = CentroidStart.PlusPlus, Groups = 1 }, CorrectionMean = true },
    };

    public LinearSplit Problem { get; }

    /// <summary>The present master's rule.</summary>
    public SplitMasterRule Rule { get; private set; }

    public StarNetwork Network { get; }

    /// <summary>Everything the master knows, as bytes.</summary>
    public byte[] State => Network.TakeMasterSnapshot().Content.ToArray();

    private SplitMasterRule CreateRule(SplitOptions options) =>
        new(options, Problem.Initial(new SeededRandom(1, "start")), Problem.ClientLength, Problem.CreateServer(), Workers, "fedlite");
}
