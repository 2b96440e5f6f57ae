using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Counting;
using Xunit;

namespace ActorFed.Problems.Tests;

public sealed class OracleCounterTests
{
    private readonly OracleCounter _counter = new();
    private readonly QuadraticProblem _bilevel = new(new QuadraticOptions { UpperLength = 2, LowerLength = 3 }, workers: 2, seed: 1);
    private readonly TrilevelQuadraticProblem _trilevel = new(new TrilevelQuadraticOptions { UpperLength = 2, MiddleLength = 3, LowerLength = 4 }, workers: 2, seed: 1);

    [Fact]
    public void Counts_each_kind_of_query_over_all_shards_of_two_levels()
    {
        IBilevelProblem counted = (IBilevelProblem)_counter.Count(_bilevel);
        IBilevelOracle first = counted.CreateOracle(0);
        IBilevelOracle second = counted.CreateOracle(1);

        first.UpperLoss(new double[2], new double[3], [], []);
        second.UpperLoss(new double[2], new double[3], new double[2], new double[3]);
        first.LowerLoss(new double[2], new double[3], [], []);
        first.LowerHessianProduct(new double[2], new double[3], new double[3], new double[3]);
        second.LowerCrossProduct(new double[2], new double[3], new double[3], new double[2]);
        second.LowerCrossProduct(new double[2], new double[3], new double[3], new double[2]);

        Assert.Equal(new OracleCalls(UpperLosses: 2, MiddleLosses: 0, LowerLosses: 1, Products: 3), _counter.Calls);
        Assert.Equal(6, _counter.Calls.Total);
    }

    [Fact]
    public void Counts_each_kind_of_query_of_three_levels()
    {
        ITrilevelOracle oracle = ((ITrilevelProblem)_counter.Count(_trilevel)).CreateOracle(1);
        TrilevelPoint at = new(new double[2], new double[3], new double[4]);

        oracle.UpperLoss(at, [], [], []);
        oracle.MiddleLoss(at, new double[3]);
        oracle.MiddleLoss(at, []);
        oracle.LowerLoss(at, []);
        oracle.MiddleHessianProduct(at, new double[3], new double[3]);
        oracle.MiddleUpperProduct(at, new double[3], new double[2]);
        oracle.MiddleLowerProduct(at, new double[3], new double[4]);
        oracle.LowerHessianProduct(at, new double[4], new double[4]);
        oracle.LowerUpperProduct(at, new double[4], new double[2]);
        oracle.LowerMiddleProduct(at, new double[4], new double[3]);

        Assert.Equal(new OracleCalls(UpperLosses: 1, MiddleLosses: 2, LowerLosses: 1, Products: 6), _counter.Calls);
        Assert.Equal(10, _counter.Calls.Total);
    }

    [Fact]
    public void Counts_the_queries_of_one_level_and_leaves_their_answers_as_they_are()
    {
        SingleLevelQuadratic problem = new(new SingleLevelQuadraticOptions { Length = 3 }, shards: 2, seed: 1);
        ILossOracle counted = ((ILossProblem)_counter.Count(problem)).CreateOracle(1);
        double[] expected = new double[3];
        double[] gradient = new double[3];

        double loss = counted.Loss([1, 2, 3], [], gradient);
        counted.Loss([1, 2, 3], [], []);

        Assert.Equal(problem.CreateOracle(1).Loss([1, 2, 3], [], expected), loss);
        Assert.Equal(expected, gradient);
        Assert.Equal(new OracleCalls(UpperLosses: 0, MiddleLosses: 0, LowerLosses: 2, Products: 0), _counter.Calls);
    }

    [Fact]
    public void Leaves_the_answers_of_two_levels_as_they_are()
    {
        IBilevelProblem counted = (IBilevelProblem)_counter.Count(_bilevel);
        double[] upper = [1, -2];
        double[] lower = [0.5, 3, -1];
        double[] expected = new double[3];
        double[] actual = new double[3];

        double loss = _bilevel.CreateOracle(1).LowerLoss(upper, lower, [], expected);

        Assert.Equal(loss, counted.CreateOracle(1).LowerLoss(upper, lower, [], actual));
        Assert.Equal(expected, actual);
        Assert.Equal((2, 3, 2), (counted.UpperLength, counted.LowerLength, counted.ShardCount));
        Assert.Equal(
            _bilevel.Evaluate(FlatVector.CopyOf(upper), FlatVector.CopyOf(lower)).AsEnumerable(),
            counted.Evaluate(FlatVector.CopyOf(upper), FlatVector.CopyOf(lower)).AsEnumerable());
    }

    [Fact]
    public void Leaves_the_answers_of_three_levels_as_they_are()
    {
        ITrilevelProblem counted = (ITrilevelProblem)_counter.Count(_trilevel);
        TrilevelPoint at = new([1, -2], [0.5, 3, -1], [1, 2, 3, 4]);
        double[] direction = [1, -1, 2, 0.5];
        double[] expected = new double[3];
        double[] actual = new double[3];

        _trilevel.CreateOracle(0).LowerMiddleProduct(at, direction, expected);
        counted.CreateOracle(0).LowerMiddleProduct(at, direction, actual);

        Assert.Equal(expected, actual);
        Assert.Equal((2, 3, 4, 2), (counted.UpperLength, counted.MiddleLength, counted.LowerLength, counted.ShardCount));
    }

    [Fact]
    public void Counts_neither_evaluations_nor_starting_points_and_from_zero_after_a_reset()
    {
        IBilevelProblem counted = (IBilevelProblem)_counter.Count(_bilevel);
        SeededRandom random = new(1, "start");

        counted.Evaluate(counted.InitialUpper(random), counted.InitialLower(random));
        Assert.Equal(0, _counter.Calls.Total);
        counted.CreateOracle(0).LowerLoss(new double[2], new double[3], [], []);
        _counter.Reset();

        Assert.Equal(default, _counter.Calls);
    }

    [Fact]
    public void Refuses_a_problem_of_another_number_of_levels() =>
        Assert.Contains(nameof(Flat), Assert.Throws<ArgumentException>(() => _counter.Count(new Flat())).Message, StringComparison.Ordinal);

    private sealed class Flat : IProblem
    {
        public int ShardCount => 1;

        public void CheckShard(int shard)
        {
        }

        public ImmutableArray<Measure> Evaluate(ModelObserved model) => [];
    }
}
