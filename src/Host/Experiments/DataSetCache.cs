using System.Collections.Concurrent;
using ActorFed.Host.Data;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Experiments;

/// <summary>
/// Data sets that are read from files once and shared by all runs, however they deal the rows. Sets that depend on the seed are
/// made anew for each run and go with it.
/// </summary>
/// <param name="locator">Where data sets lie.</param>
internal sealed class DataSetCache(DataLocator locator)
{
    private readonly ConcurrentDictionary<(string Set, int? RecutAt), Lazy<(LabelledData Train, LabelledData Test)>> _sets = new();

    /// <summary>The shards of an experiment; from any thread. Regression sets and texts are small, and read for each run.</summary>
    /// <inheritdoc cref="DataSetLoader.LoadFor"/>
    public ShardedSet LoadFor(Experiment experiment) => experiment.Problem.HasTargets || experiment.Problem.HasText
        ? DataSetLoader.LoadFor(experiment, locator)
        : Load(DataSetLoader.DataFor(experiment), experiment.Options.Workers, experiment.Options.Seed);

    /// <summary>The shards of a classification set; from any thread.</summary>
    /// <inheritdoc cref="DataSetLoader.Load"/>
    public ShardedData Load(DataOptions options, int workers, ulong seed)
    {
        (LabelledData train, LabelledData test) = DataSetLoader.IsSameForEverySeed(options.Set)
            ? _sets.GetOrAdd((options.Set, options.RecutAt), _ => new(() => DataSetLoader.ReadCut(options, seed, locator))).Value
            : DataSetLoader.ReadCut(options, seed, locator);
        return Sharding.Build(train, test, options.Sharding, workers, seed);
    }
}
