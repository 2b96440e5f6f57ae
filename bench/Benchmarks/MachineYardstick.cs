using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using F = System.Runtime.Intrinsics.Vector512<float>;

namespace ActorFed.Benchmarks;

/// <summary>What one core of this machine can do at best: the scale on which kernels are read.</summary>
internal static unsafe class MachineYardstick
{
    private const int Size = 256;
    private const int FmaRounds = 100_000;

    /// <summary>Fused multiply-adds on registers alone, in GFLOP/s.</summary>
    public static double FmaPeak() => MedianRate(() => Sink = FmaChain(), 2.0 * 16 * 12 * FmaRounds);

    /// <summary>A 256³ product in float with a register-blocked kernel, all operands in the second-level cache, in GFLOP/s.</summary>
    public static double MatrixProduct()
    {
        float* memory = (float*)NativeMemory.AlignedAlloc(3 * Size * Size * sizeof(float), 64);
        new Span<float>(memory, 3 * Size * Size).Fill(0.5f);
        double rate = MedianRate(
            () => Multiply(memory, memory + (Size * Size), memory + (2 * Size * Size)), 2.0 * Size * Size * Size);
        NativeMemory.AlignedFree(memory);
        return rate;
    }

    /// <summary>The median over repetitions of work / time, in units of 10⁹ per second.</summary>
    public static double MedianRate(Action action, double work) => work / MedianSeconds(action) / 1e9;

    /// <summary>The median time of <paramref name="action"/> over at least 15 repetitions and about half a second.</summary>
    public static double MedianSeconds(Action action)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 0.3;) // to tier up the code
        {
            action();
        }

        List<double> seconds = [];
        for (long start = Stopwatch.GetTimestamp(); seconds.Count < 15 || Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5;)
        {
            long before = Stopwatch.GetTimestamp();
            action();
            seconds.Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
        }

        seconds.Sort();
        return seconds[seconds.Count / 2];
    }

    private static float Sink { get; set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float FmaChain()
    {
        F x = Vector512.Create(0.5f), y = Vector512.Create(1e-9f);
        F a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < FmaRounds; n++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    private static void Multiply(float* a, float* b, float* c)
    {
        for (int column = 0; column < Size; column += 32)
        {
            for (int row = 0; row < Size; row += 4)
            {
                MultiplyTile(a + (row * Size), b + column, c + (row * Size) + column);
            }
        }
    }

    private static void MultiplyTile(float* a, float* b, float* c)
    {
        F c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        for (int k = 0; k < Size; k++, b += Size)
        {
            F b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16);
            F factor = Vector512.Create(a[k]);
            c00 = Vector512.FusedMultiplyAdd(factor, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(factor, b1, c01);
            factor = Vector512.Create(a[k + Size]);
            c10 = Vector512.FusedMultiplyAdd(factor, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(factor, b1, c11);
            factor = Vector512.Create(a[k + (2 * Size)]);
            c20 = Vector512.FusedMultiplyAdd(factor, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(factor, b1, c21);
            factor = Vector512.Create(a[k + (3 * Size)]);
            c30 = Vector512.FusedMultiplyAdd(factor, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(factor, b1, c31);
        }

        c00.Store(c);
        c01.Store(c + 16);
        c10.Store(c + Size);
        c11.Store(c + Size + 16);
        c20.Store(c + (2 * Size));
        c21.Store(c + (2 * Size) + 16);
        c30.Store(c + (3 * Size));
        c31.Store(c + (3 * Size) + 16);
    }
}
