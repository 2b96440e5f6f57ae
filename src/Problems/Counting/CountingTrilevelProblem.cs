using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Counting;

/// <summary>A problem of three levels whose queries are counted.</summary>
internal sealed class CountingTrilevelProblem(ITrilevelProblem problem, OracleCounter counter) : ITrilevelProblem
{
    public int UpperLength => problem.UpperLength;

    public int MiddleLength => problem.MiddleLength;

    public int LowerLength => problem.LowerLength;

    public int ShardCount => problem.ShardCount;

    public ITrilevelOracle CreateOracle(int shard) => new Oracle(problem.CreateOracle(shard), counter);

    public FlatVector InitialUpper(SeededRandom random) => problem.InitialUpper(random);

    public FlatVector InitialMiddle(SeededRandom random) => problem.InitialMiddle(random);

    public FlatVector InitialLower(SeededRandom random) => problem.InitialLower(random);

    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector middle, FlatVector lower) => problem.Evaluate(upper, middle, lower);

    private sealed class Oracle(ITrilevelOracle oracle, OracleCounter counter) : ITrilevelOracle
    {
        public int UpperLength => oracle.UpperLength;

        public int MiddleLength => oracle.MiddleLength;

        public int LowerLength => oracle.LowerLength;

        public double UpperLoss(TrilevelPoint at, Span<double> upperGradient, Span<double> middleGradient, Span<double> lowerGradient)
        {
            counter.NoteUpperLoss();
            return oracle.UpperLoss(at, upperGradient, middleGradient, lowerGradient);
        }

        public double MiddleLoss(TrilevelPoint at, Span<double> middleGradient)
        {
            counter.NoteMiddleLoss();
            return oracle.MiddleLoss(at, middleGradient);
        }

        public double LowerLoss(TrilevelPoint at, Span<double> lowerGradient)
        {
            counter.NoteLowerLoss();
            return oracle.LowerLoss(at, lowerGradient);
        }

        public void MiddleHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            counter.NoteProduct();
            oracle.MiddleHessianProduct(at, direction, product);
        }

        public void MiddleUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            counter.NoteProduct();
            oracle.MiddleUpperProduct(at, direction, product);
        }

        public void MiddleLowerProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            counter.NoteProduct();
            oracle.MiddleLowerProduct(at, direction, product);
        }

        public void LowerHessianProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            counter.NoteProduct();
            oracle.LowerHessianProduct(at, direction, product);
        }

        public void LowerUpperProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            counter.NoteProduct();
            oracle.LowerUpperProduct(at, direction, product);
        }

        public void LowerMiddleProduct(TrilevelPoint at, ReadOnlySpan<double> direction, Span<double> product)
        {
            counter.NoteProduct();
            oracle.LowerMiddleProduct(at, direction, product);
        }
    }
}
