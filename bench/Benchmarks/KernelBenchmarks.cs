using System.Collections.Immutable;
using System.Globalization;
using ActorFed.Algorithms.Numerics;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;

namespace ActorFed.Benchmarks;

/// <summary>The softmax kernels at the sizes of the two reference problems, next to what one core can do at best.</summary>
internal static class KernelBenchmarks
{
    /// <summary>Measures and prints; takes about ten seconds. Medians, one thread.</summary>
    public static void Run(TextWriter output)
    {
        double peak = MachineYardstick.FmaPeak();
        double product = MachineYardstick.MatrixProduct();
        output.WriteLine("One core, float; median of repetitions; features and labels are random.");
        output.WriteLine($"{"kernel",-44} {"µs",10} {"GFLOP/s",9} {"of FMA",7} {"of GEMM",8}");
        Print(output, "fused multiply-add on registers", 0, peak, peak, product);
        Print(output, "matrix product 256 x 256 x 256", 2e-3 * 256 * 256 * 256 / product, product, peak, product);

        // 18 shards of 1,665 rows: together they do not fit any cache near the core, as in a real run.
        SoftmaxRows[] images = [.. Enumerable.Range(0, 18).Select(shard => Images(1665, shard))];
        Measure(output, "hyper-cleaning gradient 1665 x 784 x 10", images, 784, 10, peak, product);
        MeasureOnAllCores(output, "  gradient, per core with all cores busy", images, 784, 10, peak, product);
        SoftmaxRows[] rows = [.. Enumerable.Range(0, 24).Select(shard => Tabular(2500, shard))];
        Measure(output, "ijcnn1 gradient 2500 x 22 x 2", rows, 22, 2, peak, product);
    }

    private static void Measure(
        TextWriter output, string name, SoftmaxRows[] shards, int features, int classes, double peak, double product)
    {
        SeededRandom random = new(1, "benchmark");
        double[] lower = [.. Enumerable.Range(0, features * classes).Select(_ => 0.05 * random.NextGaussian())];
        double[] direction = [.. lower.Select(_ => random.NextGaussian())];
        double[] result = new double[lower.Length];
        double[] perRow = new double[shards[0].RowCount];
        double macs = (double)shards[0].RowCount * features * classes;
        int next = 0;
        SoftmaxRows Next() => shards[next++ % shards.Length];

        double seconds = MachineYardstick.MedianSeconds(() => Next().Loss(lower, result));
        Print(output, name, 1e6 * seconds, 4 * macs / seconds / 1e9, peak, product);
        seconds = MachineYardstick.MedianSeconds(() => Next().Loss(lower, []));
        Print(output, "  loss alone", 1e6 * seconds, 2 * macs / seconds / 1e9, peak, product);
        seconds = MachineYardstick.MedianSeconds(() => Next().HessianProduct(lower, direction, result));
        Print(output, "  Hessian product", 1e6 * seconds, 6 * macs / seconds / 1e9, peak, product);
        seconds = MachineYardstick.MedianSeconds(() => Next().RowDerivatives(lower, direction, perRow));
        Print(output, "  derivatives per row (cross product)", 1e6 * seconds, 4 * macs / seconds / 1e9, peak, product);
    }

    /// <summary>Every core works on shards of its own; the median of each core's times, averaged over the cores.</summary>
    private static void MeasureOnAllCores(
        TextWriter output, string name, SoftmaxRows[] shards, int features, int classes, double peak, double product)
    {
        double[] lower = new double[features * classes];
        double[] seconds = new double[Environment.ProcessorCount];
        Thread[] threads = [.. Enumerable.Range(0, seconds.Length).Select(core => new Thread(() =>
        {
            SoftmaxRows[] own = [.. shards.Where((_, i) => i % seconds.Length == core)];
            double[] result = new double[lower.Length];
            int next = 0;
            seconds[core] = own.Length == 0
                ? double.NaN
                : MachineYardstick.MedianSeconds(() => own[next++ % own.Length].Loss(lower, result));
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        double mean = seconds.Where(double.IsFinite).Average();
        double work = 4.0 * shards[0].RowCount * features * classes;
        Print(output, name, 1e6 * mean, work / mean / 1e9, peak, product);
    }

    private static void Print(TextWriter output, string name, double microseconds, double rate, double peak, double product) =>
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-44} {microseconds,10:F1} {rate,9:F1} {rate / peak,7:P0} {rate / product,8:P0}"));

    private static SoftmaxRows Images(int rows, int shard)
    {
        SeededRandom random = new(1, $"images-{shard}");
        byte[] pixels = [.. Enumerable.Range(0, rows * 784).Select(_ => (byte)random.NextInt32(256))];
        return Create(new ByteMatrix(pixels, 784, 1f / 256 / 0.3081f, -0.1307f / 0.3081f), 10, random);
    }

    private static SoftmaxRows Tabular(int rows, int shard)
    {
        SeededRandom random = new(1, $"tabular-{shard}");
        float[] values = [.. Enumerable.Range(0, rows * 22).Select(_ => (float)random.NextGaussian())];
        return Create(new DenseMatrix(values, 22), 2, random);
    }

    private static SoftmaxRows Create(FeatureMatrix features, int classes, SeededRandom random)
    {
        ImmutableArray<int> labels = [.. Enumerable.Range(0, features.Rows).Select(_ => random.NextInt32(classes))];
        return new SoftmaxRows(new LabelledData("benchmark", features, labels, classes), [.. Enumerable.Range(0, features.Rows)]);
    }
}
