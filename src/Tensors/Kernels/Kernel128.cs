using System.Runtime.Intrinsics;

namespace ActorFed.Tensors.Kernels;

/// <summary>For whatever has no wider vectors: a tile of 4 rows and two vectors, 8 sums.</summary>
internal readonly unsafe struct Kernel128<T> : IMicroKernel<T>
    where T : unmanaged
{
    public static int Rows => 4;

    public static int Columns => 2 * Vector128<T>.Count;

    public static void Run(int depth, T* a, T* b, T* c, nint stride, bool accumulate)
    {
        nint right = Vector128<T>.Count;
        Vector128<T> c00 = default, c01 = default;
        Vector128<T> c10 = default, c11 = default;
        Vector128<T> c20 = default, c21 = default;
        Vector128<T> c30 = default, c31 = default;
        if (accumulate)
        {
            (c00, c01) = (Vector128.Load(c + (0 * stride)), Vector128.Load(c + (0 * stride) + right));
            (c10, c11) = (Vector128.Load(c + (1 * stride)), Vector128.Load(c + (1 * stride) + right));
            (c20, c21) = (Vector128.Load(c + (2 * stride)), Vector128.Load(c + (2 * stride) + right));
            (c30, c31) = (Vector128.Load(c + (3 * stride)), Vector128.Load(c + (3 * stride) + right));
        }

        for (int k = 0; k < depth; k++, a += 4, b += 2 * right)
        {
            Vector128<T> b0 = Vector128.Load(b), b1 = Vector128.Load(b + right);
            Vector128<T> factor = Vector128.Create(a[0]);
            c00 = Simd.FusedMultiplyAdd(factor, b0, c00);
            c01 = Simd.FusedMultiplyAdd(factor, b1, c01);
            factor = Vector128.Create(a[1]);
            c10 = Simd.FusedMultiplyAdd(factor, b0, c10);
            c11 = Simd.FusedMultiplyAdd(factor, b1, c11);
            factor = Vector128.Create(a[2]);
            c20 = Simd.FusedMultiplyAdd(factor, b0, c20);
            c21 = Simd.FusedMultiplyAdd(factor, b1, c21);
            factor = Vector128.Create(a[3]);
            c30 = Simd.FusedMultiplyAdd(factor, b0, c30);
            c31 = Simd.FusedMultiplyAdd(factor, b1, c31);
        }

        c00.Store(c + (0 * stride));
        c01.Store(c + (0 * stride) + right);
        c10.Store(c + (1 * stride));
        c11.Store(c + (1 * stride) + right);
        c20.Store(c + (2 * stride));
        c21.Store(c + (2 * stride) + right);
        c30.Store(c + (3 * stride));
        c31.Store(c + (3 * stride) + right);
    }
}
