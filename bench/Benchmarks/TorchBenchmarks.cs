using System.Diagnostics;
using System.Globalization;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems;
using ActorFed.Problems.Data;
using ActorFed.Problems.Torch;

namespace ActorFed.Benchmarks;

/// <summary>Time per gradient and per Hessian product of managed oracles and of those on libtorch, alternating, one thread each.</summary>
internal static class TorchBenchmarks
{
    private const double Seconds = 3;
    private const ulong Seed = 1;

    private static readonly LabelledData Digits = SyntheticDigits.Generate(2048, Seed, new SyntheticDigitsOptions(), "digits");

    /// <summary>Measures and prints; takes about a minute.</summary>
    public static void Run(TextWriter output)
    {
        output.WriteLine($"{"",-44} {"managed µs",22} {"torch µs",22}");
        output.WriteLine($"{"",-44} {"best",10} {"median",11} {"best",10} {"median",11}");
        foreach (int batch in (int[])[64, 1024])
        {
            Gradient(output, "softmax regression 784-10", batch, new ClassificationOptions { Model = ClassifierKind.Softmax });
            Gradient(output, "MLP 784-128-10", batch, new ClassificationOptions { Model = ClassifierKind.Mlp, HiddenUnits = 128 });
            Gradient(output, "LeNet, 6 and 12 filters", batch, new ClassificationOptions { Model = ClassifierKind.Cnn, Channels = 6 });
            HessianProduct(output, batch);
        }
    }

    private static void Gradient(TextWriter output, string name, int batch, ClassificationOptions options)
    {
        ShardedData data = Data([.. Enumerable.Range(0, Digits.Labels.Length)], [0]);
        ILossProblem managed = Classification.Create(data, options, Seed);
        ILossProblem torch = (ILossProblem)TorchCatalog.Create("classification", options, data, Seed, new TorchOptions());
        double[] x = managed.Initial(new SeededRandom(Seed, "start")).Span.ToArray();
        SeededRandom random = new(Seed, "batch");
        int[] rows = [.. Enumerable.Range(0, batch).Select(_ => random.NextInt32(Digits.Labels.Length))];
        Compare(output, $"{name}, batch {batch}, gradient", Query(managed.CreateOracle(0)), Query(torch.CreateOracle(0)));

        Action Query(ILossOracle oracle)
        {
            double[] gradient = new double[x.Length];
            return () => oracle.Loss(x, rows, gradient);
        }
    }

    private static void HessianProduct(TextWriter output, int rows)
    {
        ShardedData data = Data([.. Enumerable.Range(0, rows)], [.. Enumerable.Range(rows, rows)]);
        MlpHyperCleaningOptions options = new() { HiddenUnits = 128 };
        IBilevelProblem managed = MlpHyperCleaning.Create(data, options);
        IBilevelProblem torch = (IBilevelProblem)TorchCatalog.Create("mlp-hyper-cleaning", options, data, Seed, new TorchOptions());
        double[] x = new double[managed.UpperLength];
        double[] y = managed.InitialLower(new SeededRandom(Seed, "start")).Span.ToArray();
        Compare(output, $"MLP 784-128-10, {rows} rows, Hessian product", Query(managed.CreateOracle(0)), Query(torch.CreateOracle(0)));

        Action Query(IBilevelOracle oracle)
        {
            double[] product = new double[y.Length];
            return () => oracle.LowerHessianProduct(x, y, y, product);
        }
    }

    private static ShardedData Data(int[] train, int[] validation) => new(Digits, Digits, [new Shard([.. train], [.. validation])]);

    private static void Compare(TextWriter output, string name, Action managed, Action torch)
    {
        (List<double> ofManaged, List<double> ofTorch) = ([], []);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds / 3;) // to tier up the code
        {
            managed();
            torch();
        }

        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 2 * Seconds;)
        {
            ofManaged.Add(Time(managed));
            ofTorch.Add(Time(torch));
        }

        ofManaged.Sort();
        ofTorch.Sort();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-44} {1e6 * ofManaged[0],10:F0} {1e6 * ofManaged[ofManaged.Count / 2],11:F0} {1e6 * ofTorch[0],10:F0} {1e6 * ofTorch[ofTorch.Count / 2],11:F0}"));
    }

    private static double Time(Action action)
    {
        long before = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(before).TotalSeconds;
    }
}
