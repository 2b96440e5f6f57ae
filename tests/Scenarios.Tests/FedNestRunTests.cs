using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems;
using Xunit;

namespace ActorFed.Scenarios.Tests;

public sealed class FedNestRunTests
{
    /// <summary>Far more rounds and terms than anyone would pay for, so that both levels of an epoch are exact.</summary>
    private static readonly FedNestOptions Exact = new()
    {
        LowerRounds = 400,
        StepLower = 0.25,
        NeumannTerms = 400,
        NeumannStep = 0.25,
        StepUpper = 1,
    };

    private static readonly FedNestOptions Usual = Exact with { LowerRounds = 2, LowerLocalSteps = 5, NeumannTerms = 10 };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    public async Task The_hypergradient_of_exact_levels_is_the_closed_form(ulong seed, int workers)
    {
        QuadraticProblem problem = Cases.Quadratic(seed, workers);
        FlatVector start = problem.InitialUpper(new SeededRandom(seed, "fednest/x"));
        double[] expected = problem.Hypergradient(start.Span);

        Ended ended = await Run(problem, Exact, steps: 1, seed).CompleteAsync();

        double gap = Assert.Single(ended.Log.Of<MeasuresObserved>()[^1].Measures, m => m.Name == MeasureNames.StationarityGap).Value;
        Assert.Equal(VectorMath.Norm(expected) / workers, gap, 1e-9); // ours is the mean over the workers, not the sum
        for (int j = 0; j < expected.Length; j++)
        {
            Assert.Equal(start[j] - (expected[j] / workers), ended.Model.Upper[j], 1e-9);
        }
    }

    [Fact]
    public async Task More_terms_of_the_series_bring_the_hypergradient_nearer()
    {
        QuadraticProblem problem = Cases.Quadratic(5);
        FlatVector start = problem.InitialUpper(new SeededRandom(5, "fednest/x"));
        double[] expected = problem.Hypergradient(start.Span);
        double before = double.PositiveInfinity;
        foreach (int terms in new[] { 1, 10, 40, 100 })
        {
            Ended ended = await Run(problem, Exact with { NeumannTerms = terms }, steps: 1, seed: 5).CompleteAsync();

            double error = expected.Select((value, j) => Math.Pow(start[j] - ended.Model.Upper[j] - (value / 4), 2)).Sum();
            Assert.True(error < before / 4, $"{terms} terms: the squared error is {error}, and was {before} with fewer.");
            before = error;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Converges_to_the_known_solution(ulong seed)
    {
        QuadraticProblem problem = new(new QuadraticOptions { UpperCurvature = 1 }, workers: 4, seed);

        Ended ended = await Run(problem, Usual with { NeumannTerms = 100, StepUpper = 0.1 }, steps: 150, seed).CompleteAsync();

        double distance = Assert.Single(problem.Evaluate(ended.Model.Upper, ended.Model.Lower), m => m.Name == "distance-to-solution").Value;
        Assert.InRange(distance, 0, 1e-4); // the series' rest is about 0.875^100 of the whole
    }

    [Theory]
    [InlineData("quadratic", NeumannSeries.Truncated, 1)]
    [InlineData("quadratic", NeumannSeries.Random, 3)]
    [InlineData("hyper-cleaning", NeumannSeries.Random, 1)]
    public async Task Ends_at_the_same_bits_whatever_the_order_of_threads(string problem, NeumannSeries series, int upperSteps)
    {
        FedNestOptions options = Usual with { NeumannSeries = series, NeumannTerms = 5, UpperLocalSteps = upperSteps, StepUpper = 0.1 };
        Scenario scenario = Run(Cases.Problem(problem, 6), options, steps: 20, seed: 6);
        Ended expected = await scenario.CompleteAsync();

        for (ulong run = 0; run < 3; run++)
        {
            (await (scenario with { Oracle = Perturbation.Of(run) }).CompleteAsync()).MustEqual(expected);
        }
    }

    [Fact]
    public async Task Measures_every_epoch()
    {
        Ended ended = await Run(Cases.Quadratic(7), Usual, steps: 10, seed: 7).CompleteAsync();

        Assert.Equal(Enumerable.Range(1, 10).Select(step => (long)step), ended.Log.Of<MeasuresObserved>().Select(measured => measured.Step));
        Assert.All(ended.Log.Of<MeasuresObserved>(), measured => Assert.Equal(
            [MeasureNames.UpperObjective, MeasureNames.LowerObjective, MeasureNames.StationarityGap],
            measured.Measures.Select(measure => measure.Name)));
    }

    private static Scenario Run(IBilevelProblem problem, FedNestOptions options, long steps, ulong seed) => new()
    {
        Problem = problem,
        Algorithm = new FedNestAlgorithm(),
        Options = options,
        Steps = steps,
        Seed = seed,
    };
}
