using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;
using ActorFed.Problems.Data;

namespace ActorFed.Problems.Tests;

/// <summary>Random data sets small enough for naive loops.</summary>
internal static class SmallData
{
    public static LabelledData Floats(int rows, int features, int classes, ulong seed = 1)
    {
        SeededRandom random = new(seed, "floats");
        float[] values = [.. Enumerable.Range(0, rows * features).Select(_ => (float)random.NextGaussian())];
        return new LabelledData("floats", new DenseMatrix(values, features), Labels(rows, classes, random), classes);
    }

    public static LabelledData Bytes(int rows, int features, int classes, ulong seed = 1)
    {
        SeededRandom random = new(seed, "bytes");
        byte[] values = [.. Enumerable.Range(0, rows * features).Select(_ => (byte)random.NextInt32(256))];
        return new LabelledData(
            "bytes", new ByteMatrix(values, features, 1f / 64, -2f), Labels(rows, classes, random), classes);
    }

    /// <summary>Splits data over shards in turn, every second row of a shard for validation; a third of the labels is corrupted.</summary>
    public static ShardedData Shard(LabelledData train, LabelledData test, int shards)
    {
        ImmutableArray<Shard> split =
        [
            .. Enumerable.Range(0, shards).Select(shard =>
            {
                int[] rows = [.. Enumerable.Range(0, train.Features.Rows).Where(row => row % shards == shard)];
                return new Shard([.. rows.Where((_, i) => i % 2 == 0)], [.. rows.Where((_, i) => i % 2 == 1)]);
            }),
        ];
        ImmutableArray<bool> corrupted = [.. Enumerable.Range(0, train.Features.Rows).Select(row => row % 3 == 2)];
        return new ShardedData(train with { Corrupted = corrupted }, test, split);
    }

    public static double[] Gaussians(int length, string stream, double deviation = 1)
    {
        SeededRandom random = new(5, stream);
        return [.. Enumerable.Range(0, length).Select(_ => deviation * random.NextGaussian())];
    }

    private static ImmutableArray<int> Labels(int rows, int classes, SeededRandom random) =>
        [.. Enumerable.Range(0, rows).Select(_ => random.NextInt32(classes))];
}
