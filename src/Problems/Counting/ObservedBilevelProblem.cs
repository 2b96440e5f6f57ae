using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Counting;

/// <summary>A problem of two levels whose queries are observed.</summary>
internal sealed class ObservedBilevelProblem(IBilevelProblem problem, IOracleObserver observer) : IBilevelProblem
{
    public int UpperLength => problem.UpperLength;

    public int LowerLength => problem.LowerLength;

    public int? SharedLength => problem.SharedLength;

    public int ShardCount => problem.ShardCount;

    public IBilevelOracle CreateOracle(int shard) => new Oracle(problem.CreateOracle(shard), observer);

    public FlatVector InitialUpper(SeededRandom random) => problem.InitialUpper(random);

    public FlatVector InitialLower(SeededRandom random) => problem.InitialLower(random);

    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower) => problem.Evaluate(upper, lower);

    private sealed class Oracle(IBilevelOracle oracle, IOracleObserver observer) : IBilevelOracle
    {
        public int UpperLength => oracle.UpperLength;

        public int LowerLength => oracle.LowerLength;

        public bool UpperLossDependsOnUpper => oracle.UpperLossDependsOnUpper;

        public int UpperExamples => oracle.UpperExamples;

        public int LowerExamples => oracle.LowerExamples;

        public void BeginEpoch(long epoch) => oracle.BeginEpoch(epoch);

        public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
        {
            long asked = observer.Asked(OracleQuery.UpperLoss);
            double loss = oracle.UpperLoss(upper, lower, upperGradient, lowerGradient);
            observer.Answered(OracleQuery.UpperLoss, asked);
            return loss;
        }

        public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
        {
            long asked = observer.Asked(OracleQuery.LowerLoss);
            double loss = oracle.LowerLoss(upper, lower, upperGradient, lowerGradient);
            observer.Answered(OracleQuery.LowerLoss, asked);
            return loss;
        }

        public void LowerHessianProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
        {
            long asked = observer.Asked(OracleQuery.Product);
            oracle.LowerHessianProduct(upper, lower, direction, product);
            observer.Answered(OracleQuery.Product, asked);
        }

        public void LowerCrossProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
        {
            long asked = observer.Asked(OracleQuery.Product);
            oracle.LowerCrossProduct(upper, lower, direction, product);
            observer.Answered(OracleQuery.Product, asked);
        }
    }
}
