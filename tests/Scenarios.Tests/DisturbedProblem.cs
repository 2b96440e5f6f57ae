using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Scenarios.Tests;

/// <summary>A problem whose oracles are wrapped; all else is as it was.</summary>
internal sealed class DisturbedProblem(IBilevelProblem problem, Func<int, IBilevelOracle, IBilevelOracle> wrap) : IBilevelProblem
{
    public int UpperLength => problem.UpperLength;

    public int LowerLength => problem.LowerLength;

    public int? SharedLength => problem.SharedLength;

    public int ShardCount => problem.ShardCount;

    public IBilevelOracle CreateOracle(int shard) => wrap(shard, problem.CreateOracle(shard));

    public FlatVector InitialUpper(SeededRandom random) => problem.InitialUpper(random);

    public FlatVector InitialLower(SeededRandom random) => problem.InitialLower(random);

    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower) => problem.Evaluate(upper, lower);
}

/// <summary>An oracle that does something before every query, and perhaps something to the answer.</summary>
/// <param name="oracle">The real one.</param>
/// <param name="before">Called first in every query; what it throws is thrown.</param>
/// <param name="spoil">Called with every gradient or product that was computed.</param>
internal sealed class DisturbedOracle(IBilevelOracle oracle, Action before, DisturbedOracle.Spoil? spoil = null) : IBilevelOracle
{
    public delegate void Spoil(Span<double> result);

    public int UpperLength => oracle.UpperLength;

    public int LowerLength => oracle.LowerLength;

    public bool UpperLossDependsOnUpper => oracle.UpperLossDependsOnUpper;

    public int UpperExamples => oracle.UpperExamples;

    public int LowerExamples => oracle.LowerExamples;

    public void BeginEpoch(long epoch) => oracle.BeginEpoch(epoch);

    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        before();
        double loss = oracle.UpperLoss(upper, lower, upperGradient, lowerGradient);
        spoil?.Invoke(lowerGradient);
        return loss;
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        before();
        double loss = oracle.LowerLoss(upper, lower, upperGradient, lowerGradient);
        spoil?.Invoke(lowerGradient);
        return loss;
    }

    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        before();
        oracle.LowerHessianProduct(upper, lower, direction, product);
        spoil?.Invoke(product);
    }

    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        before();
        oracle.LowerCrossProduct(upper, lower, direction, product);
        spoil?.Invoke(product);
    }
}
