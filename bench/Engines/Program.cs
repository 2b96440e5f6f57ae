using ActorFed.Engines.Benchmarks;

switch (args)
{
    case ["local"]:
        await LocalMessages.RunAsync(Console.Out);
        return 0;
    case ["remote"]:
        await RemoteMessages.RunAsync(Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: local | remote");
        return 2;
}
