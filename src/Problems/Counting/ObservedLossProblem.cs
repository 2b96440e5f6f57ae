using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Counting;

/// <summary>A problem of one level whose queries are observed.</summary>
internal sealed class ObservedLossProblem(ILossProblem problem, IOracleObserver observer) : ILossProblem
{
    public int Length => problem.Length;

    public int ShardCount => problem.ShardCount;

    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning) => new Oracle(problem.CreateOracle(shard, poisoning), observer);

    public FlatVector Initial(SeededRandom random) => problem.Initial(random);

    public ImmutableArray<Measure> Evaluate(FlatVector point) => problem.Evaluate(point);

    private sealed class Oracle(ILossOracle oracle, IOracleObserver observer) : ILossOracle
    {
        public int Length => oracle.Length;

        public int RowCount => oracle.RowCount;

        public ImmutableArray<int> Labels => oracle.Labels;

        public void BeginEpoch(long epoch) => oracle.BeginEpoch(epoch);

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            long asked = observer.Asked(OracleQuery.LowerLoss);
            double loss = oracle.Loss(point, rows, gradient);
            observer.Answered(OracleQuery.LowerLoss, asked);
            return loss;
        }
    }
}
