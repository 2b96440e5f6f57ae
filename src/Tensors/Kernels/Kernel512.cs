using System.Runtime.Intrinsics;

namespace ActorFed.Tensors.Kernels;

/// <summary>For 32 registers of 512 bits: a tile of 12 rows and two vectors, 24 sums.</summary>
internal readonly unsafe struct Kernel512<T> : IMicroKernel<T>
    where T : unmanaged
{
    public static int Rows => 12;

    public static int Columns => 2 * Vector512<T>.Count;

    public static void Run(int depth, T* a, T* b, T* c, nint stride, bool accumulate)
    {
        nint right = Vector512<T>.Count;
        Vector512<T> c00 = default, c01 = default;
        Vector512<T> c10 = default, c11 = default;
        Vector512<T> c20 = default, c21 = default;
        Vector512<T> c30 = default, c31 = default;
        Vector512<T> c40 = default, c41 = default;
        Vector512<T> c50 = default, c51 = default;
        Vector512<T> c60 = default, c61 = default;
        Vector512<T> c70 = default, c71 = default;
        Vector512<T> c80 = default, c81 = default;
        Vector512<T> c90 = default, c91 = default;
        Vector512<T> c100 = default, c101 = default;
        Vector512<T> c110 = default, c111 = default;
        if (accumulate)
        {
            (c00, c01) = (Vector512.Load(c + (0 * stride)), Vector512.Load(c + (0 * stride) + right));
            (c10, c11) = (Vector512.Load(c + (1 * stride)), Vector512.Load(c + (1 * stride) + right));
            (c20, c21) = (Vector512.Load(c + (2 * stride)), Vector512.Load(c + (2 * stride) + right));
            (c30, c31) = (Vector512.Load(c + (3 * stride)), Vector512.Load(c + (3 * stride) + right));
            (c40, c41) = (Vector512.Load(c + (4 * stride)), Vector512.Load(c + (4 * stride) + right));
            (c50, c51) = (Vector512.Load(c + (5 * stride)), Vector512.Load(c + (5 * stride) + right));
            (c60, c61) = (Vector512.Load(c + (6 * stride)), Vector512.Load(c + (6 * stride) + right));
            (c70, c71) = (Vector512.Load(c + (7 * stride)), Vector512.Load(c + (7 * stride) + right));
            (c80, c81) = (Vector512.Load(c + (8 * stride)), Vector512.Load(c + (8 * stride) + right));
            (c90, c91) = (Vector512.Load(c + (9 * stride)), Vector512.Load(c + (9 * stride) + right));
            (c100, c101) = (Vector512.Load(c + (10 * stride)), Vector512.Load(c + (10 * stride) + right));
            (c110, c111) = (Vector512.Load(c + (11 * stride)), Vector512.Load(c + (11 * stride) + right));
        }

        for (int k = 0; k < depth; k++, a += 12, b += 2 * right)
        {
            Vector512<T> b0 = Vector512.Load(b), b1 = Vector512.Load(b + right);
            Vector512<T> factor = Vector512.Create(a[0]);
            c00 = Simd.FusedMultiplyAdd(factor, b0, c00);
            c01 = Simd.FusedMultiplyAdd(factor, b1, c01);
            factor = Vector512.Create(a[1]);
            c10 = Simd.FusedMultiplyAdd(factor, b0, c10);
            c11 = Simd.FusedMultiplyAdd(factor, b1, c11);
            factor = Vector512.Create(a[2]);
            c20 = Simd.FusedMultiplyAdd(factor, b0, c20);
            c21 = Simd.FusedMultiplyAdd(factor, b1, c21);
            factor = Vector512.Create(a[3]);
            c30 = Simd.FusedMultiplyAdd(factor, b0, c30);
            c31 = Simd.FusedMultiplyAdd(factor, b1, c31);
            factor = Vector512.Create(a[4]);
            c40 = Simd.FusedMultiplyAdd(factor, b0, c40);
            c41 = Simd.FusedMultiplyAdd(factor, b1, c41);
            factor = Vector512.Create(a[5]);
            c50 = Simd.FusedMultiplyAdd(factor, b0, c50);
            c51 = Simd.FusedMultiplyAdd(factor, b1, c51);
            factor = Vector512.Create(a[6]);
            c60 = Simd.FusedMultiplyAdd(factor, b0, c60);
            c61 = Simd.FusedMultiplyAdd(factor, b1, c61);
            factor = Vector512.Create(a[7]);
            c70 = Simd.FusedMultiplyAdd(factor, b0, c70);
            c71 = Simd.FusedMultiplyAdd(factor, b1, c71);
            factor = Vector512.Create(a[8]);
            c80 = Simd.FusedMultiplyAdd(factor, b0, c80);
            c81 = Simd.FusedMultiplyAdd(factor, b1, c81);
            factor = Vector512.Create(a[9]);
            c90 = Simd.FusedMultiplyAdd(factor, b0, c90);
            c91 = Simd.FusedMultiplyAdd(factor, b1, c91);
            factor = Vector512.Create(a[10]);
            c100 = Simd.FusedMultiplyAdd(factor, b0, c100);
            c101 = Simd.FusedMultiplyAdd(factor, b1, c101);
            factor = Vector512.Create(a[11]);
            c110 = Simd.FusedMultiplyAdd(factor, b0, c110);
            c111 = Simd.FusedMultiplyAdd(factor, b1, c111);
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
        c60.Store(c + (6 * stride));
        c61.Store(c + (6 * stride) + right);
        c70.Store(c + (7 * stride));
        c71.Store(c + (7 * stride) + right);
        c80.Store(c + (8 * stride));
        c81.Store(c + (8 * stride) + right);
        c90.Store(c + (9 * stride));
        c91.Store(c + (9 * stride) + right);
        c100.Store(c + (10 * stride));
        c101.Store(c + (10 * stride) + right);
        c110.Store(c + (11 * stride));
        c111.Store(c + (11 * stride) + right);
    }
}
