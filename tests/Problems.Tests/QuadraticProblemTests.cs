using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Problems.Tests;

public sealed class QuadraticOracleTests : OracleConformance
{
    // In double and quadratic, so that only the rounding of values by the step of 2⁻⁷ is left.
    protected override double DifferenceTolerance => 1e-11;

    protected override double RoundingTolerance => 1e-13;

    protected override IBilevelOracle CreateOracle() => QuadraticProblemTests.Create().CreateOracle(2);
}

public sealed class QuadraticProblemTests
{
    private const double Tolerance = 1e-10; // systems of condition below 10³ in double

    private static readonly QuadraticOptions Options = new() { UpperLength = 5, LowerLength = 7 };

    internal static QuadraticProblem Create(ulong seed = 1) => new(Options, workers: 4, seed);

    [Fact]
    public void Solves_the_scalar_example_by_hand()
    {
        QuadraticProblem problem = new([Scalar(e: 0, c: 1, h: 1, m: 1, d: 0.5), Scalar(e: 0, c: 3, h: 2, m: 0.5, d: -0.2)]);

        Assert.Equal(19.0 / 7, problem.SolutionUpper[0], Tolerance);
        Assert.Equal((0.5 * 19 / 7) + 0.1, problem.SolutionLower[0], Tolerance);
        Assert.Equal(1.1, problem.LowerSolution([2])[0], Tolerance);
    }

    [Theory]
    [InlineData(1, 1, 1, 0.0)]
    [InlineData(5, 7, 4, 0.5)]
    [InlineData(9, 3, 10, 2.0)]
    public void At_the_solution_all_gradients_vanish(int n, int m, int workers, double heterogeneity)
    {
        QuadraticProblem problem = new(
            new QuadraticOptions { UpperLength = n, LowerLength = m, Heterogeneity = heterogeneity }, workers, seed: 1);
        double[] lowerGradient = new double[m];
        double[] sum = new double[m];

        for (int shard = 0; shard < workers; shard++)
        {
            problem.CreateOracle(shard).LowerLoss(problem.SolutionUpper.Span, problem.SolutionLower.Span, [], lowerGradient);
            VectorMath.AddScaled(1, lowerGradient, sum);
        }

        Assert.Equal(0, VectorMath.Norm(sum), Tolerance);
        Assert.Equal(0, VectorMath.Norm(problem.Hypergradient(problem.SolutionUpper.Span)), Tolerance);
    }

    [Fact]
    public void The_hypergradient_is_the_slope_of_the_upper_objective_along_the_lower_solution()
    {
        QuadraticProblem problem = Create();
        double[] x = SmallData.Gaussians(5, "x");
        double[] direction = SmallData.Gaussians(5, "direction");

        double slope = (Objective(0.5) - Objective(-0.5)) / 1; // exact for a quadratic, whatever the step

        Assert.Equal(slope, VectorMath.Dot(direction, problem.Hypergradient(x)), Tolerance);

        double Objective(double step)
        {
            double[] moved = [.. x];
            VectorMath.AddScaled(step, direction, moved);
            double[] lower = problem.LowerSolution(moved);
            return Enumerable.Range(0, 4).Sum(shard => problem.CreateOracle(shard).UpperLoss(moved, lower, [], []));
        }
    }

    [Fact]
    public void Without_heterogeneity_all_workers_are_equal_and_with_it_they_differ()
    {
        double[] x = SmallData.Gaussians(5, "x");
        double[] y = SmallData.Gaussians(7, "y");

        Assert.Single(Losses(0));
        Assert.Equal(4, Losses(0.1).Length);

        double[] Losses(double heterogeneity)
        {
            QuadraticProblem problem = new(Options with { Heterogeneity = heterogeneity }, workers: 4, seed: 1);
            return [.. Enumerable.Range(0, 4).Select(shard => problem.CreateOracle(shard).LowerLoss(x, y, [], [])).Distinct()];
        }
    }

    [Fact]
    public void A_seed_determines_the_problem()
    {
        FlatVector solution = Create().SolutionUpper;

        Assert.Equal(solution, Create().SolutionUpper);
        Assert.NotEqual(solution, Create(seed: 2).SolutionUpper);
    }

    [Fact]
    public void Measures_the_distance_to_the_solution_and_the_hypergradient()
    {
        QuadraticProblem problem = Create();
        double[] x = problem.SolutionUpper.Span.ToArray();
        double[] y = problem.SolutionLower.Span.ToArray();
        x[1] += 3;
        y[2] -= 4;

        Measure[] measures = [.. problem.Evaluate(FlatVector.CopyOf(x), FlatVector.CopyOf(y))];

        Assert.Equal(["distance-to-solution", "hypergradient-norm"], measures.Select(measure => measure.Name));
        Assert.Equal(5, measures[0].Value, Tolerance);
        Assert.Equal(VectorMath.Norm(problem.Hypergradient(x)), measures[1].Value);
    }

    [Fact]
    public void Rejects_coefficients_without_a_solution_or_of_unequal_lengths()
    {
        QuadraticWorker flat = Scalar(e: 0, c: 1, h: 0, m: 1, d: 0);
        QuadraticWorker odd = Scalar(e: 0, c: 1, h: 1, m: 1, d: 0) with { Coupling = FlatVector.Of(1, 2) };

        Assert.Contains("positive definite", Assert.Throws<ArithmeticException>(() => new QuadraticProblem([flat])).Message,
            StringComparison.Ordinal);
        Assert.Contains("Coupling of worker 1", Assert.Throws<ArgumentException>(
            () => new QuadraticProblem([Scalar(e: 0, c: 1, h: 1, m: 1, d: 0), odd])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new QuadraticOracle(odd));
        Assert.Throws<ArgumentException>(() => new QuadraticProblem([]));
        Assert.Throws<ArgumentException>(() => new QuadraticProblem(Options, workers: 0, seed: 1));
        Assert.Throws<ValidationException>(() => new QuadraticProblem(Options with { UpperCurvature = 0 }, workers: 4, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create().CreateOracle(4));
    }

    private static QuadraticWorker Scalar(double e, double c, double h, double m, double d) => new()
    {
        UpperCurvature = 0.1,
        UpperCentre = FlatVector.Of(e),
        LowerCentre = FlatVector.Of(c),
        LowerHessian = FlatVector.Of(h),
        Coupling = FlatVector.Of(m),
        LowerLinear = FlatVector.Of(d),
    };
}
