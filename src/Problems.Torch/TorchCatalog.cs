using System.Collections.Immutable;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;

namespace ActorFed.Problems.Torch;

/// <summary>The problems that have oracles on TorchSharp: each the same function as its managed twin in <see cref="ProblemCatalog"/>.</summary>
public static class TorchCatalog
{
    private static readonly ImmutableDictionary<string, Func<TorchRuntime, object, ShardedSet, ulong, IProblem>> Makers =
        new Dictionary<string, Func<TorchRuntime, object, ShardedSet, ulong, IProblem>>
        {
            ["hyper-cleaning"] = (runtime, options, data, _) =>
                TorchClassifiers.HyperCleaning(runtime, (ShardedData)data, (HyperCleaningOptions)options),
            ["mlp-hyper-cleaning"] = (runtime, options, data, _) =>
                TorchClassifiers.MlpHyperCleaning(runtime, (ShardedData)data, (MlpHyperCleaningOptions)options),
            ["hyper-representation"] = (runtime, options, data, _) =>
                TorchClassifiers.HyperRepresentation(runtime, (ShardedData)data, (HyperRepresentationOptions)options),
            ["regularization-selection"] = (runtime, options, data, _) =>
                TorchClassifiers.RegularizationSelection(runtime, (ShardedData)data, (RegularizationSelectionOptions)options),
            ["domain-adaptation"] = (runtime, options, data, seed) =>
                TorchDomainAdaptation.Create(runtime, (ShardedData)data, (DomainAdaptationOptions)options, seed),
            ["regression-regularization"] = (runtime, options, data, seed) =>
                TorchRegression.Regularization(runtime, (ShardedRegression)data, (RegressionRegularizationOptions)options, seed),
            ["robust-regression"] = (runtime, options, data, seed) =>
                TorchRegression.Robust(runtime, (ShardedRegression)data, (RobustRegressionOptions)options, seed),
            ["classification"] = (runtime, options, data, seed) => Problems.Classification.Create(
                (ShardedData)data, (ClassificationOptions)options, seed, TorchNetworks.On(runtime)),
            ["character-model"] = (runtime, options, data, seed) => Problems.CharacterModel.Create(
                (ShardedData)data, (CharacterModelOptions)options, seed, TorchNetworks.On(runtime)),
        }.ToImmutableDictionary();

    /// <summary>Their names, in ordinal order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. Makers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A problem with oracles on TorchSharp.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">Its settings, of the type that <see cref="ProblemEntry.OptionsType"/> says.</param>
    /// <param name="data">The sharded data.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="torch">Where and how to compute.</param>
    /// <exception cref="ArgumentException">There is no such problem here, or the data cannot be used.</exception>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded, or has no such device; the message says what to do.</exception>
    public static IProblem Create(string name, object options, ShardedSet data, ulong seed, TorchOptions torch)
    {
        if (!Makers.TryGetValue(name, out Func<TorchRuntime, object, ShardedSet, ulong, IProblem>? make))
        {
            throw new ArgumentException($"'{name}' has no oracles on TorchSharp; these have: {string.Join(", ", Names)}.", nameof(name));
        }

        return make(TorchRuntime.Open(torch), options, data, seed);
    }
}
