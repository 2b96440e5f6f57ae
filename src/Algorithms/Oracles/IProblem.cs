using System.Collections.Immutable;
using ActorFed.Algorithms.Core;

namespace ActorFed.Algorithms.Oracles;

/// <summary>
/// A problem over shards, whatever its levels: what a run needs to know of it. Algorithms ask for one of its kinds,
/// <see cref="ILossProblem"/>, <see cref="IBilevelProblem"/>, <see cref="ITrilevelProblem"/> or <see cref="ICoupledProblem"/>, which
/// give oracles and starting points.
/// </summary>
public interface IProblem
{
    /// <summary>Number of shards, hence of workers.</summary>
    int ShardCount { get; }

    /// <summary>Requires that an oracle can be made over shard <paramref name="shard"/>.</summary>
    /// <exception cref="ArgumentException">It cannot; the message says why.</exception>
    void CheckShard(int shard);

    /// <summary>The same problem, whose workers use these rows of their shards.</summary>
    /// <param name="selection">Which rows.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="NotSupportedException">Its losses are always over all rows.</exception>
    IProblem Select(RowSelection selection, ulong seed) => selection.Rule == SelectionRule.All
        ? this
        : throw new NotSupportedException("The losses of this problem are always over all rows of a shard.");

    /// <summary>Test metrics of a model; empty when there are none.</summary>
    /// <exception cref="ArgumentException">The model is of another number of levels.</exception>
    ImmutableArray<Measure> Evaluate(ModelObserved model);
}
