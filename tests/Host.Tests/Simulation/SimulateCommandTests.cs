using System.Text.Json;
using ActorFed.Engines.Simulation.Faults;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Simulation;

public sealed class SimulateCommandTests
{
    private static readonly string Quadratic = Checkout.At("hocon/experiments/adbo-quadratic.conf");
    private static readonly string TrilevelQuadratic = Checkout.At("hocon/experiments/afto-quadratic.conf");

    [Fact]
    public async Task Five_hundred_seeds_under_heavy_faults_break_no_rule()
    {
        CliResult result = (await Cli.RunAsync("simulate", Quadratic, "--seeds", "500", "--faults", "heavy", "--json")).MustEnd(ExitCodes.Success);

        JsonElement json = result.Json;
        Assert.Equal((500, 0), (json.GetProperty("seeds").GetInt32(), json.GetProperty("violations").GetInt32()));
        Assert.True(json.GetProperty("events").GetInt64() > 500 * 1000);
        foreach (FaultKind kind in FaultKinds.All)
        {
            JsonElement row = json.GetProperty("injected").GetProperty(kind.Name);
            Assert.True(row.GetProperty("injected").GetInt64() > 0, $"{kind.Name} was never injected.");
            Assert.Equal(row.GetProperty("injected").GetInt64(), row.GetProperty("survived").GetInt64());
            Assert.Contains(kind.Name, result.Output, StringComparison.Ordinal);
        }

        Assert.All(json.GetProperty("checks").EnumerateObject(), rule => Assert.True(rule.Value.GetInt64() > 0, $"{rule.Name} was never looked at."));
    }

    /// <summary>The short form of the 500 seeds in docs/results/afto.md.</summary>
    [Theory]
    [InlineData("asynchronous")]
    [InlineData("synchronous")]
    public async Task Three_levels_under_heavy_faults_break_no_rule_and_complete(string policy)
    {
        CliResult result = (await Cli.RunAsync(
            ["simulate", TrilevelQuadratic, "--seeds", "40", "--faults", "heavy", "--json", .. Cli.Set($"participation.policy={policy}")]))
            .MustEnd(ExitCodes.Success);

        Assert.Equal((40, 0), (result.Json.GetProperty("seeds").GetInt32(), result.Json.GetProperty("violations").GetInt32()));
        foreach (string fault in (string[])["master-crash", "node-crash", "torn-write", "one-way-partition", "huge-poison"])
        {
            Assert.True(result.Json.GetProperty("injected").GetProperty(fault).GetProperty("survived").GetInt64() > 0, $"{fault} was never survived.");
        }
    }

    [Fact]
    public async Task Synchronous_runs_end_with_the_model_of_a_run_without_faults()
    {
        CliResult result = (await Cli.RunAsync(
            ["simulate", Quadratic, "--seeds", "20", "--faults", "heavy", "--json", .. Cli.Set("participation.policy=synchronous", "stop.steps=300")]))
            .MustEnd(ExitCodes.Success);

        Assert.True(result.Json.GetProperty("checks").GetProperty("reference").GetInt64() > 0);
    }

