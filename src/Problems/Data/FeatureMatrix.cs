using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>Hints that sample <paramref name="row"/> is read soon, so that its memory travels while others are worked on.</summary>
    public virtual void PrefetchRow(int row)
    {
    }
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
        destination = destination[..source.Length];
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        Vector512<float> factor = Vector512.Create(scale);
        Vector512<float> shift = Vector512.Create(offset);
        int i = 0;
        for (; i <= source.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            Vector512<int> wide = Widen(Vector128.LoadUnsafe(ref from, (nuint)i));
            Vector512.FusedMultiplyAdd(factor, Vector512.ConvertToSingle(wide), shift).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = MathF.FusedMultiplyAdd(scale, source[i], offset);
        }
    }

    /// <inheritdoc/>
    public override unsafe void PrefetchRow(int row)
    {
        if (Sse.IsSupported)
        {
            fixed (byte* start = &values[row * columns])
            {
                for (int i = 0; i < columns; i += 64)
                {
                    Sse.Prefetch1(start + i);
                }
            }
        }
    }

    private static Vector512<int> Widen(Vector128<byte> bytes)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Int32(bytes); // one instruction; the general form takes seven
        }

        (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(bytes);
        (Vector128<uint> a, Vector128<uint> b) = Vector128.Widen(lower);
        (Vector128<uint> c, Vector128<uint> d) = Vector128.Widen(upper);
        return Vector512.Create(Vector256.Create(a, b), Vector256.Create(c, d)).AsInt32();
    }
}
