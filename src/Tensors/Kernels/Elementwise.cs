using System.Numerics;
using System.Runtime.Intrinsics;

namespace ActorFed.Tensors.Kernels;

/// <summary>A function of one lane, computed for all lanes at once.</summary>
internal interface IMap<T>
{
    /// <summary>The function.</summary>
    static abstract Vector512<T> Apply(Vector512<T> x);
}

/// <summary>A function of two lanes, computed for all lanes at once.</summary>
internal interface IMap2<T>
{
    /// <summary>The function.</summary>
    static abstract Vector512<T> Apply(Vector512<T> x, Vector512<T> y);
}

/// <summary>Maps and sums over rows. Vectors are 512 bits wide everywhere, so that no result depends on the processor.</summary>
/// <remarks>
/// Maps read and write whole vectors: every tensor has room for one after its last entry, and rows are written in the order in
/// which they lie, so that what one row writes too much the next one overwrites. Sums stop at the last entry.
/// </remarks>
internal static unsafe class Elementwise
{
    /// <summary>result_i ← f(x_i).</summary>
    public static void Map<T, TMap>(T* x, T* result, int length)
        where T : unmanaged
        where TMap : IMap<T>
    {
        for (int i = 0; i < length; i += Vector512<T>.Count)
        {
            TMap.Apply(Vector512.Load(x + i)).Store(result + i);
        }
    }

    /// <summary>result ← f(x, y), both stretched to the shape the nest walks over.</summary>
    public static void Map<T, TMap>(LoopNest nest, T* x, T* y, T* result)
        where T : unmanaged
        where TMap : IMap2<T>
    {
        for (int row = 0; row < nest.Rows; row++, result += nest.Length, nest.Next())
        {
            if (nest.LeftRuns && nest.RightRuns)
            {
                MapBoth<T, TMap>(x + nest.Left, y + nest.Right, result, nest.Length);
            }
            else if (nest.LeftRuns)
            {
                MapLeft<T, TMap>(x + nest.Left, y[nest.Right], result, nest.Length);
            }
            else if (nest.RightRuns)
            {
                MapRight<T, TMap>(x[nest.Left], y + nest.Right, result, nest.Length);
            }
            else
            {
                MapNeither<T, TMap>(x[nest.Left], y[nest.Right], result, nest.Length);
            }
        }
    }

    /// <summary>Adds x, of the shape the nest walks over, to the result, the nest's left operand, where entries fall together.</summary>
    public static void Sum<T>(LoopNest nest, T* x, T* result)
        where T : unmanaged, INumberBase<T>
    {
        for (int row = 0; row < nest.Rows; row++, x += nest.Length, nest.Next())
        {
            if (nest.LeftRuns)
            {
                AddTo(x, result + nest.Left, nest.Length);
            }
            else
            {
                result[nest.Left] += Sum(x, nest.Length);
            }
        }
    }

    /// <summary>The sum of x in four interleaved vectors of lanes, folded in one fixed order; the rest follows by index.</summary>
    public static T Sum<T>(T* x, int length)
        where T : unmanaged, INumberBase<T>
    {
        int lanes = Vector512<T>.Count;
        int i = 0;
        T sum = T.Zero;
        if (length >= lanes)
        {
            Vector512<T> a = default, b = default, c = default, d = default;
            for (; i <= length - (4 * lanes); i += 4 * lanes)
            {
                a += Vector512.Load(x + i);
                b += Vector512.Load(x + i + lanes);
                c += Vector512.Load(x + i + (2 * lanes));
                d += Vector512.Load(x + i + (3 * lanes));
            }

            for (; i <= length - lanes; i += lanes)
            {
                a += Vector512.Load(x + i);
            }

            sum = Simd.Fold(a + b + (c + d));
        }

        for (; i < length; i++)
        {
            sum += x[i];
        }

        return sum;
    }

    /// <summary>result_i ← result_i + x_i.</summary>
    /// <remarks>The rest goes in smaller vectors: one too wide would write to where the next row begins, and reading that one waits for it.</remarks>
    public static void AddTo<T>(T* x, T* result, int length)
        where T : unmanaged, INumberBase<T>
    {
        int i = 0;
        for (; i <= length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            (Vector512.Load(result + i) + Vector512.Load(x + i)).Store(result + i);
        }

        if (i <= length - Vector256<T>.Count)
        {
            (Vector256.Load(result + i) + Vector256.Load(x + i)).Store(result + i);
            i += Vector256<T>.Count;
        }

        if (i <= length - Vector128<T>.Count)
        {
            (Vector128.Load(result + i) + Vector128.Load(x + i)).Store(result + i);
            i += Vector128<T>.Count;
        }

        for (; i < length; i++)
        {
            result[i] += x[i];
        }
    }

    private static void MapBoth<T, TMap>(T* x, T* y, T* result, int length)
        where T : unmanaged
        where TMap : IMap2<T>
    {
        for (int i = 0; i < length; i += Vector512<T>.Count)
        {
            TMap.Apply(Vector512.Load(x + i), Vector512.Load(y + i)).Store(result + i);
        }
    }

    private static void MapLeft<T, TMap>(T* x, T y, T* result, int length)
        where T : unmanaged
        where TMap : IMap2<T>
    {
        Vector512<T> right = Vector512.Create(y);
        for (int i = 0; i < length; i += Vector512<T>.Count)
        {
            TMap.Apply(Vector512.Load(x + i), right).Store(result + i);
        }
    }

    private static void MapNeither<T, TMap>(T x, T y, T* result, int length)
        where T : unmanaged
        where TMap : IMap2<T>
    {
        Vector512<T> value = TMap.Apply(Vector512.Create(x), Vector512.Create(y));
        for (int i = 0; i < length; i += Vector512<T>.Count)
        {
            value.Store(result + i);
        }
    }

    private static void MapRight<T, TMap>(T x, T* y, T* result, int length)
        where T : unmanaged
        where TMap : IMap2<T>
    {
        Vector512<T> left = Vector512.Create(x);
        for (int i = 0; i < length; i += Vector512<T>.Count)
        {
            TMap.Apply(left, Vector512.Load(y + i)).Store(result + i);
        }
    }
}
