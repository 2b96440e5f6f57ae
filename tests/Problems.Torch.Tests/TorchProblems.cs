using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Problems.Tests;

namespace ActorFed.Problems.Torch.Tests;

/// <summary>The same problem on either backend.</summary>
internal sealed record Twins(IProblem Managed, IProblem Torch);

/// <summary>Small problems of every kind that has oracles on TorchSharp.</summary>
internal static class TorchProblems
{
    private const ulong Seed = 7;

    /// <summary>Images of three colours, 3 × 8 × 8.</summary>
    private static readonly ShardedData Images = SmallData.Shard(SmallData.Bytes(60, 192, 3), SmallData.Bytes(9, 192, 3, seed: 2), 2);

    /// <summary>More rows than a piece holds, so that pieces are summed.</summary>
    private static readonly ShardedData Many = SmallData.Shard(SmallData.Floats(2600, 6, 4), SmallData.Floats(1100, 6, 4, seed: 2), 2);

    private static readonly Dictionary<string, (string Problem, object Options, ShardedSet Data)> All = new()
    {
        ["hyper-cleaning"] = ("hyper-cleaning", new HyperCleaningOptions(), Images),
        ["hyper-cleaning without weights"] = ("hyper-cleaning", new HyperCleaningOptions { LearnWeights = false }, Images),
        ["mlp-hyper-cleaning"] = ("mlp-hyper-cleaning", new MlpHyperCleaningOptions { HiddenUnits = 7 }, Images),
        ["hyper-representation"] = ("hyper-representation", new HyperRepresentationOptions { HiddenUnits = 5 }, Images),
        ["hyper-representation with two layers"] = ("hyper-representation", new HyperRepresentationOptions { FirstUnits = 6, HiddenUnits = 5 }, Images),
        ["regularization-selection"] = ("regularization-selection", new RegularizationSelectionOptions(), Images),
        ["domain-adaptation"] = ("domain-adaptation", new DomainAdaptationOptions { Channels = 2, WeightingUnits = 3, SourceRows = 6 }, Digits),
        ["regression-regularization"] = ("regression-regularization", new RegressionRegularizationOptions { HiddenUnits = 3 }, Numbers),
        ["regression-regularization without learning"] =
            ("regression-regularization", new RegressionRegularizationOptions { HiddenUnits = 3, LearnPenalty = false }, Numbers),
        ["robust-regression"] = ("robust-regression", new RobustRegressionOptions { HiddenUnits = 3, NoiseScale = 0.5 }, Numbers),
        ["softmax"] = ("classification", new ClassificationOptions { WeightDecay = 0.01 }, Images),
        ["mlp"] = ("classification", new ClassificationOptions { Model = ClassifierKind.Mlp, HiddenUnits = 9 }, Many),
        ["cnn"] = ("classification", new ClassificationOptions { Model = ClassifierKind.Cnn, Channels = 3, WeightDecay = 0.01 }, Images),
        ["character perceptron"] = ("character-model", new CharacterModelOptions { HiddenUnits = 12 }, Text),
        ["character transformer"] = ("character-model", new CharacterModelOptions { Model = CharacterNetwork.Transformer, HiddenUnits = 12, Heads = 4 }, Text),
    };

    private static ShardedRegression Numbers
    {
        get
        {
            LabelledData rows = SmallData.Floats(24, 4, 3);
            RegressionData train = new("numbers", rows.Features, [.. SmallData.Gaussians(24, "targets")]);
            return new ShardedRegression(train, train, SmallData.Shard(rows, rows, 2).Shards);
        }
    }

    private static ShardedData Digits => SmallData.Shard(SyntheticDigits.Generate(24, 1, new SyntheticDigitsOptions(), "digits"), SyntheticDigits.Generate(9, 2, new SyntheticDigitsOptions(), "digits"), 2);

    private static ShardedData Text => Texts.Sharded("a rose is a rose is a rose. ", 12, 5);

    /// <summary>Names of those that have two levels.</summary>
    public static IEnumerable<string> Bilevel => All.Where(entry => LevelsOf(entry.Value.Problem) == 2).Select(entry => entry.Key);

    /// <summary>Names of those that have three.</summary>
    public static IEnumerable<string> Trilevel => All.Where(entry => LevelsOf(entry.Value.Problem) == 3).Select(entry => entry.Key);

    /// <summary>Names of those that have one.</summary>
    public static IEnumerable<string> OneLevel => All.Where(entry => LevelsOf(entry.Value.Problem) == 1).Select(entry => entry.Key);

    /// <summary>The problem of a name, on managed oracles and on libtorch on the processor.</summary>
    public static Twins Create(string name)
    {
        (string problem, object options, ShardedSet data) = All[name];
        ProblemEntry entry = ProblemCatalog.All.Single(entry => entry.Name == problem);
        return new Twins(entry.Create(options, data, data.Shards.Length, Seed), TorchCatalog.Create(problem, options, data, Seed, new TorchOptions()));
    }

    private static int LevelsOf(string problem) => ProblemCatalog.All.Single(entry => entry.Name == problem).Levels;
}
