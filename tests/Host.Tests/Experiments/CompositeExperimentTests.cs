using System.Text.Json;
using ActorFed.Host.Runs;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>Whole runs of federated dual averaging and what it is compared with, as shipped but shorter.</summary>
public sealed class CompositeExperimentTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Dual_averaging_finds_a_sparser_model_than_mirror_descent_and_that_than_subgradients()
    {
        CliResult dual = await RunAsync("feddualavg-quick");
        CliResult mirror = await RunAsync("feddualavg-quick", "algorithm=fedmid");
        CliResult subgradient = await RunAsync("feddualavg-quick", "algorithm=fedavg-subgradient");

        Assert.All([dual, mirror, subgradient], run => Assert.Equal(1, Metric(run, "recall")));
        Assert.True(Metric(dual, "f1") > Metric(mirror, "f1") && Metric(mirror, "f1") > Metric(subgradient, "f1"), $"{dual.Output}{mirror.Output}{subgradient.Output}");
        Assert.True(Metric(dual, "distance-to-truth") < Metric(mirror, "distance-to-truth"));
    }

    [Theory]
    [InlineData("elastic-net")]
    [InlineData("group, feddualavg.regularizer.group-length=3")]
    [InlineData("box, feddualavg.regularizer.lower=0")]
    [InlineData("non-negative")]
    [InlineData("simplex, feddualavg.regularizer.radius=12")]
    [InlineData("l1-ball, feddualavg.regularizer.radius=12")]
    [InlineData("l2-ball, feddualavg.regularizer.radius=3.4641")]
    public async Task Every_regulariser_that_suits_the_truth_leads_near_it(string kind)
    {
        CliResult run = await RunAsync("feddualavg-quick", [.. $"feddualavg.regularizer.kind={kind}".Split(", "), "stop.steps=400"]);

        Assert.True(Metric(run, "distance-to-truth") < 0.5, run.Output); // from 3.46 at the start
    }

    [Fact]
    public async Task A_matrix_of_low_rank_is_found_with_its_rank()
    {
        CliResult run = await RunAsync(
            "feddualavg-low-rank", "workers=20", "participation.cohort=5", "stop.steps=300", "low-rank-regression.size=8", "low-rank-regression.rank=3",
            "feddualavg.client.step=0.005", "feddualavg.regularizer.matrix-rows=8", "feddualavg.regularizer.weight=0.2");

        Assert.Equal(3, Metric(run, "rank"));
        Assert.True(Metric(run, "distance-to-truth") < 0.6, run.Output);
    }

    [Fact]
    public async Task A_run_is_made_again_and_goes_on_to_the_same_model()
    {
        await RunAsync("feddualavg-quick", "stop.steps=40");

        (await Cli.RunAsync("replay", _temporary.At("run"))).MustEnd(ExitCodes.Success);
        CliResult more = (await Cli.RunAsync(["run", "--resume", _temporary.At("run"), .. Cli.Set("stop.steps=60"), "--json"])).MustEnd(ExitCodes.Success);
        CliResult whole = await RunAsync("feddualavg-quick", "stop.steps=60");

        Assert.Equal(Metric(whole, "distance-to-truth"), Metric(more, "distance-to-truth"));
    }

    [Fact]
    public async Task Threads_and_simulation_end_at_the_same_bits()
    {
        await RunAsync("feddualavg-quick", "stop.steps=40", "engine.kind=in-process");
        NamedTensor threads = Assert.Single(SafeTensors.Read(_temporary.At("run/model.safetensors")).Tensors);

        await RunAsync("feddualavg-quick", "stop.steps=40", "engine.kind=simulation");

        Assert.Equal(threads.Values, Assert.Single(SafeTensors.Read(_temporary.At("run/model.safetensors")).Tensors).Values);
    }

    /// <summary>The short form of 200 seeds each.</summary>
    [Theory]
    [InlineData("feddualavg")]
    [InlineData("fedmid")]
    [InlineData("fedavg-subgradient")]
    public async Task Cohorts_under_heavy_faults_break_no_rule_and_end_with_the_model_of_a_run_without_faults(string algorithm)
    {
        CliResult result = (await Cli.RunAsync(
            ["simulate", Checkout.At("hocon/experiments/feddualavg-quick.conf"), "--seeds", "10", "--faults", "heavy", "--json",
                .. Cli.Set($"algorithm={algorithm}", "stop.steps=100")])).MustEnd(ExitCodes.Success);

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
