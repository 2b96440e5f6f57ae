using System.Collections.Immutable;

namespace ActorFed.Problems.Data;

/// <summary>A data set split over participants: <see cref="ShardedData"/> where it has labels, <see cref="ShardedRegression"/> where it has targets.</summary>
/// <param name="Shards">One per participant; no row is in two of them.</param>
public abstract record ShardedSet(ImmutableArray<Shard> Shards)
{
    /// <summary>Number of test rows.</summary>
    public abstract int TestRows { get; }
}
