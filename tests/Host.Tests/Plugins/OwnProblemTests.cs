using System.Text.Json;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Plugins;

/// <summary>The example in <c>examples/own-problem</c>, built with the tests and loaded as its reader loads it.</summary>
public sealed class OwnProblemTests : IDisposable
{
    private static readonly string Conf = Checkout.At("examples/own-problem/own-problem.conf");

    // Beside the tests' own build of the same configuration: bin/CONFIGURATION/net10.0/.
    private static readonly string Plugin = Checkout.At(
        $"examples/own-problem/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/OwnProblem.dll");

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Learns_what_its_readme_says()
    {
        CliResult run = (await Run("engine.kind=simulation")).MustEnd(ExitCodes.Success);

        JsonElement metrics = run.Json.GetProperty("metrics");
        Assert.InRange(metrics.GetProperty("test-loss").GetDouble(), 0.02, 0.06); // begins at 1.05; none is below 0.020 in expectation
        Assert.InRange(metrics.GetProperty("test-disturbed-loss").GetDouble(), 0.1, 0.45); // least squares: 0.56
    }

    [Fact]
    public async Task Is_replayed_bit_for_bit()
    {
        (await Run("stop.steps=100")).MustEnd(ExitCodes.Success);

        CliResult replay = (await Cli.RunAsync("replay", _temporary.At("run"), "--plugin", Plugin)).MustEnd(ExitCodes.Success);

        Assert.Contains("model: bit-identical to model.safetensors: upper (1), middle (4), lower (4)", replay.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_simulated_with_faults_and_compared()
    {
        CliResult simulated = (await Cli.RunAsync(
            ["simulate", Conf, "--plugin", Plugin, "--seeds", "2", "--faults", "light", .. Cli.Set("stop.steps=50")])).MustEnd(ExitCodes.Success);
        CliResult compared = (await Cli.RunAsync(
            [
                "compare", Conf, $"large={Conf}", "--plugin", Plugin, "--seeds", "1", "--out", _temporary.At("compare"),
                .. Cli.Set("stop.steps=50", "large:own-problem.price=2"),
            ])).MustEnd(ExitCodes.Success);

        Assert.Contains("2 seeds, 0 violations", simulated.Output, StringComparison.Ordinal);
        Assert.Contains("own-problem.price", compared.Output + File.ReadAllText(_temporary.At("compare/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describes_its_settings()
    {
        CliResult keys = (await Cli.RunAsync("list", "keys", "--plugin", Plugin)).MustEnd(ExitCodes.Success);

        Assert.Matches(@"own-problem\.rows = 50 +Training rows of each worker", keys.Output);
    }

    private Task<CliResult> Run(params string[] settings) =>
        Cli.RunAsync(["run", Conf, "--plugin", Plugin, "--json", .. Cli.Set([$"run.folder=\"{_temporary.At("run")}\"", .. settings])]);
}
