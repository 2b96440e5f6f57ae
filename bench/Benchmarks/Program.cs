using System.Globalization;
using ActorFed.Benchmarks;

switch (args)
{
    case ["kernels"]:
        KernelBenchmarks.Run(Console.Out);
        return 0;
    case ["gemm"]:
        GemmBenchmarks.Run(Console.Out);
        return 0;
    case ["steps"]:
        TrainingSteps.Run(Console.Out);
        return 0;
#if TORCH
    case ["torch"]:
        TorchBenchmarks.Run(Console.Out);
        return 0;
#endif
    case ["messages"]:
        MessageBenchmarks.Run(Console.Out);
        return 0;
    case ["star", string workers, string steps]:
        StarBenchmarks.Run(Console.Out, int.Parse(workers, CultureInfo.InvariantCulture), long.Parse(steps, CultureInfo.InvariantCulture));
        return 0;
    case ["simulation", .. string[] workers]:
        SimulationBenchmarks.Run(Console.Out, [.. workers.Select(n => int.Parse(n, CultureInfo.InvariantCulture))]);
        return 0;
    case ["graph", .. string[] neighbours]:
        GraphBenchmarks.Run(Console.Out, [.. neighbours.Select(n => int.Parse(n, CultureInfo.InvariantCulture))]);
        return 0;
    case ["run", string file, string steps]:
        await RunBenchmarks.RunAsync(Console.Out, file, long.Parse(steps, CultureInfo.InvariantCulture), dataFolder: null);
        return 0;
    case ["run", string file, string steps, string dataFolder]:
        await RunBenchmarks.RunAsync(Console.Out, file, long.Parse(steps, CultureInfo.InvariantCulture), dataFolder);
        return 0;
    case ["observed", string file, string steps]:
        await ObservationBenchmarks.RunAsync(Console.Out, file, long.Parse(steps, CultureInfo.InvariantCulture));
        return 0;
    case ["cross-device", string rounds]:
        await CrossDeviceBenchmarks.RunAsync(Console.Out, long.Parse(rounds, CultureInfo.InvariantCulture), folder: null);
        return 0;
    case ["cross-device", string rounds, string folder]:
        await CrossDeviceBenchmarks.RunAsync(Console.Out, long.Parse(rounds, CultureInfo.InvariantCulture), folder);
        return 0;
    default:
        Console.Error.WriteLine(
            "usage: Benchmarks kernels | gemm | steps | torch (built with -p:Torch=true) | messages | star WORKERS STEPS | simulation WORKERS... | graph NEIGHBOURS... | run EXPERIMENT STEPS [DATA-FOLDER] | observed EXPERIMENT STEPS | cross-device ROUNDS [FOLDER]");
        return 2;
}
