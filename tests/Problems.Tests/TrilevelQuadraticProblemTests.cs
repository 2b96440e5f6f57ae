using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Problems.Tests;

public sealed class TrilevelQuadraticOracleTests : TrilevelOracleConformance
{
    // In double and quadratic, so that only the rounding of values by the step of 2⁻⁷ is left.
    protected override double DifferenceTolerance => 1e-11;

    protected override double RoundingTolerance => 1e-13;

    protected override ITrilevelOracle CreateOracle() => TrilevelQuadraticProblemTests.Create().CreateOracle(2);
}

public sealed class TrilevelQuadraticProblemTests
{
    private const double Tolerance = 1e-9; // systems of condition below 10³ in double, three of them one in the other

    private static readonly TrilevelQuadraticOptions Options = new()
    {
        UpperLength = 2,
        MiddleLength = 3,
        LowerLength = 4,
        Heterogeneity = 0.5,
        Feedback = 0.2,
        Conflict = 0.5,
    };

    internal static TrilevelQuadraticProblem Create(ulong seed = 1) => new(Options, workers: 3, seed);

    /// <summary>
    /// x_3 = x_1/2 + x_2/2, so f_2 along it is x_2² − x_2 (x_1 + x_3) = x_2²/2 − 3/2 x_1 x_2, hence x_2 = 3/2 x_1 and x_3 = 5/4 x_1.
    /// f_1 = x_1²/2 + (3/2 x_1 − 1)²/2 + (5/4 x_1 − 2)²/2 has its minimum at x_1 (1 + 9/4 + 25/16) = 3/2 + 5/2.
    /// </summary>
    [Fact]
    public void Solves_the_scalar_example_by_hand()
    {
        TrilevelQuadraticProblem problem = new([Scalar()]);

        Assert.Equal(64.0 / 77, problem.SolutionUpper[0], Tolerance);
        Assert.Equal(96.0 / 77, problem.SolutionMiddle[0], Tolerance);
        Assert.Equal(80.0 / 77, problem.SolutionLower[0], Tolerance);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.2, 0)]
    [InlineData(0.2, 1)]
    public void Agrees_with_a_nested_search_that_knows_nothing_but_the_losses(double feedback, double conflict)
    {
        TrilevelQuadraticProblem problem = new(Options with { Feedback = feedback, Conflict = conflict }, workers: 3, seed: 2);
        ITrilevelOracle[] oracles = [.. Enumerable.Range(0, 3).Select(problem.CreateOracle)];

        double[] Lower(double[] x1, double[] x2) => Minimise(4, x3 => oracles.Sum(oracle => oracle.LowerLoss(new TrilevelPoint(x1, x2, x3), [])));
        double[] Middle(double[] x1) => Minimise(3, x2 => oracles.Sum(oracle => oracle.MiddleLoss(new TrilevelPoint(x1, x2, Lower(x1, x2)), [])));
        double[] upper = Minimise(2, x1 =>
        {
            double[] x2 = Middle(x1);
            double[] x3 = Lower(x1, x2);
            return oracles.Sum(oracle => oracle.UpperLoss(new TrilevelPoint(x1, x2, x3), [], [], []));
        });

        AssertClose(problem.SolutionUpper.Span.ToArray(), upper);
        AssertClose(problem.SolutionMiddle.Span.ToArray(), Middle(upper));
        AssertClose(problem.SolutionLower.Span.ToArray(), Lower(upper, Middle(upper)));
    }

    [Fact]
    public void The_hypergradient_is_the_slope_of_the_upper_objective_along_both_answers()
    {
        TrilevelQuadraticProblem problem = Create();
        double[] x = SmallData.Gaussians(2, "x");
        double[] direction = SmallData.Gaussians(2, "direction");

        double slope = Objective(0.5) - Objective(-0.5); // exact for a quadratic, whatever the step

        Assert.Equal(slope, VectorMath.Dot(direction, problem.Hypergradient(x)), Tolerance);
        Assert.Equal(0, VectorMath.Norm(problem.Hypergradient(problem.SolutionUpper.Span)), Tolerance);

        double Objective(double step)
        {
            double[] moved = [.. x];
            VectorMath.AddScaled(step, direction, moved);
            double[] middle = problem.MiddleSolution(moved);
            double[] lower = problem.LowerSolution(moved, middle);
            return Enumerable.Range(0, 3).Sum(shard => problem.CreateOracle(shard).UpperLoss(new TrilevelPoint(moved, middle, lower), [], [], []));
        }
    }

    [Fact]
    public void Without_conflict_the_upper_level_wishes_for_the_answer_of_the_lower()
    {
        TrilevelQuadraticProblem agreed = new(Options with { Conflict = 0 }, workers: 3, seed: 1);
        TrilevelQuadraticProblem random = new(Options with { Conflict = 1 }, workers: 3, seed: 1);

        Assert.Equal(0, VectorMath.Norm(WishAtSolution(agreed)), Tolerance);
        Assert.True(VectorMath.Norm(WishAtSolution(random)) > 0.1);

        static double[] WishAtSolution(TrilevelQuadraticProblem problem)
        {
            double[] sum = new double[4];
            double[] gradient = new double[4];
            for (int shard = 0; shard < 3; shard++)
            {
                problem.CreateOracle(shard).UpperLoss(
                    new TrilevelPoint(problem.SolutionUpper, problem.SolutionMiddle, problem.SolutionLower), [], [], gradient);
                VectorMath.AddScaled(1, gradient, sum);
            }

            return sum;
        }
    }

    [Fact]
    public void A_seed_determines_the_problem_and_heterogeneity_tells_workers_apart()
    {
        Assert.Equal(Create().SolutionUpper, Create().SolutionUpper);
        Assert.NotEqual(Create().SolutionUpper, Create(seed: 2).SolutionUpper);
        Assert.Single(Losses(0));
        Assert.Equal(3, Losses(0.1).Length);

        static double[] Losses(double heterogeneity)
        {
            TrilevelQuadraticProblem problem = new(Options with { Heterogeneity = heterogeneity }, workers: 3, seed: 1);
            TrilevelPoint at = new(SmallData.Gaussians(2, "1"), SmallData.Gaussians(3, "2"), SmallData.Gaussians(4, "3"));
            double[] losses = new double[3];
            for (int shard = 0; shard < 3; shard++)
            {
                losses[shard] = problem.CreateOracle(shard).MiddleLoss(at, []);
            }

            return [.. losses.Distinct()];
        }
    }

    [Fact]
    public void Measures_the_distance_to_the_solution_level_by_level()
    {
        TrilevelQuadraticProblem problem = Create();

        Measure[] measures = [.. problem.Evaluate(
            Moved(problem.SolutionUpper, 2), Moved(problem.SolutionMiddle, 3), Moved(problem.SolutionLower, 6))];

        Assert.Equal(
            ["distance-to-solution", "upper-distance", "middle-distance", "lower-distance", "hypergradient-norm"], measures.Select(measure => measure.Name));
        Assert.Equal([7, 2, 3, 6], measures[..4].Select(measure => Math.Round(measure.Value, 9)));
        Assert.Equal(VectorMath.Norm(problem.Hypergradient(Moved(problem.SolutionUpper, 2).Span)), measures[4].Value);

        static FlatVector Moved(FlatVector vector, double by) => FlatVector.Create(vector.Length, entries =>
        {
            vector.Span.CopyTo(entries);
            entries[0] += by;
        });
    }

    [Fact]
    public void Rejects_coefficients_without_a_solution_or_of_unequal_lengths()
    {
        TrilevelQuadraticWorker odd = Scalar() with { LowerMiddle = FlatVector.Of(1, 2) };

        Assert.Contains("positive definite", Assert.Throws<ArithmeticException>(
            () => new TrilevelQuadraticProblem([Scalar() with { LowerHessian = FlatVector.Of(0) }])).Message, StringComparison.Ordinal);
        Assert.Throws<ArithmeticException>(() => new TrilevelQuadraticProblem(Options with { Feedback = 100 }, workers: 3, seed: 1));
        Assert.Contains("LowerMiddle of worker 1", Assert.Throws<ArgumentException>(
            () => new TrilevelQuadraticProblem([Scalar(), odd])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TrilevelQuadraticOracle(odd));
        Assert.Throws<ArgumentException>(() => new TrilevelQuadraticProblem([]));
        Assert.Throws<ArgumentException>(() => new TrilevelQuadraticProblem(Options, workers: 0, seed: 1));
        Assert.Throws<ValidationException>(() => new TrilevelQuadraticProblem(Options with { UpperCurvature = 0 }, workers: 3, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create().CreateOracle(3));
        Assert.Throws<ArgumentException>(() => Create().LowerSolution(new double[3], new double[3]));
        Assert.Throws<ArgumentException>(() => Create().MiddleSolution(new double[3]));
    }

    /// <summary>The minimum of a quadratic, from its values alone: second differences give the matrix, elimination the point.</summary>
    private static double[] Minimise(int length, Func<double[], double> value)
    {
        double At(int i, double a, int j, double b)
        {
            double[] x = new double[length];
            x[i] += a;
            x[j] += b;
            return value(x);
        }

        double origin = value(new double[length]);
        double[][] rows = [.. Enumerable.Range(0, length).Select(i => new double[length + 1])];
        for (int i = 0; i < length; i++)
        {
            for (int j = 0; j < length; j++)
            {
                rows[i][j] = At(i, 1, j, 1) - At(i, 1, j, 0) - At(i, 0, j, 1) + origin;
            }

            rows[i][length] = -(At(i, 1, i, 0) - At(i, -1, i, 0)) / 2;
        }

        return Eliminate(rows, length);
    }

    private static double[] Eliminate(double[][] rows, int length)
    {
        for (int pivot = 0; pivot < length; pivot++)
        {
            for (int row = 0; row < length; row++)
            {
                double factor = row == pivot ? 0 : rows[row][pivot] / rows[pivot][pivot];
                for (int column = 0; column <= length; column++)
                {
                    rows[row][column] -= factor * rows[pivot][column];
                }
            }
        }

        return [.. Enumerable.Range(0, length).Select(i => rows[i][length] / rows[i][i])];
    }

    private static void AssertClose(double[] expected, double[] actual) =>
        Assert.All(Enumerable.Range(0, expected.Length), i => Assert.Equal(expected[i], actual[i], 1e-8)); // differences of differences lose digits

    private static TrilevelQuadraticWorker Scalar() => new()
    {
        UpperCurvature = 1,
        UpperCentre = FlatVector.Of(0),
        MiddleCentre = FlatVector.Of(1),
        LowerCentre = FlatVector.Of(2),
        MiddleHessian = FlatVector.Of(2),
        MiddleUpper = FlatVector.Of(1),
        MiddleLower = FlatVector.Of(1),
        MiddleLinear = FlatVector.Of(0),
        LowerHessian = FlatVector.Of(2),
        LowerUpper = FlatVector.Of(1),
        LowerMiddle = FlatVector.Of(1),
        LowerLinear = FlatVector.Of(0),
    };
}
