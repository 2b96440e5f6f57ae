using ActorFed.Algorithms.Decentralized.Dsgd;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Algorithms.Tests.Decentralized;

public sealed class DsgdRuleTests
{
    [Fact]
    public void Judges_all_candidates_of_a_round_by_one_batch_that_no_step_was_made_on()
    {
        Rows oracle = new();
        DsgdRule rule = new(new DsgdOptions { Step = 0.1, LocalSteps = 2, BatchRows = 4 }, oracle, FlatVector.Of(1), 1, 0);

        for (long round = 0; round < 3; round++)
        {
            oracle.Asked.Clear();
            rule.Prepare(round, 0);
            rule.LossOf(rule.Exchanges[0][0], FlatVector.Of(2));
            rule.LossOf(rule.Exchanges[0][0], FlatVector.Of(3));
            rule.Absorb(round, 0, [FlatVector.Zeros(1)]);

            Assert.Equal(4, oracle.Asked.Count);
            Assert.All(oracle.Asked, rows => Assert.Equal(4, rows.Length));
            Assert.Equal(oracle.Asked[2], oracle.Asked[3]);
            Assert.DoesNotContain(oracle.Asked[2], oracle.Asked[..2]);
        }
    }

    [Fact]
    public void Judges_by_all_rows_where_steps_are_made_on_all()
    {
        Rows oracle = new();
        DsgdRule rule = new(new DsgdOptions { Step = 0.1 }, oracle, FlatVector.Of(1), 1, 0);
        rule.Prepare(0, 0);

        rule.LossOf(rule.Exchanges[0][0], FlatVector.Of(2));

        Assert.All(oracle.Asked, Assert.Empty);
    }

    /// <summary>½ x², and which rows it was asked about.</summary>
    private sealed class Rows : ILossOracle
    {
        public List<int[]> Asked { get; } = [];

        public int Length => 1;

        public int RowCount => 1000;

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            Asked.Add(rows.ToArray());
            if (!gradient.IsEmpty)
            {
                gradient[0] = point[0];
            }

            return 0.5 * point[0] * point[0];
        }
    }
}
