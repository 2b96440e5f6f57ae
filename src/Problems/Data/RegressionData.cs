using System.Collections.Immutable;

namespace ActorFed.Problems.Data;

/// <summary>A regression data set.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Features">One row per sample.</param>
/// <param name="Targets">One per sample, as in the file.</param>
public sealed record RegressionData(string Name, FeatureMatrix Features, ImmutableArray<double> Targets);

/// <summary>A regression training set split over participants, and the test set that none of them sees.</summary>
/// <param name="Train">All training samples.</param>
/// <param name="Test">The test samples.</param>
/// <param name="Shards">One per participant; no row is in two of them.</param>
public sealed record ShardedRegression(RegressionData Train, RegressionData Test, ImmutableArray<Shard> Shards) : ShardedSet(Shards)
{
    /// <inheritdoc/>
    public override int TestRows => Test.Targets.Length;
}
