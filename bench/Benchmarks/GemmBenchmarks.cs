using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors.Kernels;

namespace ActorFed.Benchmarks;

/// <summary>Square matrix products next to those of OpenBLAS, on one thread and on two.</summary>
/// <remarks>
/// Repetitions of all contenders alternate, so that what else the machine does meets all of them; the best time of each counts. Set
/// OPENBLAS_CORETYPE=SkylakeX to compare with its kernels for AVX-512 on a processor that it does not know.
/// </remarks>
internal static class GemmBenchmarks
{
    private const double Seconds = 3;

    /// <summary>Measures and prints; takes about half a minute.</summary>
    public static void Run(TextWriter output)
    {
        OpenBlas? blas = OpenBlas.Load(output);
        output.WriteLine($"Square products, best of alternating repetitions, GFLOP/s. Kernels of OpenBLAS: {blas?.Kernel ?? "none"}.");
        output.WriteLine($"{"type",-7} {"size",5} {"ours x1",9} {"ours x2",9} {"blas x1",9} {"blas x2",9} {"x1/blas",8} {"x2/x1",6}");
        foreach (int size in (int[])[64, 256, 512, 1024])
        {
            Compare<float>(output, size, blas);
            Compare<double>(output, size, blas);
        }
    }

    private static void Compare<T>(TextWriter output, int size, OpenBlas? blas)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SeededRandom random = new(1, "gemm");
        T[] a = [.. Enumerable.Range(0, size * size).Select(_ => T.CreateTruncating(random.NextGaussian()))];
        T[] b = [.. a.Reverse()];
        T[] c = new T[a.Length];
        Gemm<T> one = new(threads: 1);
        Gemm<T> two = new(threads: 2);
        List<Action> contenders =
        [
            () => one.Multiply(size, size, size, a, false, b, false, c),
            () => two.Multiply(size, size, size, a, false, b, false, c),
        ];
        if (blas is not null)
        {
            contenders.Add(() => Multiply(blas, 1, size, a, b, c));
            contenders.Add(() => Multiply(blas, 2, size, a, b, c));
        }

        double work = 2.0 * size * size * size / 1e9;
        double[] rates = [.. BestSeconds(contenders).Select(seconds => work / seconds), double.NaN, double.NaN];
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{typeof(T).Name,-7} {size,5} {rates[0],9:F1} {rates[1],9:F1} {rates[2],9:F1} {rates[3],9:F1} {rates[0] / rates[2],8:F2} {rates[1] / rates[0],6:F2}"));
    }

    private static void Multiply<T>(OpenBlas blas, int threads, int size, T[] a, T[] b, T[] c)
        where T : unmanaged
    {
        blas.SetThreads(threads);
        blas.Multiply(size, a, b, c);
    }

    private static double[] BestSeconds(List<Action> contenders)
    {
        double[] best = [.. contenders.Select(_ => double.PositiveInfinity)];
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds;)
        {
            for (int i = 0; i < best.Length; i++)
            {
                long before = Stopwatch.GetTimestamp();
                contenders[i]();
                best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(before).TotalSeconds);
            }
        }

        return best;
    }
}
