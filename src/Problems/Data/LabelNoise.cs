using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems.Data;

/// <summary>Makes labels wrong on purpose, for problems that find the wrong ones.</summary>
public static class LabelNoise
{
    /// <summary>
    /// Shifts exactly ⌊rate · n⌋ labels of each shard by 1..C−1 modulo the number of classes C, and marks them in
    /// <see cref="LabelledData.Corrupted"/>.
    /// </summary>
    /// <param name="train">The training set, no label of which was corrupted before.</param>
    /// <param name="shards">Its shards.</param>
    /// <param name="rate">Share of labels to shift, in [0, 1].</param>
    /// <param name="scope">Which rows of a shard count as its n and may be shifted.</param>
    /// <param name="seed">The run's seed; each shard draws from a stream of its own.</param>
    /// <exception cref="ArgumentException">The rate is out of range, or labels were corrupted before.</exception>
    public static LabelledData Apply(
        LabelledData train, ImmutableArray<Shard> shards, double rate, LabelNoiseScope scope, ulong seed)
    {
        if (rate is not (>= 0 and <= 1) || !train.Corrupted.IsEmpty)
        {
            throw new ArgumentException(
                $"Label noise of rate {rate} on '{train.Name}': the rate must be in [0, 1] and the labels as yet untouched.");
        }

        int[] labels = [.. train.Labels];
        bool[] corrupted = new bool[labels.Length];
        for (int i = 0; i < shards.Length; i++)
        {
            SeededRandom random = new(seed, $"label-noise/{i}");
            int[] rows = scope == LabelNoiseScope.TrainRows
                ? [.. shards[i].TrainRows]
                : [.. shards[i].TrainRows, .. shards[i].ValidationRows];
            random.Shuffle<int>(rows);
            foreach (int row in rows.AsSpan(0, CountOf(rate, rows.Length)))
            {
                labels[row] = (labels[row] + 1 + random.NextInt32(train.Classes - 1)) % train.Classes;
                corrupted[row] = true;
            }
        }

        return train with { Labels = [.. labels], Corrupted = [.. corrupted] };
    }

    /// <summary>⌊rate · rows⌋ of the decimal rate: 0.29 of 100 is 29 although 0.29 · 100 is just below it in binary.</summary>
    internal static int CountOf(double rate, int rows) => (int)Math.Floor((rate * rows) + 1e-9);
}
