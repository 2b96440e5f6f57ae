using System.ComponentModel.DataAnnotations;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class ShardingTests
{
    private static readonly GaussianMixtureOptions Mixture = new() { Classes = 4, Features = 3 };
    private static readonly LabelledData Train = GaussianMixture.Generate(200, 1, Mixture);
    private static readonly LabelledData Test = GaussianMixture.Generate(50, 1, Mixture, "test");

    [Theory]
    [InlineData(0.5, 10)]
    [InlineData(0.25, 5)]
    [InlineData(0.01, 1)]
    [InlineData(0.99, 19)]
    [InlineData(0.0, 0)]
    public void Splits_each_shard_by_the_validation_fraction(double fraction, int validationRows)
    {
        ShardedData data = Build(new ShardingOptions { ValidationFraction = fraction }, shards: 10);

        Assert.Equal(10, data.Shards.Length);
        Assert.All(data.Shards, shard => Assert.Equal(validationRows, shard.ValidationRows.Length));
        Assert.All(data.Shards, shard => Assert.Equal(20 - validationRows, shard.TrainRows.Length));
        Assert.Equal(200, data.Shards.SelectMany(shard => shard.TrainRows.Concat(shard.ValidationRows)).Distinct().Count());
    }

    [Fact]
    public void Trains_on_the_first_rows_when_told_so()
    {
        ShardedData data = Build(
            new ShardingOptions { Partition = PartitionKind.Contiguous, Split = SplitOrder.TrainFirst }, shards: 4);

        Assert.Equal(Enumerable.Range(50, 25), data.Shards[1].TrainRows);
        Assert.Equal(Enumerable.Range(75, 25), data.Shards[1].ValidationRows);
    }

    [Fact]
    public void Splits_at_random_by_default()
    {
        ShardedData data = Build(new ShardingOptions { Partition = PartitionKind.Contiguous }, shards: 4);

        Assert.NotEqual(Enumerable.Range(0, 25), data.Shards[0].TrainRows.Order());
        Assert.Equal(Enumerable.Range(0, 50), data.Shards[0].TrainRows.Concat(data.Shards[0].ValidationRows).Order());
    }

    [Fact]
    public void Is_the_same_for_the_same_seed()
    {
        ShardingOptions options = new() { Partition = PartitionKind.Dirichlet, LabelNoiseRate = 0.25, TrainRows = 150 };

        ShardedData first = Sharding.Build(Train, Test, options, 5, 7);
        ShardedData second = Sharding.Build(Train, Test, options, 5, 7);
        ShardedData other = Sharding.Build(Train, Test, options, 5, 8);

        Assert.Equal<int>(first.Train.Labels, second.Train.Labels);
        Assert.Equal<int>(first.Shards[3].TrainRows, second.Shards[3].TrainRows);
        Assert.NotEqual(first.Shards[3].TrainRows.AsEnumerable(), other.Shards[3].TrainRows);
    }

    [Fact]
    public void Corrupts_training_labels_only_and_marks_them()
    {
        ShardedData data = Build(new ShardingOptions { LabelNoiseRate = 0.5 }, shards: 5);

        for (int row = 0; row < 200; row++)
        {
            Assert.Equal(data.Train.Corrupted[row], data.Train.Labels[row] != Train.Labels[row]);
        }

        Assert.All(data.Shards, shard => Assert.Equal(10, shard.TrainRows.Count(row => data.Train.Corrupted[row])));
        Assert.All(data.Shards, shard => Assert.DoesNotContain(shard.ValidationRows, row => data.Train.Corrupted[row]));
        Assert.Equal<int>(Test.Labels, data.Test.Labels);
    }

    [Fact]
    public void Marks_nothing_without_label_noise() =>
        Assert.True(Build(new ShardingOptions(), shards: 5).Train.Corrupted.IsEmpty);

    [Fact]
    public void Uses_as_many_rows_as_it_is_told()
    {
        ShardedData data = Build(new ShardingOptions { TrainRows = 60, TestRows = 7 }, shards: 5);

        Assert.Equal((60, 60), (data.Train.Features.Rows, data.Train.Labels.Length));
        Assert.Equal((7, 7), (data.Test.Features.Rows, data.Test.Labels.Length));
        Assert.All(data.Shards, shard => Assert.Equal(12, shard.TrainRows.Length + shard.ValidationRows.Length));
    }

    [Fact]
    public void Scales_both_sets_by_the_training_rows()
    {
        ShardedData data = Build(new ShardingOptions { Scaling = FeatureScaling.MinMax }, shards: 5);

        ReadOnlySpan<float> train = ((DenseMatrix)data.Train.Features).Values;
        FeatureScaler scaler = FeatureScaler.Fit((DenseMatrix)Train.Features, FeatureScaling.MinMax);
        DenseMatrix expected = scaler.Apply((DenseMatrix)Test.Features);
        Assert.Equal((0, 1), (train.ToArray().Min(), train.ToArray().Max()));
        Assert.Equal(expected.Values.ToArray(), ((DenseMatrix)data.Test.Features).Values.ToArray());
    }

    [Fact]
    public void Splits_regression_sets()
    {
        RegressionData train = new("line", Train.Features, [.. Enumerable.Range(0, 200).Select(row => row * 0.5)]);
        RegressionData test = new("line", Test.Features, [.. Enumerable.Range(0, 50).Select(row => row * 2.0)]);

        ShardedRegression data = Sharding.Build(train, test, new ShardingOptions { TrainRows = 100 }, 4, 1);

        Assert.Equal(100, data.Train.Targets.Length);
        Assert.Equal(100, data.Shards.SelectMany(shard => shard.TrainRows.Concat(shard.ValidationRows)).Distinct().Count());
    }

    [Theory]
    [InlineData(PartitionKind.ByLabel, 0)]
    [InlineData(PartitionKind.Dirichlet, 0)]
    [InlineData(PartitionKind.SortedPieces, 0)]
    [InlineData(PartitionKind.Iid, 0.1)]
    public void Rejects_labels_asked_of_a_regression_set(PartitionKind kind, double noise)
    {
        RegressionData data = new("line", Train.Features, [.. new double[200]]);
        ShardingOptions options = new() { Partition = kind, LabelNoiseRate = noise };

        Assert.Throws<ArgumentException>(() => Sharding.Build(data, data, options, 4, 1));
    }

    [Fact]
    public void Rejects_an_option_out_of_range()
    {
        Assert.Throws<ValidationException>(() => Build(new ShardingOptions { Alpha = 0 }, shards: 5));
        Assert.Throws<ValidationException>(() => Build(new ShardingOptions { ValidationFraction = 1 }, shards: 5));
        Assert.Throws<ValidationException>(() => Build(new ShardingOptions { LabelNoiseRate = double.NaN }, shards: 5));
    }

    [Fact]
    public void Rejects_more_rows_than_there_are()
    {
        ArgumentException error =
            Assert.Throws<ArgumentException>(() => Build(new ShardingOptions { TestRows = 51 }, shards: 5));

        Assert.Contains("TestRows is 51; 'gaussian-mixture' has 50", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_sets_that_do_not_fit_each_other()
    {
        LabelledData wider = GaussianMixture.Generate(50, 1, Mixture with { Features = 4 });
        LabelledData richer = GaussianMixture.Generate(50, 1, Mixture with { Classes = 5 });
        LabelledData shorter = Train with { Labels = Train.Labels[..10] };
        LabelledData wrong = Train with { Labels = Train.Labels.SetItem(9, 4) };
        ShardingOptions options = new();

        Assert.Contains("4 for testing", Message(Train, wider), StringComparison.Ordinal);
        Assert.Contains("5 for testing", Message(Train, richer), StringComparison.Ordinal);
        Assert.Contains("10 labels", Message(shorter, Test), StringComparison.Ordinal);
        Assert.Contains("row 9 has label 4", Message(wrong, Test), StringComparison.Ordinal);

        string Message(LabelledData train, LabelledData test) =>
            Assert.Throws<ArgumentException>(() => Sharding.Build(train, test, options, 5, 1)).Message;
    }

    [Fact]
    public void Rejects_scaling_of_pixels()
    {
        LabelledData digits = SyntheticDigits.Generate(20, 1, new SyntheticDigitsOptions());
        ShardingOptions options = new() { Scaling = FeatureScaling.Standardise };

        Assert.Throws<ArgumentException>(() => Sharding.Build(digits, digits, options, 2, 1));
    }

    private static ShardedData Build(ShardingOptions options, int shards) => Sharding.Build(Train, Test, options, shards, 7);
}
