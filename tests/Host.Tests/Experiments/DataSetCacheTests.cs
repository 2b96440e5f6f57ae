using System.Text;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Tests.Data;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

public sealed class DataSetCacheTests
{
    private static readonly byte[] Rows = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{-i},{i % 2}\n")));

    [Fact]
    public void Reads_a_set_once_and_deals_its_rows_by_each_seed()
    {
        using TemporaryFolder temporary = new();
        DataSetCache cache = new(new DataLocator(temporary.Path, _ => null));
        string train = temporary.Write("optdigits/optdigits.tra", Rows);
        string test = temporary.Write("optdigits/optdigits.tes", Rows);
        DataOptions options = OptionsFor("optdigits");

        ShardedData first = cache.Load(options, workers: 2, seed: 1);
        File.Delete(train);
        File.Delete(test);
        ShardedData second = cache.Load(options, workers: 4, seed: 2);

        Assert.Equal((2, 4), (first.Shards.Length, second.Shards.Length));
        Assert.Same(first.Train.Features, second.Train.Features);
        Assert.NotEqual(
            first.Shards[0].TrainRows.AsEnumerable(),
            cache.Load(options, workers: 2, seed: 2).Shards[0].TrainRows.AsEnumerable());
    }

    [Fact]
    public void Draws_a_generated_set_anew_for_each_seed()
    {
        DataSetCache cache = new(new DataLocator(null, _ => null));
        DataOptions options = OptionsFor("gaussian-mixture");

        ShardedData first = cache.Load(options, workers: 2, seed: 1);
        ShardedData second = cache.Load(options, workers: 2, seed: 2);
        ShardedData again = cache.Load(options, workers: 2, seed: 1);

        Assert.NotEqual(first.Train.Labels.AsEnumerable(), second.Train.Labels.AsEnumerable());
        Assert.Equal(first.Train.Labels.AsEnumerable(), again.Train.Labels.AsEnumerable());
    }

    [Fact]
    public void Takes_only_sets_as_the_same_for_every_seed_that_are_files() =>
        Assert.All(DataCatalog.Sets.Where(set => set.IsGenerated), set => Assert.False(DataSetLoader.IsSameForEverySeed(set.Name)));

    private static DataOptions OptionsFor(string set) =>
        Experiment.Load(Cli.Quadratic, [$"data.set={set}", "data.gaussian-mixture.train-rows=60", "data.gaussian-mixture.test-rows=20"]).Options.Data;
}
