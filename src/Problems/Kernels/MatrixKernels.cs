using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F = System.Runtime.Intrinsics.Vector512<float>;

namespace ActorFed.Problems.Kernels;

/// <summary>The two matrix products of a linear model over one block of rows, with the features across the lanes.</summary>
/// <remarks>
/// Pointers are to 64-byte aligned floats, rows <c>stride</c> floats apart with stride a multiple of 16. Both kernels keep
/// their sums in registers, use every lane, and add in an order that depends on nothing but the shapes.
/// </remarks>
internal static unsafe class MatrixKernels
{
    /// <summary>Rows that are multiplied at a time.</summary>
    public const int RowTile = 8;

    /// <summary>Classes that are handled at a time; their number is padded to a multiple.</summary>
    public const int ClassTile = 2;

    /// <summary>result[c, r] ← Σ_f x[r, f] weights[c, f] for <see cref="RowTile"/> rows r.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="stride">Floats per row of x and weights.</param>
    /// <param name="weights">One row per class.</param>
    /// <param name="classes">How many; a multiple of <see cref="ClassTile"/>.</param>
    /// <param name="result">Out: the first of <see cref="RowBlocks.BlockRows"/> floats per class.</param>
    public static void Multiply(float* x, int stride, float* weights, int classes, float* result)
    {
        for (int c = 0; c < classes && !Vector512.IsHardwareAccelerated; c++)
        {
            HalfKernels.MultiplyTile(x, stride, weights + ((nint)c * stride), result + (c * RowBlocks.BlockRows));
        }

        for (int c = 0; c < classes && Vector512.IsHardwareAccelerated; c += ClassTile)
        {
            F sums = MultiplyTile(x, stride, weights + ((nint)c * stride));
            sums.GetLower().Store(result + (c * RowBlocks.BlockRows));
            sums.GetUpper().Store(result + ((c + 1) * RowBlocks.BlockRows));
        }
    }

    /// <summary>sums[c, f] ← sums[c, f] + Σ_r factors[c, r] x[r, f].</summary>
    /// <param name="x">Rows of a block.</param>
    /// <param name="rows">How many.</param>
    /// <param name="stride">Floats per row of x and sums.</param>
    /// <param name="factors">For each class <see cref="RowBlocks.BlockRows"/> floats.</param>
    /// <param name="classes">How many; a multiple of <see cref="ClassTile"/>.</param>
    /// <param name="sums">One row per class.</param>
    public static void AddTransposed(float* x, int rows, int stride, float* factors, int classes, float* sums)
    {
        int f = 0;
        for (; f < stride && !Vector512.IsHardwareAccelerated; f += RowBlocks.VectorLanes)
        {
            for (int c = 0; c < classes; c += ClassTile)
            {
                HalfKernels.AddVector(x + f, rows, stride, factors + (c * RowBlocks.BlockRows), sums + ((nint)c * stride) + f);
            }
        }

        for (; f <= stride - (4 * RowBlocks.VectorLanes); f += 4 * RowBlocks.VectorLanes)
        {
            for (int c = 0; c < classes; c += ClassTile)
            {
                AddFourVectors(x + f, rows, stride, factors + (c * RowBlocks.BlockRows), sums + ((nint)c * stride) + f);
            }
        }

        for (; f < stride; f += RowBlocks.VectorLanes)
        {
            for (int c = 0; c < classes; c += ClassTile)
            {
                AddOneVector(x + f, rows, stride, factors + (c * RowBlocks.BlockRows), sums + ((nint)c * stride) + f);
            }
        }
    }

    /// <summary>Eight rows times two classes: the sums of the first class in the lower eight lanes, then those of the second.</summary>
    private static F MultiplyTile(float* x, int stride, float* weights)
    {
        F a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        F b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        float* x4 = x + (4 * (nint)stride);
        nint s = stride;
        for (nint f = 0; f < s; f += RowBlocks.VectorLanes)
        {
            F v = Vector512.Load(weights + f);
            F w = Vector512.Load(weights + s + f);
            F y = Vector512.Load(x + f);
            a0 = Vector512.FusedMultiplyAdd(y, v, a0);
            b0 = Vector512.FusedMultiplyAdd(y, w, b0);
            y = Vector512.Load(x + s + f);
            a1 = Vector512.FusedMultiplyAdd(y, v, a1);
            b1 = Vector512.FusedMultiplyAdd(y, w, b1);
            y = Vector512.Load(x + (2 * s) + f);
            a2 = Vector512.FusedMultiplyAdd(y, v, a2);
            b2 = Vector512.FusedMultiplyAdd(y, w, b2);
            y = Vector512.Load(x + (3 * s) + f);
            a3 = Vector512.FusedMultiplyAdd(y, v, a3);
            b3 = Vector512.FusedMultiplyAdd(y, w, b3);
            y = Vector512.Load(x4 + f);
            a4 = Vector512.FusedMultiplyAdd(y, v, a4);
            b4 = Vector512.FusedMultiplyAdd(y, w, b4);
            y = Vector512.Load(x4 + s + f);
            a5 = Vector512.FusedMultiplyAdd(y, v, a5);
            b5 = Vector512.FusedMultiplyAdd(y, w, b5);
            y = Vector512.Load(x4 + (2 * s) + f);
            a6 = Vector512.FusedMultiplyAdd(y, v, a6);
            b6 = Vector512.FusedMultiplyAdd(y, w, b6);
            y = Vector512.Load(x4 + (3 * s) + f);
            a7 = Vector512.FusedMultiplyAdd(y, v, a7);
            b7 = Vector512.FusedMultiplyAdd(y, w, b7);
        }

        F a = Join4(Join2(Join1(a0, a1), Join1(a2, a3)), Join2(Join1(a4, a5), Join1(a6, a7)));
        F b = Join4(Join2(Join1(b0, b1), Join1(b2, b3)), Join2(Join1(b4, b5), Join1(b6, b7)));
        return Join8(a, b);
    }

