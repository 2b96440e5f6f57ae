using System.Text.Json;
using ActorFed.Cluster.Tests;
using ActorFed.Host.Tests.Experiments;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>
/// Runs with random faults of all kinds, on three nodes. Synchronous ones must end with the bits of a quiet run, asynchronous ones as near
/// to the solution as quiet runs of several seeds; no message may be set aside.
/// </summary>
internal sealed class Campaign(ClusterServices services, TextWriter output)
{
    private const int MinSteps = 1500; // where those that wait for nobody have come to where steps change little
    private const int FaultsPerRun = 5;
    private const int QuietSeeds = 5;
    private const long StepsBetween = 20;

    private static readonly string[] Names = ["a", "b", "c"];

    private readonly SortedDictionary<string, int> _injected = [];
    private readonly List<string> _violations = [];

    public async Task RunAsync(int runs, int seed)
    {
        for (int number = 0; number < runs; number++)
        {
            bool isSynchronous = number % 2 == 0;
            await using LocalCluster cluster = new(services, _ => { });
            string[] faults = await DisturbAsync(cluster, new Random(seed + number), number, isSynchronous);
            output.WriteLine($"run {number + 1} of {runs}, {(isSynchronous ? "synchronous" : "asynchronous")}: {string.Join(", ", faults)}; {_violations.Count} violations so far");
        }

        output.WriteLine();
        output.WriteLine(Figures.Row("Fault", "Injected"));
        output.WriteLine("|---|---:|");
        foreach ((string fault, int times) in _injected)
        {
            output.WriteLine(Figures.Row(fault, times));
        }

        output.WriteLine();
        output.WriteLine($"{runs} runs, {_injected.Values.Sum()} faults, {_violations.Count} violations.");
        _violations.ForEach(output.WriteLine);
        if (_violations.Count > 0)
        {
            throw new InvalidOperationException($"{_violations.Count} runs did not end as they should.");
        }
    }

    /// <summary>Carries out one run with faults, and looks at how it ended.</summary>
    private async Task<string[]> DisturbAsync(LocalCluster cluster, Random random, int number, bool isSynchronous)
    {
        List<string> faults = [];
        string run = "";
        Dictionary<string, WiredNode> nodes = (await Task.WhenAll(Names.Select(cluster.StartWiredAsync))).ToDictionary(node => node.Process.Name);
        try
        {
            string[] settings = isSynchronous ? Experiments.Synchronous() : Experiments.Asynchronous();
            run = await cluster.SubmitAsync(Experiments.Star, settings);
            FaultInjector injector = new(cluster, nodes, run, random);
            await cluster.AdvancesAsync(run, 100); // the broker forgets queues that are younger than a second, see docs/decisions/0021
            for (int fault = 0; fault < FaultsPerRun; fault++)
            {
                faults.Add(await injector.InjectAsync());
                _injected[faults[^1]] = _injected.GetValueOrDefault(faults[^1]) + 1;
                await cluster.AdvancesAsync(run, StepsBetween);
            }

            await Until.TrueAsync($"{run} has made {MinSteps} steps", () => cluster.StepOf(run), step => step >= MinSteps);
            (string model, string steps) = await cluster.EndsAsync(run);
            await cluster.LostNothingAsync();
            await (isSynchronous ? RequireBitsAsync(cluster, model, [.. settings, steps]) : RequireDistanceAsync(cluster, run, steps));
        }
        catch (Exception failure) when (failure is TimeoutException or InvalidOperationException or Xunit.Sdk.XunitException)
        {
            _violations.Add($"run {number + 1} ({run}; {string.Join(", ", faults)}): {failure.Message}");
            string logs = Path.Combine(Path.GetTempPath(), $"actorfed-campaign-{Environment.ProcessId}-{number + 1}.log");
            await File.WriteAllTextAsync(logs, string.Join("\n\n", nodes.Values.Select(node => $"{node.Process.Name}\n{node.Process.Log}")));
            output.WriteLine($"The nodes' logs are in {logs}");
        }

        return [.. faults];
    }

    private static async Task RequireBitsAsync(LocalCluster cluster, string model, string[] settings)
    {
        if (model != await cluster.UndisturbedAsync(Experiments.Star, settings))
        {
            throw new InvalidOperationException("Its model has other bits than that of the quiet run.");
        }
    }

    private static async Task RequireDistanceAsync(LocalCluster cluster, string run, string steps)
    {
        double distance = (await cluster.StatusAsync(run)).GetProperty("measures").GetProperty("distance-to-solution").GetDouble();
        double farthest = 0;
        for (int seed = 1; seed <= QuietSeeds; seed++)
        {
            JsonElement quiet = (await Cli.RunAsync(["run", Experiments.Star, .. Cli.Set([.. Experiments.Asynchronous(seed: seed), steps]), "--json", "--cluster", cluster.WriteFile("quiet")])).MustEnd(0).Json;
            farthest = Math.Max(farthest, quiet.GetProperty("metrics").GetProperty("distance-to-solution").GetDouble());
        }

        if (distance > farthest)
        {
            throw new InvalidOperationException($"It is {distance} from the solution, and quiet ones of {QuietSeeds} seeds at most {farthest}.");
        }
    }
}
