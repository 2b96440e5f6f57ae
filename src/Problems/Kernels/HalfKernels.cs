using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using H = System.Runtime.Intrinsics.Vector256<float>;

namespace ActorFed.Problems.Kernels;

/// <summary>
/// The tiles of <see cref="MatrixKernels"/> for machines without 512-bit vectors: the same sums in the same order, in halves
/// of eight lanes and with no more of them than such a machine has registers.
/// </summary>
internal static unsafe class HalfKernels
{
    /// <summary>One class times eight rows.</summary>
    public static void MultiplyTile(float* x, nint stride, float* weights, float* result)
    {
        H lower = MultiplyHalf(x, stride, weights);
        H upper = MultiplyHalf(x + 8, stride, weights + 8);
        (lower + upper).Store(result);
    }

    /// <summary>One vector of sixteen features for two classes.</summary>
    public static void AddVector(float* x, int rows, nint stride, float* factors, float* sums)
    {
        float* other = sums + stride;
        H a0 = Vector256.Load(sums), a1 = Vector256.Load(sums + 8);
        H b0 = Vector256.Load(other), b1 = Vector256.Load(other + 8);
        for (int r = 0; r < rows; r++, x += stride)
        {
            H v = Vector256.Create(factors[r]);
            H w = Vector256.Create(factors[r + RowBlocks.BlockRows]);
            H y = Vector256.Load(x);
            a0 = Vector256.FusedMultiplyAdd(y, v, a0);
            b0 = Vector256.FusedMultiplyAdd(y, w, b0);
            y = Vector256.Load(x + 8);
            a1 = Vector256.FusedMultiplyAdd(y, v, a1);
            b1 = Vector256.FusedMultiplyAdd(y, w, b1);
        }

        a0.Store(sums);
        a1.Store(sums + 8);
        b0.Store(other);
        b1.Store(other + 8);
    }

    /// <summary>The lanes 0 to 7, or 8 to 15, of every vector of features; lane k of the result belongs to row k.</summary>
    private static H MultiplyHalf(float* x, nint stride, float* weights)
    {
        H a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        float* x4 = x + (4 * stride);
        for (nint f = 0; f < stride; f += RowBlocks.VectorLanes)
        {
            H w = Vector256.Load(weights + f);
            a0 = Vector256.FusedMultiplyAdd(Vector256.Load(x + f), w, a0);
            a1 = Vector256.FusedMultiplyAdd(Vector256.Load(x + stride + f), w, a1);
            a2 = Vector256.FusedMultiplyAdd(Vector256.Load(x + (2 * stride) + f), w, a2);
            a3 = Vector256.FusedMultiplyAdd(Vector256.Load(x + (3 * stride) + f), w, a3);
            a4 = Vector256.FusedMultiplyAdd(Vector256.Load(x4 + f), w, a4);
            a5 = Vector256.FusedMultiplyAdd(Vector256.Load(x4 + stride + f), w, a5);
            a6 = Vector256.FusedMultiplyAdd(Vector256.Load(x4 + (2 * stride) + f), w, a6);
            a7 = Vector256.FusedMultiplyAdd(Vector256.Load(x4 + (3 * stride) + f), w, a7);
        }

        return Join4(Join2(Join1(a0, a1), Join1(a2, a3)), Join2(Join1(a4, a5), Join1(a6, a7)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static H Join1(H a, H b)
    {
        H mask = Vector256.Create(0, -1, 0, -1, 0, -1, 0, -1).AsSingle();
        return Vector256.ConditionalSelect(mask, b, a)
            + Vector256.Shuffle(Vector256.ConditionalSelect(mask, a, b), Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static H Join2(H a, H b)
    {
        H mask = Vector256.Create(0, 0, -1, -1, 0, 0, -1, -1).AsSingle();
        return Vector256.ConditionalSelect(mask, b, a)
            + Vector256.Shuffle(Vector256.ConditionalSelect(mask, a, b), Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static H Join4(H a, H b)
    {
        H mask = Vector256.Create(0, 0, 0, 0, -1, -1, -1, -1).AsSingle();
        return Vector256.ConditionalSelect(mask, b, a)
            + Vector256.Shuffle(Vector256.ConditionalSelect(mask, a, b), Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3));
    }
}
