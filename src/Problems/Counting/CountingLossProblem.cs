using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Counting;

/// <summary>A problem of one level whose queries are counted.</summary>
internal sealed class CountingLossProblem(ILossProblem problem, OracleCounter counter) : ILossProblem
{
    public int Length => problem.Length;

    public int ShardCount => problem.ShardCount;

    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning) => new Oracle(problem.CreateOracle(shard, poisoning), counter);

    public FlatVector Initial(SeededRandom random) => problem.Initial(random);

    public ImmutableArray<Measure> Evaluate(FlatVector point) => problem.Evaluate(point);

    private sealed class Oracle(ILossOracle oracle, OracleCounter counter) : ILossOracle
    {
        public int Length => oracle.Length;

        public int RowCount => oracle.RowCount;

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            counter.NoteLowerLoss();
            return oracle.Loss(point, rows, gradient);
        }
    }
}
