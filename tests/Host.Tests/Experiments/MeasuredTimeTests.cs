using System.Globalization;
using ActorFed.Engines.Simulation;
using ActorFed.Host.Experiments;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>computing.model = measured-once: a time of this machine, taken once, that from then on is part of the plan.</summary>
public sealed class MeasuredTimeTests
{
    [Fact]
    public async Task Puts_what_it_measured_into_the_plan_from_which_the_run_can_be_made_again()
    {
        using TemporaryFolder temporary = new();
        string[] settings = [.. Cli.Set("engine.kind=simulation", "stop.steps=60", "simulation.computing.model=measured-once")];
        CliResult measured = (await Cli.RunAsync(["run", Cli.Quadratic, .. settings, .. Cli.Set($"run.folder=\"{temporary.At("one")}\""), "--json"]))
            .MustEnd(ExitCodes.Success);
        CliResult again = (await Cli.RunAsync(["run", temporary.At("one/plan.conf"), .. Cli.Set($"run.folder=\"{temporary.At("two")}\""), "--json"]))
            .MustEnd(ExitCodes.Success);

        ComputingOptions computing = Experiment.LoadPlan(temporary.At("one/plan.conf"), []).Options.Simulation.Computing;
        Assert.Equal(DurationModel.Constant, computing.Model);
        Assert.True(computing.PerOracleCall > TimeSpan.Zero);
        string perCall = computing.PerOracleCall.TotalMicroseconds.ToString("0.0", CultureInfo.InvariantCulture);
        Assert.Contains($"computing: {perCall}us per oracle call", measured.Output, StringComparison.Ordinal);
        Assert.Equal(measured.Json.GetProperty("traceHash").GetString(), again.Json.GetProperty("traceHash").GetString());
    }

    [Fact]
    public async Task Oracle_calls_take_their_time()
    {
        using TemporaryFolder temporary = new();
        string[] command = ["run", Cli.Quadratic, .. Cli.Set("engine.kind=simulation", "stop.steps=60", "participation.policy=synchronous"), "--json"];
        double free = Seconds(await Cli.RunAsync([.. command, .. Cli.Set($"run.folder=\"{temporary.At("free")}\"")]));
        double costly = Seconds(await Cli.RunAsync(
            [.. command, .. Cli.Set($"run.folder=\"{temporary.At("costly")}\"", "simulation.computing.per-oracle-call=1s")]));

        Assert.True(costly > free + 60, $"{costly} s with calls of a second each, {free} s without: 60 steps make at least one call each.");
    }

    private static double Seconds(CliResult result) => result.MustEnd(ExitCodes.Success).Json.GetProperty("seconds").GetDouble();
}
