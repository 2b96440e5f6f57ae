using System.Text.Json;
using ActorFed.Host.Runs;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>Whole runs of split learning, as shipped but smaller.</summary>
public sealed class SplitExperimentTests : IDisposable
{
    private static readonly string[] Small =
    [
        "workers=6", "participation.cohort=3", "data.synthetic-digits.train-rows=300", "data.synthetic-digits.test-rows=200", "data.sharding.min-rows-per-shard=10",
        "classification.channels=2", "classification.dense-units=16",
    ];

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Both_learn_digits_and_quantised_activations_take_a_small_part_of_the_bytes()
    {
        CliResult raw = await RunAsync("splitfed-digits", Settings("stop.steps=80"));
        double rawBytes = LastOf("activation-bytes");
        CliResult quantised = await RunAsync("fedlite-digits", Settings("stop.steps=80"));
        double quantisedBytes = LastOf("activation-bytes");

        Assert.True(Metric(raw, "test-accuracy") > 0.6, raw.Output);
        Assert.True(Metric(quantised, "test-accuracy") > 0.5, quantised.Output);
        Assert.Equal(80 * 3 * 10 * 196 * 4, rawBytes); // steps, clients, rows, activations, bytes of a number
        Assert.Equal(80 * 3 * ((2 * 4 * 4) + 62), quantisedBytes); // 2 centroids of 196 / 49 numbers, 490 codes of a bit
        Assert.Contains("Test accuracy by payload of the reports", File.ReadAllText(_temporary.At("run/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_made_again_and_goes_on_to_the_same_model()
    {
        await RunAsync("fedlite-digits", Settings("stop.steps=10"));

        (await Cli.RunAsync("replay", _temporary.At("run"))).MustEnd(ExitCodes.Success);
        CliResult more = (await Cli.RunAsync(["run", "--resume", _temporary.At("run"), .. Cli.Set("stop.steps=15"), "--json"])).MustEnd(ExitCodes.Success);
        CliResult whole = await RunAsync("fedlite-digits", Settings("stop.steps=15"));

        Assert.Equal(Metric(whole, "test-loss"), Metric(more, "test-loss"));
    }

    [Theory]
    [InlineData("splitfed-digits")]
    [InlineData("fedlite-digits")]
    public async Task Threads_and_simulation_end_at_the_same_bits(string file)
    {
        await RunAsync(file, Settings("stop.steps=10", "engine.kind=in-process"));
        NamedTensor threads = Assert.Single(SafeTensors.Read(_temporary.At("run/model.safetensors")).Tensors);

        await RunAsync(file, Settings("stop.steps=10", "engine.kind=simulation"));

        Assert.Equal(threads.Values, Assert.Single(SafeTensors.Read(_temporary.At("run/model.safetensors")).Tensors).Values);
    }

    /// <summary>Full batches, no quantisation, one client step: the same descent as federated averaging of the whole network, but for rounding.</summary>
    [Fact]
    public async Task Without_quantisation_two_parts_learn_what_the_whole_learns()
    {
        string[] settings = Settings("stop.steps=10", "participation.cohort=none");
        CliResult split = await RunAsync("splitfed-digits", [.. settings, "splitfed.batch-rows=0"]);
        CliResult whole = await RunAsync(
            "splitfed-digits", [.. settings, "algorithm=fedopt", "fedopt.client.step=0.3", "fedopt.client.steps=1", "fedopt.client.batch-rows=0", "fedopt.weighting=uniform"]);

        Assert.Equal(Metric(whole, "test-loss"), Metric(split, "test-loss"), 1e-5); // float
    }

    /// <summary>The short form of 200 seeds each.</summary>
    [Theory]
    [InlineData("splitfed-digits", "60s")]
    [InlineData("fedlite-digits", "60s")]
    [InlineData("fedlite-digits", "1s")]
    public async Task Cohorts_under_heavy_faults_break_no_rule(string file, string lostAfter)
    {
        CliResult result = (await Cli.RunAsync(
            ["simulate", Checkout.At($"hocon/experiments/{file}.conf"), "--seeds", "10", "--faults", "heavy", "--json",
                .. Cli.Set(Settings("stop.steps=15", "patience.ask-again-after=500ms", $"patience.lost-after={lostAfter}"))])).MustEnd(ExitCodes.Success);

        JsonElement checks = result.Json.GetProperty("checks");
        Assert.All((string[])["reference", "concurrency", "participation", "reports"], rule => Assert.True(checks.GetProperty(rule).GetInt64() > 0, rule));
    }

    private static string[] Settings(params string[] more) => [.. Small, .. more];

    private static double Metric(CliResult run, string name) => run.Json.GetProperty("metrics").GetProperty(name).GetDouble();

    /// <summary>The last value of a measure in the run's metrics.</summary>
    private double LastOf(string name) => MetricsFile.Read(_temporary.At("run/metrics.csv")).Points(name)[^1].Value;

    private async Task<CliResult> RunAsync(string file, string[] settings)
    {
        if (Directory.Exists(_temporary.At("run")))
        {
            Directory.Delete(_temporary.At("run"), recursive: true);
        }

        return (await Cli.RunAsync(
            ["run", Checkout.At($"hocon/experiments/{file}.conf"), .. Cli.Set([$"run.folder=\"{_temporary.At("run")}\"", .. settings]), "--json"]))
            .MustEnd(ExitCodes.Success);
    }
}
