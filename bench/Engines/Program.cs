using System.Globalization;
using ActorFed.Engines.Benchmarks;

switch (args)
{
    case ["local"]:
        await LocalMessages.RunAsync(Console.Out);
        return 0;
    case ["remote"]:
        await RemoteMessages.RunAsync(Console.Out);
        return 0;
    case ["failover", string times]:
        await AkkaFailover.RunAsync(int.Parse(times, CultureInfo.InvariantCulture), Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: local | remote | failover N");
        return 2;
}
