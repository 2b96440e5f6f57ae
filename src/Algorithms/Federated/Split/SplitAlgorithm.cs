using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>Split learning in the catalogue: clients hold the first part of a model, a server the rest.</summary>
/// <typeparam name="TOptions">Its settings.</typeparam>
public abstract class SplitAlgorithm<TOptions> : FederatedAlgorithm<TOptions>
    where TOptions : SplitOptions
{
    /// <inheritdoc/>
    public override ParticipationMisfit? MisfitOf(IParticipationPolicy policy) => policy is SynchronousParticipation or CohortParticipation
        ? null
        : new ParticipationMisfit("policy", $"{Name} has rounds of two exchanges; set participation.policy = synchronous.");

    /// <inheritdoc/>
    public override SettingMisfit? MisfitOf(object options, IProblem problem)
    {
        if (problem is not ISplitProblem split)
        {
            return new SettingMisfit("", $"cannot be cut in two, and {Name} trains models in two parts. Choose classification, with classification.model = mlp or cnn.");
        }

        int length = split.ActivationLength;
        return ((SplitOptions)options).Quantization is { } quantization && length % quantization.Subvectors != 0
            ? new SettingMisfit(
                "quantizer.subvectors",
                $"is {quantization.Subvectors}; it must divide the {length} activations of a row evenly, such as {Divisors.Nearest(length, quantization.Subvectors)}.")
            : null;
    }

    /// <inheritdoc/>
    protected override IStarWorkerRule CreateClient(AlgorithmSetup setup, TOptions options, int index) =>
        new SplitWorkerRule(options, setup.SplitProblem.CreateClient(index), setup.Seed, index);

    /// <inheritdoc/>
    protected override IStarMasterRule CreateRule(AlgorithmSetup setup, TOptions options, FlatVector start)
    {
        ISplitProblem problem = setup.SplitProblem;
        return new SplitMasterRule(options, start, problem.ClientLength, problem.CreateServer(), problem.ShardCount, Name);
    }
}

/// <summary>SplitFed in the catalogue.</summary>
public sealed class SplitFedAlgorithm : SplitAlgorithm<SplitFedOptions>
{
    /// <inheritdoc/>
    public override string Name => "splitfed";

    /// <inheritdoc/>
    public override string Summary => "split learning: clients hold the first layers, the server the rest; activations as they are (Thapa et al., AAAI 2022); synchronous only";
}

/// <summary>FedLite in the catalogue.</summary>
public sealed class FedLiteAlgorithm : SplitAlgorithm<FedLiteOptions>
{
    /// <inheritdoc/>
    public override string Name => "fedlite";

    /// <inheritdoc/>
    public override string Summary => "split learning with quantised activations and gradient correction (Wang et al., arXiv 2201.11865); synchronous only";
}
