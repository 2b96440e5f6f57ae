using ActorFed.Host.Runs;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>Penalty-based bilevel methods and selected rows through whole runs.</summary>
public sealed class PenaltyExperimentTests : IDisposable
{
    private static readonly string[] SmallDigits =
        ["data.synthetic-digits.train-rows=160", "data.synthetic-digits.test-rows=40", "run.model-every=5", "run.record-every=1", "stop.steps=12"];

    private static readonly string[] SmallJoint =
        [.. SmallDigits, "data.sharding.validation-fraction=0.2", "selection.rate=0.5", "bl-just.epochs=2", "bl-just.explore-steps=2", "bl-just.joint-steps=3", "joint-training.hidden-units=4"];

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("vpbgd-quadratic.conf")]
    [InlineData("gpbgd-quadratic.conf")]
    public async Task The_shipped_quadratics_end_near_their_solution(string file)
    {
        CliResult result = (await RunAsync(file)).MustEnd(ExitCodes.Success);

        Assert.InRange(result.Json.GetProperty("metrics").GetProperty("distance-to-solution").GetDouble(), 0, 0.2); // the penalty's own bias, about 1 / γ
    }

    [Fact]
    public async Task Joint_training_measures_both_losses_and_is_made_again_bit_for_bit()
    {
        CliResult run = (await RunAsync("bl-just-digits.conf", [.. SmallJoint, "engine.kind=in-process"])).MustEnd(ExitCodes.Success);

        CliResult replay = (await Cli.RunAsync("replay", _temporary.At("run"))).MustEnd(ExitCodes.Success);

        Assert.Contains("bit-identical to model.safetensors", replay.Output, StringComparison.Ordinal);
        Assert.InRange(Metric(run, "test-accuracy"), 0, 1);
        Assert.True(Metric(run, "test-reconstruction") > 0);
    }

    [Fact]
    public async Task A_resumed_run_ends_as_one_that_was_not_stopped()
    {
        CliResult whole = (await RunAsync("bl-just-digits.conf", [.. SmallJoint, $"run.folder=\"{_temporary.At("whole")}\""])).MustEnd(ExitCodes.Success);
        (await RunAsync("bl-just-digits.conf", [.. SmallJoint, "stop.steps=7"])).MustEnd(ExitCodes.Success);

        CliResult resumed = (await Cli.RunAsync(["run", "--resume", _temporary.At("run"), .. Cli.Set("stop.steps=12"), "--json"])).MustEnd(ExitCodes.Success);

        Assert.Equal(whole.Json.GetProperty("metrics").ToString(), resumed.Json.GetProperty("metrics").ToString());
        Assert.Equal(
            SafeTensors.Read(_temporary.At("whole/model.safetensors")).Tensors.Select(tensor => tensor.Values),
            SafeTensors.Read(_temporary.At("run/model.safetensors")).Tensors.Select(tensor => tensor.Values));
    }

    [Fact]
    public async Task A_resumed_run_keeps_its_selection()
    {
        (await RunAsync("bl-just-digits.conf", SmallJoint)).MustEnd(ExitCodes.Success);

        CliResult resumed = (await Cli.RunAsync(["run", "--resume", _temporary.At("run"), .. Cli.Set("selection.rate=0.25")])).MustEnd(ExitCodes.BadInput);

        Assert.Contains("selection.rate is 0.25; the run was begun with 0.5", resumed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soft")]
    [InlineData("fixed")]
    public async Task Clients_train_on_the_rows_selected(string rule)
    {
        CliResult run = (await RunAsync(
            "fedavg-digits.conf", [.. SmallDigits, $"selection.rule={rule}", "selection.rate=0.25", "workers=4", "participation.cohort=2", "data.sharding.partition=iid"]))
            .MustEnd(ExitCodes.Success);

        Assert.Contains($"selection: {rule}, 0.25 of a shard's rows in an epoch", run.Output, StringComparison.Ordinal);
        Assert.Equal(rule == "soft", run.Output.Contains("about 99 % of them within 19 epochs", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gpbgd-quadratic.conf", "stop.steps=60")]
    [InlineData("vpbgd-quadratic.conf", "stop.steps=60")]
    public async Task Simulated_runs_under_heavy_faults_break_no_rule(string file, string steps)
    {
        CliResult result = (await Cli.RunAsync(
            ["simulate", Checkout.At($"hocon/experiments/{file}"), "--seeds", "5", "--faults", "heavy", .. Cli.Set(steps), "--json"]))
            .MustEnd(ExitCodes.Success);

        Assert.Equal(0, result.Json.GetProperty("violations").GetInt32());
    }

    private static double Metric(CliResult run, string name) => run.Json.GetProperty("metrics").GetProperty(name).GetDouble();

    private Task<CliResult> RunAsync(string file, params string[] settings) => Cli.RunAsync(
        ["run", Checkout.At($"hocon/experiments/{file}"), .. Cli.Set([$"run.folder=\"{_temporary.At("run")}\"", .. settings]), "--json"]);
}
