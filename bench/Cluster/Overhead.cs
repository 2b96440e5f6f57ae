using System.Globalization;
using System.Text.Json;
using ActorFed.Cluster.Tests;
using ActorFed.Host;
using ActorFed.Host.Tests.Experiments;

namespace ActorFed.Cluster.Benchmarks;

/// <summary>How much longer a run takes over three nodes of this machine than within one process.</summary>
internal sealed class Overhead(ClusterServices services, TextWriter output)
{
    private const int Repetitions = 3;

    /// <summary>Hyper-cleaning of digits drawn by code: needs no data.</summary>
    public static string Digits { get; } = Checkout.At("hocon/quickstart.conf");

    public async Task RunAsync(string experiment, int steps, string? dataFolder)
    {
        string[] settings = [$"stop.steps={steps.ToString(CultureInfo.InvariantCulture)}", "participation.policy=synchronous", $"run.model-every={steps}"];
        string[] data = dataFolder is null ? [] : ["--data", dataFolder];
        List<double> inProcess = [];
        List<double> inCluster = [];
        for (int repetition = 1; repetition <= Repetitions; repetition++)
        {
            await using LocalCluster cluster = new(services, _ => { }) { NodeSettings = "capacity = 1", BrokerSettings = "" };
            string store = cluster.WriteFile("command");
            JsonElement alone = (await Cli.RunAsync(["run", experiment, .. Cli.Set(settings), "--json", "--cluster", store, .. data])).MustEnd(ExitCodes.Success).Json;
            inProcess.Add(alone.GetProperty("seconds").GetDouble());

            Dictionary<string, string> environment = dataFolder is null ? [] : new() { ["ACTORFED_DATA"] = dataFolder };
            await Task.WhenAll(((string[])["a", "b", "c"]).Select(name => cluster.StartAsync(name, environment: environment)));
            string run = await cluster.SubmitAsync(experiment, settings);
            string model = await cluster.CompletesAsync(run, TimeSpan.FromHours(1));
            inCluster.Add((await cluster.StatusAsync(run)).GetProperty("seconds").GetDouble());
            bool isSame = model == await cluster.ModelOfAsync(alone.GetProperty("runId").GetString()!);
            output.WriteLine($"{repetition} of {Repetitions}: in one process {inProcess[^1]:0.0} s, in the cluster {inCluster[^1]:0.0} s, models {(isSame ? "equal bit for bit" : "DIFFER")}");
        }

        output.WriteLine();
        output.WriteLine(Figures.Row("experiment", "steps", "in one process, s", "three nodes, s", "ratio"));
        output.WriteLine("|---|---:|---:|---:|---:|");
        output.WriteLine(Figures.Row(Path.GetFileName(experiment), steps, Figures.Median(inProcess), Figures.Median(inCluster), Figures.Median(inCluster) / Figures.Median(inProcess)));
    }
}
