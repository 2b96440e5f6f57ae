using System.Globalization;
using ActorFed.Cluster.Benchmarks;
using ActorFed.Cluster.Tests;

const string Usage = "usage: failover N | campaign N [SEED] | throughput | transport VECTORS [HEAP-MB] | vectors ROUNDS [HEAP-MB] | overhead [EXPERIMENT STEPS [DATA-FOLDER]] | soak MINUTES";

if (args is ["carry", string side, string port, string run, string count])
{
    await Transport.CarryAsync(side, Number(port), run, Number(count)); // started by transport
    return 0;
}

Func<ClusterServices, Task>? measure = args switch
{
    ["failover", string times] => services => new Failover(services, Console.Out).RunAsync(Number(times)),
    ["campaign", string runs] => services => new Campaign(services, Console.Out).RunAsync(Number(runs), seed: 1),
    ["campaign", string runs, string seed] => services => new Campaign(services, Console.Out).RunAsync(Number(runs), Number(seed)),
    ["throughput"] => services => new Throughput(services, Console.Out).RunAsync(),
    ["transport", string vectors] => services => new Transport(services, Console.Out).RunAsync(Number(vectors), limit: null),
    ["transport", string vectors, string megabytes] => services => new Transport(services, Console.Out).RunAsync(Number(vectors), Number(megabytes)),
    ["vectors", string rounds] => services => new LongVectors(services, Console.Out).RunAsync(Number(rounds), limit: null),
    ["vectors", string rounds, string megabytes] => services => new LongVectors(services, Console.Out).RunAsync(Number(rounds), Number(megabytes)),
    ["overhead"] => services => new Overhead(services, Console.Out).RunAsync(Overhead.Digits, steps: 500, dataFolder: null),
    ["overhead", string file, string steps] => services => new Overhead(services, Console.Out).RunAsync(file, Number(steps), dataFolder: null),
    ["overhead", string file, string steps, string folder] => services => new Overhead(services, Console.Out).RunAsync(file, Number(steps), folder),
    ["soak", string minutes] => services => new Soak(services, Console.Out).RunAsync(TimeSpan.FromMinutes(Number(minutes))),
    _ => null,
};
if (measure is null)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

ClusterServices services = new();
try
{
    await services.InitializeAsync();
    await measure(services);
    return 0;
}
finally
{
    await services.DisposeAsync();
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
