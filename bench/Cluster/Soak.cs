using System.Diagnostics;
using System.Globalization;
using ActorFed.Cluster.Tests;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>
/// One run after another while a node is killed every minute. Two nodes of three are killed in turn; the third lives throughout, and its
/// memory must not grow: the median of the last fifth of the time is compared with that of the second fifth.
/// </summary>
internal sealed class Soak(ClusterServices services, TextWriter output)
{
    private const int Steps = 4000;
    private const double MaxGrowth = 0.05;
    private static readonly TimeSpan KillEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly List<double> _memory = [];
    private int _kills;
    private int _runs;
    private int _wrong;

    public async Task RunAsync(TimeSpan time)
    {
        string[] settings = Experiments.Synchronous(Steps);
        await using LocalCluster cluster = new(services, _ => { });
        string quiet = await cluster.UndisturbedAsync(Experiments.Star, settings);
        NodeProcess lasting = await cluster.StartAsync("lasting");
        Queue<NodeProcess> mortal = new(await cluster.StartAllAsync("b", "c"));
        long start = Stopwatch.GetTimestamp();
        TimeSpan nextKill = KillEvery;
        string run = await cluster.SubmitAsync(Experiments.Star, settings);
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            await Task.Delay(LookEvery);
            _memory.Add(ProcessMemory.Now(lasting.Number));
            if (Stopwatch.GetElapsedTime(start) >= nextKill)
            {
                nextKill += KillEvery;
                NodeProcess victim = mortal.Dequeue();
                await victim.KillAsync();
                mortal.Enqueue(await cluster.StartAsync(victim.Name));
                _kills++;
                output.WriteLine($"{Stopwatch.GetElapsedTime(start):hh\\:mm\\:ss} kill {_kills}, run {_runs + 1} at step {cluster.StepOf(run)}, memory {_memory[^1] / 1e6:0.0} MB, {_wrong} wrong");
            }

            if (cluster.HasEnded(run))
            {
                await LookAtAsync(cluster, run, quiet);
                run = await cluster.SubmitAsync(Experiments.Star, settings);
            }
        }

        await LookAtAsync(cluster, run, quiet);
        Tell(time);
    }

    /// <summary>Holds an ended run against the quiet one, and counts what supervision dropped or rejected in it.</summary>
    private async Task LookAtAsync(LocalCluster cluster, string run, string quiet)
    {
        string model = await cluster.CompletesAsync(run);
        int violations = int.Parse(
            cluster.Rows($"SELECT coalesce((event->>'violations')::int, 0) FROM events JOIN runs ON run = runs.number WHERE id = '{run}' AND event->>'event' = 'run-ended' ORDER BY events.number DESC LIMIT 1").Single(),
            CultureInfo.InvariantCulture);
        _runs++;
        if (model != quiet || violations > 0)
        {
            _wrong++;
            output.WriteLine($"{run}: {(model == quiet ? "" : "the model has other bits; ")}{violations} violations");
        }
    }

    private void Tell(TimeSpan time)
    {
        int fifth = Math.Max(1, _memory.Count / 5);
        double early = Figures.Median(_memory.Skip(fifth).Take(fifth));
        double late = Figures.Median(_memory.TakeLast(fifth));
        output.WriteLine();
        output.WriteLine(Figures.Row("minutes", "kills", "runs", "with other bits or violations", "memory early, MB", "late, MB", "growth"));
        output.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
        output.WriteLine(Figures.Row((int)time.TotalMinutes, _kills, _runs, _wrong, early / 1e6, late / 1e6, $"{100 * ((late / early) - 1):0.0} %"));
        if (_wrong > 0 || late > early * (1 + MaxGrowth))
        {
            throw new InvalidOperationException($"{_wrong} runs were wrong, and memory grew by a factor of {late / early:0.000}; at most {1 + MaxGrowth} is allowed.");
        }
    }
}
