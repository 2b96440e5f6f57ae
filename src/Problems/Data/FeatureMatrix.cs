namespace ActorFed.Problems.Data;

/// <summary>The features of a data set, one row per sample; read-only and shared by all participants of a process.</summary>
public abstract class FeatureMatrix
{
    /// <summary>Number of samples.</summary>
    public abstract int Rows { get; }

    /// <summary>Number of features per sample.</summary>
    public abstract int Columns { get; }

    /// <summary>Writes the features of sample <paramref name="row"/>, normalised; length <see cref="Columns"/>.</summary>
    public abstract void CopyRow(int row, Span<float> destination);
}

/// <summary>Features held as floats.</summary>
/// <param name="values">Row-major; length rows · columns. Owned by the matrix from now on.</param>
/// <param name="columns">Features per sample; at least 1.</param>
public sealed class DenseMatrix(float[] values, int columns) : FeatureMatrix
{
    /// <inheritdoc/>
    public override int Rows => values.Length / columns;

    /// <inheritdoc/>
    public override int Columns => columns;

    /// <summary>All values, row-major.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <inheritdoc/>
    public override void CopyRow(int row, Span<float> destination) =>
        values.AsSpan(row * columns, columns).CopyTo(destination);
}

/// <summary>Features held as bytes, such as pixels; feature = scale · byte + offset.</summary>
/// <param name="values">Row-major; length rows · columns. Owned by the matrix from now on.</param>
/// <param name="columns">Features per sample; at least 1.</param>
/// <param name="scale">Factor of each byte.</param>
/// <param name="offset">Added after scaling.</param>
public sealed class ByteMatrix(byte[] values, int columns, float scale, float offset) : FeatureMatrix
{
    /// <inheritdoc/>
    public override int Rows => values.Length / columns;

    /// <inheritdoc/>
    public override int Columns => columns;

    /// <summary>All bytes, row-major.</summary>
    public ReadOnlySpan<byte> Values => values;

    /// <summary>Factor of each byte.</summary>
    public float Scale => scale;

    /// <summary>Added after scaling.</summary>
    public float Offset => offset;

    /// <inheritdoc/>
    public override void CopyRow(int row, Span<float> destination)
    {
        ReadOnlySpan<byte> source = values.AsSpan(row * columns, columns);
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = (scale * source[i]) + offset;
        }
    }
}
