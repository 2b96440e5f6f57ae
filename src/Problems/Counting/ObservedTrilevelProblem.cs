using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Counting;

/// <summary>A problem of three levels whose queries are observed.</summary>
internal sealed class ObservedTrilevelProblem(ITrilevelProblem problem, IOracleObserver observer) : ITrilevelProblem
{
    public int UpperLength => problem.UpperLength;

    public int MiddleLength => problem.MiddleLength;

    public int LowerLength => problem.LowerLength;

    public int ShardCount => problem.ShardCount;

    public ITrilevelOracle CreateOracle(int shard) => new Oracle(problem.CreateOracle(shard), observer);

    public FlatVector InitialUpper(SeededRandom random) => problem.InitialUpper(random);

    public FlatVector InitialMiddle(SeededRandom random) => problem.InitialMiddle(random);

    public FlatVector InitialLower(SeededRandom random) => problem.InitialLower(random);

    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector middle, FlatVector lower) => problem.Evaluate(upper, middle, lower);

    private sealed class Oracle(ITrilevelOracle oracle, IOracleObserver observer) : ITrilevelOracle
    {
        public int UpperLength => oracle.UpperLength;

        public int MiddleLength => oracle.MiddleLength;

        public int LowerLength => oracle.LowerLength;

        public double UpperLoss(TrilevelPoint at, Span<double> upperGradient, Span<double> middleGradient, Span<double> lowerGradient)
        {
            long asked = observer.Asked(OracleQuery.UpperLoss);
            double loss = oracle.UpperLoss(at, upperGradient, middleGradient, lowerGradient);
            observer.Answered(OracleQuery.UpperLoss, asked);
            return loss;
        }

        public double MiddleLoss(TrilevelPoint at, Span<double> middleGradient)
        {
            long asked = observer.Asked(OracleQuery.MiddleLoss);
            double loss = oracle.MiddleLoss(at, middleGradient);
            observer.Answered(OracleQuery.MiddleLoss, asked);
            return loss;
        }

        public double LowerLoss(TrilevelPoint at, Span<double> lowerGradient)
        {
            long asked = observer.Asked(OracleQuery.LowerLoss);
            double loss = oracle.LowerLoss(at, lowerGradient);
            observer.Answered(OracleQuery.LowerLoss, asked);
            return loss;
        }

        public void MiddleHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            long asked = observer.Asked(OracleQuery.Product);
            oracle.MiddleHessianProduct(at, direction, product);
            observer.Answered(OracleQuery.Product, asked);
        }

        public void MiddleUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            long asked = observer.Asked(OracleQuery.Product);
            oracle.MiddleUpperProduct(at, direction, product);
            observer.Answered(OracleQuery.Product, asked);
        }

        public void MiddleLowerProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            long asked = observer.Asked(OracleQuery.Product);
            oracle.MiddleLowerProduct(at, direction, product);
            observer.Answered(OracleQuery.Product, asked);
        }

        public void LowerHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            long asked = observer.Asked(OracleQuery.Product);
            oracle.LowerHessianProduct(at, direction, product);
            observer.Answered(OracleQuery.Product, asked);
        }

        public void LowerUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            long asked = observer.Asked(OracleQuery.Product);
            oracle.LowerUpperProduct(at, direction, product);
            observer.Answered(OracleQuery.Product, asked);
        }

        public void LowerMiddleProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            long asked = observer.Asked(OracleQuery.Product);
            oracle.LowerMiddleProduct(at, direction, product);
            observer.Answered(OracleQuery.Product, asked);
        }
    }
}
