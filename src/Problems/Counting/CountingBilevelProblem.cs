using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Counting;

/// <summary>A problem of two levels whose queries are counted.</summary>
internal sealed class CountingBilevelProblem(IBilevelProblem problem, OracleCounter counter) : IBilevelProblem
{
    public int UpperLength => problem.UpperLength;

    public int LowerLength => problem.LowerLength;

    public int ShardCount => problem.ShardCount;

    public IBilevelOracle CreateOracle(int shard) => new Oracle(problem.CreateOracle(shard), counter);

    public FlatVector InitialUpper(SeededRandom random) => problem.InitialUpper(random);

    public FlatVector InitialLower(SeededRandom random) => problem.InitialLower(random);

    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower) => problem.Evaluate(upper, lower);

    private sealed class Oracle(IBilevelOracle oracle, OracleCounter counter) : IBilevelOracle
    {
        public int UpperLength => oracle.UpperLength;

        public int LowerLength => oracle.LowerLength;

        public bool UpperLossDependsOnUpper => oracle.UpperLossDependsOnUpper;

        public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
        {
            counter.NoteUpperLoss();
            return oracle.UpperLoss(upper, lower, upperGradient, lowerGradient);
        }

        public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
        {
            counter.NoteLowerLoss();
            return oracle.LowerLoss(upper, lower, upperGradient, lowerGradient);
        }

        public void LowerHessianProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
        {
            counter.NoteProduct();
            oracle.LowerHessianProduct(upper, lower, direction, product);
        }

        public void LowerCrossProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
        {
            counter.NoteProduct();
            oracle.LowerCrossProduct(upper, lower, direction, product);
        }
    }
}
