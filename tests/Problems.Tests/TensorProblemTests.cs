using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Problems.Tests;

public sealed class TensorProblemTests
{
    [Fact]
    public void Has_the_lengths_of_its_layouts_and_starts_at_zero_where_nothing_else_is_said()
    {
        TensorTrilevelProblem<double> problem = TensorProblems.Trilevel();

        Assert.Equal((1, 4, TensorProblems.Model.Layout.Length), (problem.UpperLength, problem.MiddleLength, problem.LowerLength));
        Assert.Equal(FlatVector.Zeros(4), problem.InitialMiddle(new SeededRandom(1, "any")));
        Assert.Equal(problem.InitialLower(new SeededRandom(1, "w")), problem.InitialLower(new SeededRandom(1, "w")));
        Assert.NotEqual(problem.InitialLower(new SeededRandom(1, "w")), problem.InitialLower(new SeededRandom(2, "w")));
    }

    [Fact]
    public void Measures_what_it_is_told_to()
    {
        TensorTrilevelProblem<double> problem = TensorProblems.Trilevel();

        Assert.Equal(new Measure("sum", 10), Assert.Single(problem.Evaluate(FlatVector.Of(1), FlatVector.Of(1, 2, 3, 4), FlatVector.Zeros(problem.LowerLength))));
    }

    [Fact]
    public void Names_a_loss_that_is_no_scalar_before_a_run()
    {
        TensorTrilevelProblem<double> problem = TensorProblems.Trilevel(middle: levels => levels[1][0].Square());

        ArgumentException error = Assert.Throws<ArgumentException>(() => problem.CheckShard(1));

        Assert.Contains("The middle loss of 'three' on shard 1 is a tensor of shape [2, 2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_a_loss_that_is_not_finite_before_a_run_and_does_not_hide_it_later()
    {
        TensorTrilevelProblem<double> problem = TensorProblems.Trilevel(middle: levels => (levels[1][0].Sum() - 1).Log());

        ArithmeticException error = Assert.Throws<ArithmeticException>(() => problem.CheckShard(0));

        Assert.Contains("The middle loss of 'three' on shard 0 is NaN at a starting point; it must be finite.", error.Message, StringComparison.Ordinal);
        Assert.True(double.IsNaN(problem.CreateOracle(0).MiddleLoss(
            new TrilevelPoint([0], [0, 0, 0, 0], new double[problem.LowerLength]), new double[4])));
    }

    [Fact]
    public void Names_a_derivative_that_is_not_finite_although_the_loss_is()
    {
        TensorTrilevelProblem<double> problem = TensorProblems.Trilevel(middle: levels => levels[1][0].Sqrt().Sum());
        ITrilevelOracle oracle = problem.CreateOracle(0);
        double[] gradient = new double[4];

        Assert.Equal(3, oracle.MiddleLoss(new TrilevelPoint([0], [1, 4, 0, 0], new double[problem.LowerLength]), []));
        ArithmeticException error = Assert.Throws<ArithmeticException>(() => oracle.MiddleLoss(
            new TrilevelPoint([0], [1, 4, 0, 0], new double[problem.LowerLength]), gradient));

        Assert.Contains("Entry 2 of the gradient of the middle loss of 'three' on shard 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_a_starting_point_that_does_not_fit_its_layout()
    {
        TensorBilevelProblem<double> problem = TensorProblems.Bilevel(upper: _ => FlatVector.Zeros(7));

        ArgumentException error = Assert.Throws<ArgumentException>(() => problem.InitialUpper(new SeededRandom(1, "x")));

        Assert.Contains("The starting point of the upper level of 'two' has length 7; it must be 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_a_shard_that_is_not_there()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorProblems.Bilevel().CreateOracle(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorProblems.Trilevel().CreateOracle(-1));
    }

    [Fact]
    public void Memory_stops_growing_after_the_first_calls()
    {
        TensorTrilevelOracle<double> oracle = TensorProblems.Trilevel().CreateOracle(0);
        double[] lower = SmallData.Gaussians(oracle.LowerLength, "lower");
        double[] product = new double[lower.Length];
        oracle.LowerHessianProduct(new TrilevelPoint([0], [1, 2, 3, 4], lower), lower, product);
        long capacity = oracle.CapacityBytes;

        for (int i = 0; i < 100; i++)
        {
            oracle.LowerHessianProduct(new TrilevelPoint([0], [1, 2, 3, 4], lower), lower, product);
        }

        Assert.Equal(capacity, oracle.CapacityBytes);
    }
}
