using ActorFed.Benchmarks;

switch (args.FirstOrDefault())
{
    case "kernels":
        KernelBenchmarks.Run(Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: Benchmarks kernels");
        return 64;
}
