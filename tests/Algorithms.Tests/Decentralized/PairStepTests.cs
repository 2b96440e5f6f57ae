using ActorFed.Algorithms.Decentralized.CoupledCd;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Decentralized;

public sealed class PairStepTests
{
    [Fact]
    public void A_move_under_l1_stops_at_a_kink()
    {
        Assert.Equal(-0.02, PairStep.MoveL1(slope: 0.4, step: 0.2, weight: 0.3, x: 0.02, y: 1));
    }

    [Fact]
    public void A_move_under_l1_is_the_best_of_a_fine_grid()
    {
        SeededRandom random = new(3, "pair-step");
        for (int draw = 0; draw < 200; draw++)
        {
            (double slope, double step, double weight) = (random.NextGaussian(), 0.1 + random.NextDouble(), random.NextDouble());
            (double x, double y) = (random.NextGaussian(), random.NextGaussian());

            double best = Value(PairStep.MoveL1(slope, step, weight, x, y));

            for (double t = -4; t <= 4; t += 0.01)
            {
                Assert.True(best <= Value(t) + 1e-12, $"t = {t} is better in draw {draw}");
            }

            double Value(double t) => (slope * t) + (t * t / step) + (weight * Math.Abs(x + t)) + (weight * Math.Abs(y - t));
        }
    }

    [Theory]
    [InlineData(2.0, 0.5, -0.5)]   // free
    [InlineData(20.0, 0.25, -0.75)] // x comes to its lower bound
    [InlineData(-20.0, 0.25, 0.25)] // y comes to its lower bound
    public void A_move_in_a_box_ends_at_its_bounds(double slope, double y, double expected) =>
        Assert.Equal(expected, PairStep.MoveBox(slope, step: 0.5, lower: 0, upper: 1, x: 0.75, y: y));

    [Fact]
    public void The_largest_eigenvalue_is_that_of_the_characteristic_polynomial()
    {
        double value = PairStep.LargestEigenvalue(3, 2, 0.5);

        Assert.Equal(0, ((3 - value) * (2 - value)) - 0.25, 1e-12);
        Assert.True(value >= 3);
    }

    [Fact]
    public void A_multiplier_exists_where_constraints_repeat_each_other()
    {
        double[] gram = [2, 4, 1, 4, 8, 2, 1, 2, 5]; // the second row is twice the first
        double[] slope = [3, 6, -1];

        FlatVector multiplier = PairStep.Multiplier(gram, slope);

        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(slope[row], VectorMath.Dot(gram.AsSpan(row * 3, 3), multiplier.Span), 1e-12);
        }
    }

    [Fact]
    public void A_pair_without_a_part_in_the_constraint_has_no_multiplier() =>
        Assert.Equal(FlatVector.Of(0), PairStep.Multiplier([0], [0]));
}
