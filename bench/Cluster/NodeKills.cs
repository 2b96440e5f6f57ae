using ActorFed.Cluster.Postgres;
using ActorFed.Cluster.Postgres.Tests;
using ActorFed.Cluster.Tests;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>
/// How long a run stands still when a node is killed at a random moment: until the next master step is recorded when it hosted the master, and
/// until a worker that it hosted has answered again. On the database's clock.
/// </summary>
/// <param name="random">When, and whose node.</param>
/// <param name="output">Told of each pair of kills.</param>
internal sealed class NodeKills(Random random, TextWriter output)
{
    /// <summary>Settings of a run that lasts, with every step recorded.</summary>
    public static readonly string[] Endless = ["stop.steps=1000000000", "participation.policy=synchronous", "run.record-every=1", "run.model-every=1000000000"];

    private const int Workers = 4;
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(3);

    private readonly List<double> _masters = [];
    private readonly List<double> _workers = [];

    /// <summary>Kills of nodes that hosted the master so far.</summary>
    public int Count => _masters.Count;

    /// <summary>Kills nodes of a run, of the master and of a worker in turns.</summary>
    /// <param name="times">How often, each.</param>
    /// <param name="database">Where the run is kept.</param>
    /// <param name="run">The run.</param>
    /// <param name="nodes">The nodes by name; one that was killed is replaced.</param>
    /// <param name="start">Starts a node, and waits until it has joined.</param>
    public async Task MeasureAsync(int times, PostgresOptions database, string run, Dictionary<string, NodeProcess> nodes, Func<string, Task<NodeProcess>> start)
    {
        using RunWatch master = new(database, run, "master");
        for (int kill = 0; kill < times; kill++)
        {
            _masters.Add(await KillAsync(master, stepsToSee: 1));
            string[] others = [.. Enumerable.Range(0, Workers).Select(index => $"worker-{index}").Where(worker => HolderOf(worker) != HolderOf("master"))];
            if (others.Length > 0)
            {
                using RunWatch worker = new(database, run, others[random.Next(others.Length)]);
                _workers.Add(await KillAsync(worker, stepsToSee: 2)); // one of them may have been under way
            }

            output.WriteLine($"{Count}: master {_masters[^1]:0.00} s, worker {(others.Length > 0 ? $"{_workers[^1]:0.00} s" : "-")}");
        }

        // Kills the node of a participant, measures, and starts it again.
        async Task<double> KillAsync(RunWatch victim, int stepsToSee)
        {
            await SettlesAsync();
            await Task.Delay(MaxPause * random.NextDouble());
            Sight before = victim.Look();
            await nodes[before.Holder].KillAsync();
            Sight moved = await victim.SeesAsync("somebody else goes on", sight => sight.Holder != before.Holder && sight.Holder.Length > 0);
            Sight goesOn = await master.SeesAsync("the run goes on", sight => sight.Rows >= moved.Rows + stepsToSee);
            nodes[before.Holder] = await start(before.Holder);
            return (goesOn.At - before.At).TotalSeconds;
        }

        // Waits until the run makes steps, and nobody is on the way to another node.
        async Task SettlesAsync()
        {
            string before;
            do
            {
                before = Placements();
                long rows = master.Look().Rows;
                await master.SeesAsync("the run makes steps", sight => sight.Rows >= rows + 100);
            }
            while (before != Placements());
        }

        string Placements() => string.Join(' ', PostgresServer.Rows(
            database, $"SELECT participant, node FROM placements JOIN runs ON run = runs.number WHERE id = '{run}' ORDER BY participant"));

        string HolderOf(string participant)
        {
            using RunWatch watch = new(database, run, participant);
            return watch.Look().Holder;
        }
    }

    /// <summary>Writes the table.</summary>
    public void Tell()
    {
        output.WriteLine();
        output.WriteLine(Figures.Row("kill -9 of the node of", "times", "median, s", "worst, s"));
        output.WriteLine("|---|---:|---:|---:|");
        output.WriteLine(Figures.Row("the master: until the next step is recorded", _masters.Count, Figures.Median(_masters), _masters.DefaultIfEmpty(double.NaN).Max()));
        output.WriteLine(Figures.Row("a worker: until it has answered again", _workers.Count, Figures.Median(_workers), _workers.DefaultIfEmpty(double.NaN).Max()));
    }
}