    /// <summary>Four vectors of features for two classes.</summary>
    private static void AddFourVectors(float* x, int rows, nint stride, float* factors, float* sums)
    {
        float* other = sums + stride;
        F a0 = Vector512.Load(sums), a1 = Vector512.Load(sums + 16), a2 = Vector512.Load(sums + 32), a3 = Vector512.Load(sums + 48);
        F b0 = Vector512.Load(other), b1 = Vector512.Load(other + 16), b2 = Vector512.Load(other + 32), b3 = Vector512.Load(other + 48);
        for (int r = 0; r < rows; r++, x += stride)
        {
            F v = Vector512.Create(factors[r]);
            F w = Vector512.Create(factors[r + RowBlocks.BlockRows]);
            F y = Vector512.Load(x);
            a0 = Vector512.FusedMultiplyAdd(y, v, a0);
            b0 = Vector512.FusedMultiplyAdd(y, w, b0);
            y = Vector512.Load(x + 16);
            a1 = Vector512.FusedMultiplyAdd(y, v, a1);
            b1 = Vector512.FusedMultiplyAdd(y, w, b1);
            y = Vector512.Load(x + 32);
            a2 = Vector512.FusedMultiplyAdd(y, v, a2);
            b2 = Vector512.FusedMultiplyAdd(y, w, b2);
            y = Vector512.Load(x + 48);
            a3 = Vector512.FusedMultiplyAdd(y, v, a3);
            b3 = Vector512.FusedMultiplyAdd(y, w, b3);
        }

        a0.Store(sums);
        a1.Store(sums + 16);
        a2.Store(sums + 32);
        a3.Store(sums + 48);
        b0.Store(other);
        b1.Store(other + 16);
        b2.Store(other + 32);
        b3.Store(other + 48);
    }

    /// <summary>One vector of features for two classes.</summary>
    private static void AddOneVector(float* x, int rows, nint stride, float* factors, float* sums)
    {
        F a = Vector512.Load(sums), b = Vector512.Load(sums + stride);
        for (int r = 0; r < rows; r++, x += stride)
        {
            F y = Vector512.Load(x);
            a = Vector512.FusedMultiplyAdd(y, Vector512.Create(factors[r]), a);
            b = Vector512.FusedMultiplyAdd(y, Vector512.Create(factors[r + RowBlocks.BlockRows]), b);
        }

        a.Store(sums);
        b.Store(sums + stride);
    }

    // Joining adds neighbouring lanes of two vectors and interleaves the results, so that a tree of four levels over sixteen
    // vectors leaves in lane k the sum of all lanes of vector k.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Join1(F a, F b)
    {
        F mask = Vector512.Create(0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1).AsSingle();
        F crossed = Vector512.ConditionalSelect(mask, a, b);
        return Vector512.ConditionalSelect(mask, b, a)
            + Vector512.Shuffle(crossed, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Join2(F a, F b)
    {
        F mask = Vector512.Create(0, 0, -1, -1, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0, -1, -1).AsSingle();
        F crossed = Vector512.ConditionalSelect(mask, a, b);
        return Vector512.ConditionalSelect(mask, b, a)
            + Vector512.Shuffle(crossed, Vector512.Create(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Join4(F a, F b)
    {
        F mask = Vector512.Create(0, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0, -1, -1, -1, -1).AsSingle();
        F crossed = Vector512.ConditionalSelect(mask, a, b);
        return Vector512.ConditionalSelect(mask, b, a)
            + Vector512.Shuffle(crossed, Vector512.Create(4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F Join8(F a, F b) =>
        Vector512.Create(a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper());
}
