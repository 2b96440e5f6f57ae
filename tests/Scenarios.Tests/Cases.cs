using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems;
using ActorFed.Problems.Data;

namespace ActorFed.Scenarios.Tests;

/// <summary>The problems and settings that scenarios start from.</summary>
internal static class Cases
{
    /// <summary>Settings that approach the solution of small quadratics; those of hocon/experiments/adbo-quadratic.conf.</summary>
    public static AdboOptions Paper { get; } = new()
    {
        StepUpper = 0.05,
        StepLower = 0.05,
        StepUpperConsensus = 0.05,
        StepLowerConsensus = 0.05,
        StepPlaneDual = 1,
        StepConsensusDual = 0.5,
        InnerRounds = 5,
        InnerStepLower = 0.1,
        InnerStepConsensus = 0.05,
        InnerStepDual = 0.5,
        RefreshEvery = 10,
        MaxPlanes = 20,
    };

    /// <summary>The official code's rules, refreshing often.</summary>
    public static AdboOptions Official(OfficialForm form) => Paper with
    {
        Profile = AdboProfile.Official,
        OfficialForm = form,
        InnerRounds = 2,
        RefreshEvery = 7,
        StepPlaneDual = 0.1,
        PlaneDualRegularization = 0.04,
        ConsensusDualRegularization = 0.002,
        MaxPlanes = null,
    };

    /// <summary>Settings by name, as test data can carry them.</summary>
    public static AdboOptions Profile(string name) => name switch
    {
        "paper" => Paper,
        "paper, warm start" => Paper with { WarmStartInnerDual = true, InnerOrder = InnerOrder.GaussSeidel },
        "official, ijcnn1" => Official(OfficialForm.Ijcnn1),
        "official, mnist" => Official(OfficialForm.Mnist) with { Start = AdboStart.PerWorker },
        _ => throw new ArgumentException($"There is no profile '{name}'.", nameof(name)),
    };

    public static QuadraticProblem Quadratic(ulong seed, int workers = 4) => new(new QuadraticOptions(), workers, seed);

    /// <summary>Data hyper-cleaning on a small Gaussian mixture, a third of the training labels wrong.</summary>
    public static HyperCleaning HyperCleaning(ulong seed, int workers = 4)
    {
        GaussianMixtureOptions mixture = new();
        ShardedData data = Sharding.Build(
            GaussianMixture.Generate(240, seed, mixture, "train"),
            GaussianMixture.Generate(60, seed, mixture, "test"),
            new ShardingOptions { LabelNoiseRate = 1.0 / 3 },
            workers,
            seed);
        return new HyperCleaning(data, new HyperCleaningOptions());
    }

    /// <summary>Problems by name, as test data can carry them.</summary>
    public static IBilevelProblem Problem(string name, ulong seed) => name switch
    {
        "quadratic" => Quadratic(seed),
        "hyper-cleaning" => HyperCleaning(seed),
        _ => throw new ArgumentException($"There is no problem '{name}'.", nameof(name)),
    };
}
