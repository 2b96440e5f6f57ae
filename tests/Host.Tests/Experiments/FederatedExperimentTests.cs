using System.Text.Json;
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
