using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Benchmarks;

/// <summary>How often each kind of oracle query was asked.</summary>
internal readonly record struct OracleCalls(long UpperLosses, long LowerLosses, long Products);

/// <summary>A problem that counts the queries to its oracles.</summary>
internal sealed class CountingProblem(IBilevelProblem problem) : IBilevelProblem
{
    private long _upperLosses;
    private long _lowerLosses;
    private long _products;

    public OracleCalls Calls => new(_upperLosses, _lowerLosses, _products);

    public int UpperLength => problem.UpperLength;

    public int LowerLength => problem.LowerLength;

    public int ShardCount => problem.ShardCount;

    public void Reset() => (_upperLosses, _lowerLosses, _products) = (0, 0, 0);

    public IBilevelOracle CreateOracle(int shard) => new Oracle(this, problem.CreateOracle(shard));

    public FlatVector InitialUpper(SeededRandom random) => problem.InitialUpper(random);

    public FlatVector InitialLower(SeededRandom random) => problem.InitialLower(random);

    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower) => problem.Evaluate(upper, lower);

    private sealed class Oracle(CountingProblem owner, IBilevelOracle oracle) : IBilevelOracle
    {
        public int UpperLength => oracle.UpperLength;

        public int LowerLength => oracle.LowerLength;

        public bool UpperLossDependsOnUpper => oracle.UpperLossDependsOnUpper;

        public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
        {
            Interlocked.Increment(ref owner._upperLosses);
            return oracle.UpperLoss(upper, lower, upperGradient, lowerGradient);
        }

        public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> lowerGradient)
        {
            Interlocked.Increment(ref owner._lowerLosses);
            return oracle.LowerLoss(upper, lower, lowerGradient);
        }

        public void LowerHessianProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
        {
            Interlocked.Increment(ref owner._products);
            oracle.LowerHessianProduct(upper, lower, direction, product);
        }

        public void LowerCrossProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
        {
            Interlocked.Increment(ref owner._products);
            oracle.LowerCrossProduct(upper, lower, direction, product);
        }
    }
}