    [Fact]
    public async Task An_experiment_that_fails_without_faults_is_told_as_one()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync(
            ["simulate", Quadratic, "--seeds", "1", "--faults", "heavy", "--out", temporary.At("out"), "--json",
             .. Cli.Set("participation.policy=synchronous", "adbo.step-lower=50")])).MustEnd(ExitCodes.Failed);

        JsonElement failure = result.Json.GetProperty("failures").EnumerateArray().Single();
        Assert.Equal("finiteness", failure.GetProperty("rule").GetString());
        Assert.Empty(failure.GetProperty("plan").EnumerateArray());
        Assert.Contains("it fails without any fault", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_the_same_trace_whatever_runs_beside()
    {
        string[] command = ["simulate", Quadratic, "--seeds", "8", "--faults", "heavy", "--json", .. Cli.Set("stop.steps=100")];

        CliResult alone = (await Cli.RunAsync([.. command, "--parallel", "1"])).MustEnd(ExitCodes.Success);
        CliResult together = (await Cli.RunAsync([.. command, "--parallel", "4"])).MustEnd(ExitCodes.Success);
        CliResult others = (await Cli.RunAsync([.. command, "--first-seed", "2"])).MustEnd(ExitCodes.Success);

        Assert.Equal(Hash(alone), Hash(together));
        Assert.NotEqual(Hash(alone), Hash(others));
    }

    [Fact]
    public async Task Shrinks_what_fails_and_keeps_an_experiment_that_fails_the_same_way()
    {
        using TemporaryFolder temporary = new();
        string[] faults =
        [
            .. Enumerable.Range(1, 8).Select(i => $"at {i}s pause worker-1 for 10ms"), "at 5s cut off worker-2 for 300s",
        ];
        string plan = $"simulation.faults.plan=[{string.Join(", ", faults.Select(fault => $"\"{fault}\""))}]";
        string[] failing = [.. Cli.Set("patience.on-loss=fail", plan)];

        CliResult campaign = (await Cli.RunAsync(["simulate", Quadratic, "--seeds", "1", "--first-seed", "7", "--out", temporary.At("out"), "--json", .. failing]))
            .MustEnd(ExitCodes.Failed);
        JsonElement failure = campaign.Json.GetProperty("failures").EnumerateArray().Single();
        string kept = temporary.At("out/seed-7.conf");
        CliResult again = (await Cli.RunAsync("replay", "7", "--experiment", kept, "--json")).MustEnd(ExitCodes.Failed);

        Assert.Equal(7UL, failure.GetProperty("seed").GetUInt64());
        Assert.Contains("worker-2 was lost", failure.GetProperty("reason").GetString(), StringComparison.Ordinal);
        string line = Assert.Single(failure.GetProperty("plan").EnumerateArray()).GetString()!;
        Assert.Contains("cut off worker-2", line, StringComparison.Ordinal);
        Assert.True(failure.GetProperty("isMinimal").GetBoolean());
        Assert.Contains("worker-2 was lost", again.Json.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(line, Assert.Single(again.Json.GetProperty("faults").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Replays_a_seed_to_the_same_trace_and_stops_at_an_event()
    {
        string[] settings = [.. Cli.Set("stop.steps=100")];
        CliResult whole = (await Cli.RunAsync(["replay", "3", "--experiment", Quadratic, "--faults", "heavy", "--json", .. settings])).MustEnd(ExitCodes.Success);
        CliResult again = (await Cli.RunAsync(["replay", "3", "--experiment", Quadratic, "--faults", "heavy", "--json", .. settings])).MustEnd(ExitCodes.Success);
        CliResult stopped = (await Cli.RunAsync(
            ["replay", "3", "--experiment", Quadratic, "--faults", "heavy", "--json", "--stop-at", "200", "master", .. settings])).MustEnd(ExitCodes.Success);

        Assert.Equal(Hash(whole), Hash(again));
        Assert.Equal("stopped", stopped.Json.GetProperty("outcome").GetString());
        JsonElement master = stopped.Json.GetProperty("state").EnumerateArray().Single();
        Assert.Equal("master", master.GetProperty("participant").GetString());
        double step = master.GetProperty("values").EnumerateArray().First(value => value.GetProperty("name").GetString() == "step").GetProperty("numbers")[0].GetDouble();
        Assert.InRange(step, 1, 99);
    }

    [Theory]
    [InlineData("--seeds is 0; it must be at least 1", "--seeds", "0")]
    [InlineData("--parallel is 0; it must be at least 1", "--parallel", "0")]
    [InlineData("--shrink is -1; it must be at least 0", "--shrink", "-1")]
    [InlineData("--first-seed is 18446744073709551615; it must be at most", "--first-seed", "18446744073709551615")]
    [InlineData("simulation.faults.profile", "--faults", "havy")]
    [InlineData("simulation.uplink.median", "--set", "simulation.uplink.median=-3ms")]
    [InlineData("simulation.stragglers.count is 5; it must be at most 4", "--set", "simulation.stragglers.count=5")]
    [InlineData("worker-9", "--set", "simulation.faults.plan=[\"at 3s crash worker-9 for 1s\"]")]
    [InlineData("at 3s crush worker-1", "--set", "simulation.faults.plan=[\"at 3s crush worker-1 for 1s\"]")]
    public async Task Names_what_is_wrong(string words, params string[] arguments)
    {
        CliResult result = (await Cli.RunAsync(["simulate", Quadratic, .. arguments])).MustEnd(ExitCodes.BadInput);

        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("worker-7 is not in this experiment; it has the master and worker-0 to worker-3", "5", "worker-7")]
    [InlineData("--stop-at is 99999999; the run has", "99999999")]
    public async Task Names_what_cannot_be_shown(string words, params string[] stop)
    {
        CliResult result = (await Cli.RunAsync(
            ["replay", "3", "--experiment", Quadratic, .. Cli.Set("stop.steps=50"), "--stop-at", .. stop])).MustEnd(ExitCodes.BadInput);

        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The seed is 'abc'; with --experiment it must be a whole number", "abc", "--experiment", "nowhere.conf")]
    [InlineData("actorfed replay 17 --experiment FILE", "17")]
    public async Task Says_how_a_seed_is_replayed(string words, params string[] arguments)
    {
        CliResult result = (await Cli.RunAsync(["replay", .. arguments])).MustEnd(ExitCodes.BadInput);

        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--part is for recorded runs", "replay", "3", "--experiment", "x.conf", "--part", "1")]
    [InlineData("--ignore-build is for recorded runs", "replay", "3", "--experiment", "x.conf", "--ignore-build")]
    [InlineData("--faults is for the seed of a simulated run", "replay", "some-run", "--faults", "heavy")]
    [InlineData("--set is for the seed of a simulated run", "replay", "some-run", "--set", "stop.steps=5")]
    public async Task Refuses_options_of_the_other_form_of_replay(string words, params string[] command)
    {
        CliResult result = (await Cli.RunAsync(command)).MustEnd(ExitCodes.BadInput);

        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    private static string? Hash(CliResult result) => result.Json.GetProperty("traceHash").GetString();
}
