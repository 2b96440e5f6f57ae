using ActorFed.Benchmarks;

switch (args.FirstOrDefault())
{
    case "kernels":
        KernelBenchmarks.Run(Console.Out);
        return 0;
    case "messages":
        await MessageBenchmarks.RunAsync(Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: Benchmarks kernels | messages");
        return 64;
}
