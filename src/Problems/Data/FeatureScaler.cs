using System.Collections.Immutable;

namespace ActorFed.Problems.Data;

/// <summary>An affine map per feature, fitted on training rows, applied to any: feature ↦ scale · feature + offset.</summary>
public sealed class FeatureScaler
{
    private FeatureScaler(double[] scale, double[] offset)
    {
        Scale = [.. scale];
        Offset = [.. offset];
    }

    /// <summary>Factor of each feature; 0 for a feature that is constant over the training rows.</summary>
    public ImmutableArray<double> Scale { get; }

    /// <summary>Added to each feature after scaling.</summary>
    public ImmutableArray<double> Offset { get; }

    /// <summary>Fits the map on the rows of <paramref name="train"/>.</summary>
    /// <exception cref="ArgumentException">There is no row.</exception>
    public static FeatureScaler Fit(DenseMatrix train, FeatureScaling kind)
    {
        if (train.Rows == 0)
        {
            throw new ArgumentException("Feature scaling needs at least one training row; there is none.");
        }

        double[] scale = new double[train.Columns];
        double[] offset = new double[train.Columns];
        for (int column = 0; column < train.Columns; column++)
        {
            (scale[column], offset[column]) = kind switch
            {
                FeatureScaling.None => (1, 0),
                FeatureScaling.MinMax => MinMax(train, column),
                FeatureScaling.Standardise => Standardise(train, column),
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such feature scaling."),
            };
        }

        return new FeatureScaler(scale, offset);
    }

    /// <summary>The rows of <paramref name="features"/>, mapped.</summary>
    /// <exception cref="ArgumentException">The number of features differs from that of the training rows.</exception>
    public DenseMatrix Apply(DenseMatrix features)
    {
        if (features.Columns != Scale.Length)
        {
            throw new ArgumentException(
                $"Scaling was fitted on {Scale.Length} features and applied to {features.Columns}; read both files with the same "
                + "feature count.");
        }

        ReadOnlySpan<float> source = features.Values;
        float[] mapped = new float[source.Length];
        for (int i = 0; i < mapped.Length; i++)
        {
            int column = i % Scale.Length;
            mapped[i] = (float)((Scale[column] * source[i]) + Offset[column]);
        }

        return new DenseMatrix(mapped, features.Columns);
    }

    private static (double Scale, double Offset) MinMax(DenseMatrix train, int column)
    {
        double min = double.PositiveInfinity;
        double max = double.NegativeInfinity;
        for (int i = column; i < train.Values.Length; i += train.Columns)
        {
            min = Math.Min(min, train.Values[i]);
            max = Math.Max(max, train.Values[i]);
        }

        return max > min ? (1 / (max - min), -min / (max - min)) : (0, 0);
    }

    private static (double Scale, double Offset) Standardise(DenseMatrix train, int column)
    {
        double sum = 0;
        for (int i = column; i < train.Values.Length; i += train.Columns)
        {
            sum += train.Values[i];
        }

        double mean = sum / train.Rows;
        double squares = 0;
        for (int i = column; i < train.Values.Length; i += train.Columns)
        {
            squares += (train.Values[i] - mean) * (train.Values[i] - mean);
        }

        double deviation = Math.Sqrt(squares / train.Rows);
        return deviation > 0 ? (1 / deviation, -mean / deviation) : (0, 0);
    }
}
