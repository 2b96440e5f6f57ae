using System.Text.Json;
using ActorFed.Host.Runs;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>Whole runs of the federated algorithms, as shipped but shorter.</summary>
public sealed class FederatedExperimentTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("average", 1)]
    [InlineData("momentum", 0.3)]
    [InlineData("adagrad", 0.3)]
    [InlineData("adam", 0.05)]
    [InlineData("yogi", 0.05)]
    public async Task Every_server_optimiser_comes_near_the_known_minimum(string optimiser, double step)
    {
        CliResult run = await RunAsync(
            "fedavg-quadratic", $"fedopt.optimiser={optimiser}", $"fedopt.server-step={step}", "participation.cohort=none", "fedopt.client.steps=1");

        Assert.True(Metric(run, "excess-loss") < 0.02, run.Output);
    }

    [Fact]
    public async Task The_proximal_term_brings_long_local_training_nearer_to_the_minimum()
    {
        string[] settings = ["participation.cohort=none", "fedopt.client.steps=50"];
        CliResult free = await RunAsync("fedavg-quadratic", settings);
        CliResult held = await RunAsync("fedavg-quadratic", [.. settings, "fedopt.client.proximal=1"]);

        Assert.True(Metric(held, "distance-to-solution") < 0.6 * Metric(free, "distance-to-solution"));
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("examples")]
    [InlineData("available")]
    public async Task Cohorts_learn_digits_however_they_are_drawn(string sampling)
    {
        CliResult run = await RunAsync(
            "fedavg-digits", $"participation.sampling={sampling}", "stop.steps=40", "data.synthetic-digits.train-rows=2000", "data.synthetic-digits.test-rows=300",
            "data.sharding.min-rows-per-shard=2");

        Assert.True(Metric(run, "test-accuracy") > 0.6, run.Output);
    }

    [Fact]
    public async Task A_run_of_cohorts_is_made_again_and_goes_on()
    {
        await RunAsync("fedadam-quadratic", "stop.steps=40");

        (await Cli.RunAsync("replay", _temporary.At("run"))).MustEnd(ExitCodes.Success);
        CliResult more = (await Cli.RunAsync(["run", "--resume", _temporary.At("run"), .. Cli.Set("stop.steps=60"), "--json"])).MustEnd(ExitCodes.Success);
        CliResult whole = await RunAsync("fedadam-quadratic", "stop.steps=60");

        Assert.Equal(Metric(whole, "excess-loss"), Metric(more, "excess-loss"));
    }

    /// <summary>The short form of 200 seeds each.</summary>
    [Theory]
    [InlineData("fedavg-quadratic")]
    [InlineData("fedadam-quadratic")]
    public async Task Cohorts_under_heavy_faults_break_no_rule_and_end_with_the_model_of_a_run_without_faults(string file)
    {
        CliResult result = (await Cli.RunAsync(
            "simulate", Checkout.At($"hocon/experiments/{file}.conf"), "--seeds", "20", "--faults", "heavy", "--json")).MustEnd(ExitCodes.Success);

        JsonElement checks = result.Json.GetProperty("checks");
        Assert.All((string[])["reference", "concurrency", "participation", "reports"], rule => Assert.True(checks.GetProperty(rule).GetInt64() > 0, rule));
    }

    [Theory]
    [InlineData("fedbuff-quadratic", 0.3)]
    [InlineData("fedasync-quadratic", 0.3)]
    [InlineData("fadas-quadratic", 0.3)]
    public async Task Whoever_does_not_wait_comes_near_the_known_minimum_and_tells_how_stale_reports_were(string file, double distance)
    {
        CliResult run = await RunAsync(file);

        Assert.True(Metric(run, "distance-to-solution") < distance, run.Output);
        Assert.Matches(@"staleness max [1-9]\d* mean \d+\.\d", run.Output);
        Assert.Contains("Staleness of the reports used", File.ReadAllText(_temporary.At("run/report.html")), StringComparison.Ordinal);
    }

    /// <summary>With everyone in every step nothing is stale.</summary>
    [Fact]
    public async Task Fadas_that_waits_for_everyone_is_FedAdam_with_the_largest_moment_bit_for_bit()
    {
        await RunAsync(
            "fadas-quadratic", "stop.steps=40", "participation.buffer=20", "participation.concurrency=20", "participation.refill=per-step",
            "fadas.delay-threshold=none", "fadas.adaptivity=0.01");
        NamedTensor fadas = Assert.Single(SafeTensors.Read(_temporary.At("run/model.safetensors")).Tensors);

        await RunAsync(
            "fedadam-quadratic", "stop.steps=40", "participation.cohort=none", "fedopt.initial-moment=zero", "fedopt.largest-moment=true", "fedopt.adaptivity=0.01");

        Assert.Equal(fadas.Values, Assert.Single(SafeTensors.Read(_temporary.At("run/model.safetensors")).Tensors).Values);
    }

    [Theory]
    [InlineData("per-arrival")]
    [InlineData("per-step")]
    public async Task A_buffered_run_on_threads_is_made_again_bit_for_bit(string refill)
    {
        await RunAsync("fadas-quadratic", "stop.steps=40", "engine.kind=in-process", $"participation.refill={refill}");

        CliResult replay = (await Cli.RunAsync("replay", _temporary.At("run"))).MustEnd(ExitCodes.Success);

        Assert.Contains("model: bit-identical to model.safetensors", replay.Output, StringComparison.Ordinal);
    }

    /// <summary>The short form of 200 seeds each.</summary>
    [Theory]
    [InlineData("fedbuff-quadratic", "per-arrival", "60s")]
    [InlineData("fedbuff-quadratic", "per-step", "1s")]
    [InlineData("fedasync-quadratic", "per-arrival", "1s")]
    [InlineData("fadas-quadratic", "per-arrival", "1s")]
    public async Task Buffers_under_heavy_faults_break_no_rule(string file, string refill, string lostAfter)
    {
        CliResult result = (await Cli.RunAsync(
            ["simulate", Checkout.At($"hocon/experiments/{file}.conf"), "--seeds", "20", "--faults", "heavy", "--json",
                .. Cli.Set($"participation.refill={refill}", "patience.ask-again-after=500ms", $"patience.lost-after={lostAfter}")])).MustEnd(ExitCodes.Success);

        JsonElement checks = result.Json.GetProperty("checks");
        string[] rules = refill == "per-arrival" ? ["buffer", "concurrency", "reports"] : ["concurrency", "reports", "participation"];
        Assert.All(rules, rule => Assert.True(checks.GetProperty(rule).GetInt64() > 0, rule));
    }

    private static double Metric(CliResult run, string name) => run.Json.GetProperty("metrics").GetProperty(name).GetDouble();

    private async Task<CliResult> RunAsync(string file, params string[] settings)
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
