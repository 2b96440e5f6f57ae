using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems.Data;

/// <summary>The rows of a participant that lies about them.</summary>
/// <remarks>The label flip and feature attacks of Fang et al. (BALANCE), arXiv 2406.10416.</remarks>
internal static class PoisonedRows
{
    private static readonly double NoiseDeviation = Math.Sqrt(1000);

    /// <summary>A data set and its rows, changed as the attacker does; the given set stays as it is.</summary>
    /// <param name="data">The set.</param>
    /// <param name="rows">The attacker's rows.</param>
    /// <param name="poisoning">What it does.</param>
    /// <param name="random">Source of the noise.</param>
    public static (LabelledData Data, ImmutableArray<int> Rows) Of(
        LabelledData data, ImmutableArray<int> rows, DataPoisoning poisoning, SeededRandom random) => poisoning switch
        {
            DataPoisoning.None => (data, rows),
            DataPoisoning.FlippedLabels => (data with { Labels = [.. data.Labels.Select(label => data.Classes - 1 - label)] }, rows),
            DataPoisoning.NoisyFeatures => (
                data with { Features = Noise(rows.Length, data.Features.Columns, random), Labels = [.. rows.Select(row => data.Labels[row])], Corrupted = [] },
                [.. Enumerable.Range(0, rows.Length)]),
            _ => throw new ArgumentOutOfRangeException(nameof(poisoning), poisoning, "There is no such poisoning."),
        };

    private static DenseMatrix Noise(int rows, int columns, SeededRandom random)
    {
        float[] values = new float[checked(rows * columns)];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)(NoiseDeviation * random.NextGaussian());
        }

        return new DenseMatrix(values, columns);
    }
}
