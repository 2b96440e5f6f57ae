using ActorFed.Benchmarks;

switch (args.FirstOrDefault())
{
    case "messages":
        MessageBenchmarks.Run(Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project bench/Benchmarks -- messages");
        return 2;
}
