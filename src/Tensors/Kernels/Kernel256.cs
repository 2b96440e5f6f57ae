using System.Runtime.Intrinsics;

namespace ActorFed.Tensors.Kernels;

/// <summary>For 16 registers of 256 bits: a tile of 6 rows and two vectors, 12 sums.</summary>
internal readonly unsafe struct Kernel256<T> : IMicroKernel<T>
    where T : unmanaged
{
    public static int Rows => 6;

    public static int Columns => 2 * Vector256<T>.Count;

    public static void Run(int depth, T* a, T* b, T* c, nint stride, bool accumulate)
    {
        nint right = Vector256<T>.Count;
        Vector256<T> c00 = default, c01 = default;
        Vector256<T> c10 = default, c11 = default;
        Vector256<T> c20 = default, c21 = default;
        Vector256<T> c30 = default, c31 = default;
        Vector256<T> c40 = default, c41 = default;
        Vector256<T> c50 = default, c51 = default;
        if (accumulate)
        {
            (c00, c01) = (Vector256.Load(c + (0 * stride)), Vector256.Load(c + (0 * stride) + right));
            (c10, c11) = (Vector256.Load(c + (1 * stride)), Vector256.Load(c + (1 * stride) + right));
            (c20, c21) = (Vector256.Load(c + (2 * stride)), Vector256.Load(c + (2 * stride) + right));
            (c30, c31) = (Vector256.Load(c + (3 * stride)), Vector256.Load(c + (3 * stride) + right));
            (c40, c41) = (Vector256.Load(c + (4 * stride)), Vector256.Load(c + (4 * stride) + right));
            (c50, c51) = (Vector256.Load(c + (5 * stride)), Vector256.Load(c + (5 * stride) + right));
        }

        for (int k = 0; k < depth; k++, a += 6, b += 2 * right)
        {
            Vector256<T> b0 = Vector256.Load(b), b1 = Vector256.Load(b + right);
            Vector256<T> factor = Vector256.Create(a[0]);
            c00 = Simd.FusedMultiplyAdd(factor, b0, c00);
            c01 = Simd.FusedMultiplyAdd(factor, b1, c01);
            factor = Vector256.Create(a[1]);
            c10 = Simd.FusedMultiplyAdd(factor, b0, c10);
            c11 = Simd.FusedMultiplyAdd(factor, b1, c11);
            factor = Vector256.Create(a[2]);
            c20 = Simd.FusedMultiplyAdd(factor, b0, c20);
            c21 = Simd.FusedMultiplyAdd(factor, b1, c21);
            factor = Vector256.Create(a[3]);
            c30 = Simd.FusedMultiplyAdd(factor, b0, c30);
            c31 = Simd.FusedMultiplyAdd(factor, b1, c31);
            factor = Vector256.Create(a[4]);
            c40 = Simd.FusedMultiplyAdd(factor, b0, c40);
            c41 = Simd.FusedMultiplyAdd(factor, b1, c41);
            factor = Vector256.Create(a[5]);
            c50 = Simd.FusedMultiplyAdd(factor, b0, c50);
            c51 = Simd.FusedMultiplyAdd(factor, b1, c51);
        }

        c00.Store(c + (0 * stride));
        c01.Store(c + (0 * stride) + right);
        c10.Store(c + (1 * stride));
        c11.Store(c + (1 * stride) + right);
        c20.Store(c + (2 * stride));
        c21.Store(c + (2 * stride) + right);
        c30.Store(c + (3 * stride));
        c31.Store(c + (3 * stride) + right);
        c40.Store(c + (4 * stride));
        c41.Store(c + (4 * stride) + right);
        c50.Store(c + (5 * stride));
        c51.Store(c + (5 * stride) + right);
    }
}
