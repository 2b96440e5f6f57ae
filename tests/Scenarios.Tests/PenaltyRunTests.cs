using ActorFed.Algorithms;
using ActorFed.Algorithms.Bilevel.BlJust;
using ActorFed.Algorithms.Bilevel.Pbgd;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Scenarios.Tests;

public sealed class PenaltyRunTests
{
    private static readonly PbgdOptions Heavy = new()
    {
        LastWeight = 50,
        WeightSteps = 1000,
        Rescale = true,
        StepUpper = 0.1,
        StepLower = 0.1,
        StepInner = 0.2,
        InnerSteps = 5,
    };

    private static readonly BlJustOptions Joint = new()
    {
        Epochs = 4,
        ExploreSteps = 2,
        JointSteps = 4,
        StepExplore = 0.2,
        StepShared = 0.2,
        StepHead = 0.2,
        StepOwn = 0.2,
        StepFineTune = 0.1,
        WeightIncrement = 0.2,
    };

    /// <summary>The minimum of the penalised problem is off by about 1 / γ: ten times the weight, a smaller distance.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_heavier_penalty_ends_nearer_to_the_known_solution(ulong seed)
    {
        double[] distances = new double[2];
        foreach ((int i, double weight) in new[] { (0, 5.0), (1, 50.0) })
        {
            QuadraticProblem problem = new(new QuadraticOptions { UpperCurvature = 1 }, workers: 4, seed);
            Ended ended = await Run(problem, new PbgdAlgorithm(), Heavy with { LastWeight = weight }, steps: 3000, seed).CompleteAsync();
            distances[i] = Assert.Single(problem.Evaluate(ended.Model.Upper, ended.Model.Lower), measure => measure.Name == "distance-to-solution").Value;
        }

        Assert.True(distances[1] < distances[0] / 2, $"The distances are {distances[0]} and {distances[1]}.");
    }

    [Theory]
    [InlineData("value gap")]
    [InlineData("gradient norm")]
    [InlineData("joint")]
    public async Task Ends_at_the_same_bits_whatever_the_order_of_threads(string name)
    {
        Scenario scenario = name switch
        {
            "value gap" => Run(Cases.Problem("hyper-cleaning", 6), new PbgdAlgorithm(), Heavy with { LastWeight = 0.5 }, steps: 20, seed: 6),
            "gradient norm" => Run(
                Cases.Quadratic(6), new PbgdAlgorithm(), Heavy with { Penalty = PenaltyKind.GradientNorm, StepUpper = 0.02, StepLower = 0.02 }, steps: 20, seed: 6),
            _ => Run(Mixture(), new BlJustAlgorithm(), Joint, steps: 30, seed: 6),
        };
        Ended expected = await scenario.CompleteAsync();

        for (ulong run = 0; run < 3; run++)
        {
            (await (scenario with { Oracle = Perturbation.Of(run) }).CompleteAsync()).MustEqual(expected);
        }
    }

    [Fact]
    public async Task Joint_training_lowers_both_losses()
    {
        Ended ended = await Run(Mixture(), new BlJustAlgorithm(), Joint with { Epochs = 20 }, steps: 120, seed: 3).CompleteAsync();

        StepObserved[] steps = [.. ended.Log.Of<StepObserved>()];
        Assert.True(Of(steps[^1], MeasureNames.UpperObjective) < Of(steps[2], MeasureNames.UpperObjective) / 2);
        Assert.True(Of(steps[^1], MeasureNames.LowerObjective) < Of(steps[0], MeasureNames.LowerObjective) / 2);
    }

    private static double Of(StepObserved step, string name) => Assert.Single(step.Measures, measure => measure.Name == name).Value;

    private static JointTraining Mixture()
    {
        GaussianMixtureOptions mixture = new();
        return new JointTraining(
            Sharding.Build(
                GaussianMixture.Generate(160, 2, mixture, "train"), GaussianMixture.Generate(40, 2, mixture, "test"),
                new ShardingOptions { ValidationFraction = 0.25 }, 4, 2),
            new JointTrainingOptions { HiddenUnits = 6 });
    }

    private static Scenario Run(IBilevelProblem problem, IAlgorithm algorithm, object options, long steps, ulong seed) => new()
    {
        Problem = problem,
        Algorithm = algorithm,
        Options = options,
        Steps = steps,
        Seed = seed,
    };
}
