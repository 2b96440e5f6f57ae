using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems.Data;

/// <summary>Turns a training and a test set into shards: choose rows, scale, deal, split, corrupt, in that order.</summary>
public static class Sharding
{
    /// <summary>Splits a classification set over <paramref name="shards"/> participants.</summary>
    /// <param name="train">The training set.</param>
    /// <param name="test">The test set; as many features and classes.</param>
    /// <param name="options">How rows are chosen, dealt, split and corrupted.</param>
    /// <param name="shards">Number of participants that own data; at least 1.</param>
    /// <param name="seed">The run's seed; the same arguments give the same shards on every machine.</param>
    /// <exception cref="ArgumentException">The sets do not fit each other, or not the options.</exception>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    public static ShardedData Build(LabelledData train, LabelledData test, ShardingOptions options, int shards, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        CheckRows(train.Name, train.Features.Rows, train.Labels.Length);
        CheckRows(test.Name, test.Features.Rows, test.Labels.Length);
        CheckLabels(train);
        CheckLabels(test);
        if (train.Classes != test.Classes)
        {
            throw new ArgumentException(
                $"'{train.Name}' has {train.Classes} classes for training and {test.Classes} for testing; read both with the "
                + "same class names.");
        }

        train = Chosen(train.Name, train.Labels.Length, options.TrainRows, "TrainRows", seed) is int[] trainRows
            ? DataRows.Select(train, trainRows)
            : train;
        test = Chosen(test.Name, test.Labels.Length, options.TestRows, "TestRows", seed) is int[] testRows
            ? DataRows.Select(test, testRows)
            : test;
        (FeatureMatrix trainFeatures, FeatureMatrix testFeatures) = Scaled(train.Name, train.Features, test.Features, options);

        int[][] rows = Partition.Rows(train.Labels.AsSpan(), train.Classes, shards, options, seed, train.Speakers.AsSpan());
        ImmutableArray<Shard> split = Split(rows, options, seed);
        LabelledData seen = train with { Features = trainFeatures };
        if (options.LabelNoiseRate > 0)
        {
            seen = LabelNoise.Apply(seen, split, options.LabelNoiseRate, options.LabelNoiseScope, seed);
        }

        return new ShardedData(seen, test with { Features = testFeatures }, split);
    }

    /// <summary>Splits a regression set over <paramref name="shards"/> participants, by a partition without labels.</summary>
    /// <param name="train">The training set.</param>
    /// <param name="test">The test set; as many features.</param>
    /// <param name="options">How rows are chosen, dealt and split.</param>
    /// <param name="shards">Number of participants that own data; at least 1.</param>
    /// <param name="seed">The run's seed; the same arguments give the same shards on every machine.</param>
    /// <exception cref="ArgumentException">The sets do not fit each other, or not the options.</exception>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    public static ShardedRegression Build(
        RegressionData train, RegressionData test, ShardingOptions options, int shards, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        CheckRows(train.Name, train.Features.Rows, train.Targets.Length);
        CheckRows(test.Name, test.Features.Rows, test.Targets.Length);
        if (options.Partition is PartitionKind.ByLabel or PartitionKind.SortedPieces or PartitionKind.Dirichlet
            || options.LabelNoiseRate > 0)
        {
            throw new ArgumentException(
                $"'{train.Name}' has targets, not labels: {options.Partition} with label noise {options.LabelNoiseRate} "
                + "does not apply. Use Iid, Contiguous or QuantitySkew, and no label noise.");
        }

        train = Chosen(train.Name, train.Targets.Length, options.TrainRows, "TrainRows", seed) is int[] trainRows
            ? DataRows.Select(train, trainRows)
            : train;
        test = Chosen(test.Name, test.Targets.Length, options.TestRows, "TestRows", seed) is int[] testRows
            ? DataRows.Select(test, testRows)
            : test;
        (FeatureMatrix trainFeatures, FeatureMatrix testFeatures) = Scaled(train.Name, train.Features, test.Features, options);

        int[][] rows = Partition.Rows(new int[train.Targets.Length], 1, shards, options, seed);
        return new ShardedRegression(
            train with { Features = trainFeatures }, test with { Features = testFeatures }, Split(rows, options, seed));
    }

    private static ImmutableArray<Shard> Split(int[][] parts, ShardingOptions options, ulong seed)
    {
        SeededRandom random = new(seed, "split");
        ImmutableArray<Shard>.Builder shards = ImmutableArray.CreateBuilder<Shard>(parts.Length);
        foreach (int[] part in parts)
        {
            int[] order = [.. part];
            if (options.Split == SplitOrder.Random)
            {
                random.Shuffle<int>(order);
            }

            int validation = options.ValidationFraction == 0
                ? 0
                : Math.Clamp((int)Math.Round(order.Length * options.ValidationFraction), 1, order.Length - 1);
            shards.Add(new Shard([.. order[..^validation]], [.. order[^validation..]]));
        }

        return shards.MoveToImmutable();
    }

    /// <summary>The rows to use; null for all of them, which then need no copy.</summary>
    private static int[]? Chosen(string name, int rows, int? count, string option, ulong seed)
    {
        if (count > rows)
        {
            throw new ArgumentException($"{option} is {count}; '{name}' has {rows} such rows, which is the most.");
        }

        return count is int chosen ? DataRows.Sample(rows, chosen, new SeededRandom(seed, option)) : null;
    }

    private static (FeatureMatrix Train, FeatureMatrix Test) Scaled(
        string name, FeatureMatrix train, FeatureMatrix test, ShardingOptions options)
    {
        if (train.Columns != test.Columns)
        {
            throw new ArgumentException(
                $"'{name}' has {train.Columns} features for training and {test.Columns} for testing; read both with the same "
                + "feature count.");
        }

        if (options.Scaling == FeatureScaling.None)
        {
            return (train, test);
        }

        if (train is not DenseMatrix denseTrain || test is not DenseMatrix denseTest)
        {
            throw new ArgumentException(
                $"Scaling is {options.Scaling}, but the pixels of '{name}' are normalised when read; set it to None.");
        }

        FeatureScaler scaler = FeatureScaler.Fit(denseTrain, options.Scaling);
        return (scaler.Apply(denseTrain), scaler.Apply(denseTest));
    }

    private static void CheckRows(string name, int features, int labels)
    {
        if (features == 0 || features != labels)
        {
            throw new ArgumentException(
                $"'{name}' has {features} rows of features and {labels} labels or targets; there must be as many, and at least "
                + "one.");
        }
    }

    private static void CheckLabels(LabelledData data)
    {
        for (int row = 0; row < data.Labels.Length; row++)
        {
            if ((uint)data.Labels[row] >= (uint)data.Classes)
            {
                throw new ArgumentException(
                    $"'{data.Name}' row {row} has label {data.Labels[row]}; labels must be in [0, {data.Classes}).");
            }
        }
    }
}
