using System.Collections.Immutable;

namespace ActorFed.Problems.Data;

/// <summary>A classification data set.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Features">One row per sample.</param>
/// <param name="Labels">One per sample, in [0, <paramref name="Classes"/>).</param>
/// <param name="Classes">Number of classes; at least 2.</param>
public sealed record LabelledData(string Name, FeatureMatrix Features, ImmutableArray<int> Labels, int Classes)
{
    /// <summary>Whether the label of each sample was corrupted on purpose; empty when none was.</summary>
    public ImmutableArray<bool> Corrupted { get; init; } = [];

    /// <summary>What the file calls each class; empty when the labels have no other names than their numbers.</summary>
    public ImmutableArray<string> ClassNames { get; init; } = [];

    /// <summary>Number of the speaker whose words a sample is, from 0, or −1 where it is of several or of none; empty where the set has no speakers.</summary>
    public ImmutableArray<int> Speakers { get; init; } = [];
}

/// <summary>The rows of the training set that one participant owns, split for the two levels.</summary>
/// <param name="TrainRows">Rows of the lower level; at least one.</param>
/// <param name="ValidationRows">
/// Rows of the upper level, disjoint from <paramref name="TrainRows"/>; at least one, unless the validation fraction is 0.
/// </param>
public sealed record Shard(ImmutableArray<int> TrainRows, ImmutableArray<int> ValidationRows);

/// <summary>A training set split over participants, and the test set that none of them sees.</summary>
/// <param name="Train">All training samples, with the labels as participants see them.</param>
/// <param name="Test">The test samples, normalised with their own offset and scale.</param>
/// <param name="Shards">One per participant; no row is in two of them.</param>
public sealed record ShardedData(LabelledData Train, LabelledData Test, ImmutableArray<Shard> Shards) : ShardedSet(Shards)
{
    /// <inheritdoc/>
    public override int TestRows => Test.Labels.Length;
}
