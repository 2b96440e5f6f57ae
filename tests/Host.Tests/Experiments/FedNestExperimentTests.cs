using System.Text.Json;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

public sealed class FedNestExperimentTests
{
    [Fact]
    public async Task The_published_quadratic_ends_near_its_solution_by_the_gap()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync(
        [
            "run", Checkout.At("hocon/experiments/fednest-quadratic.conf"),
            .. Cli.Set($"run.folder=\"{temporary.At("run")}\"", "stop.gap=1e-4"), "--json",
        ])).MustEnd(ExitCodes.Success);

        Assert.Equal("stationarity gap reached", result.Json.GetProperty("reason").GetString());
        JsonElement metrics = result.Json.GetProperty("metrics");
        Assert.InRange(metrics.GetProperty("distance-to-solution").GetDouble(), 0, 0.01);
    }
}
