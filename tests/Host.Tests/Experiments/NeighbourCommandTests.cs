using System.Globalization;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>Runs of neighbours by command line, on threads.</summary>
public sealed class NeighbourCommandTests
{
    private static readonly string File = Checkout.At("hocon/experiments/dsgd-quadratic.conf");

    [Fact]
    public async Task A_run_leaves_the_bytes_of_every_link_and_replays_to_the_same_bits()
    {
        using TemporaryFolder temporary = new();
        string folder = temporary.At("run");

        CliResult run = (await Cli.RunAsync(["run", File, .. Cli.Set($"run.folder=\"{folder}\"", "stop.steps=30"), "--json"])).MustEnd(ExitCodes.Success);

        string[][] rows = [.. System.IO.File.ReadLines(Path.Combine(folder, "links.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(8 * 2, rows.Length);
        Assert.All(rows, row => Assert.Contains((int.Parse(row[0], CultureInfo.InvariantCulture) - int.Parse(row[1], CultureInfo.InvariantCulture) + 8) % 8, (int[])[1, 7]));
        Assert.Equal(30 * 8 * 2 * 10 * 8, rows.Sum(row => long.Parse(row[2], CultureInfo.InvariantCulture))); // rounds, neighbours, links, entries, bytes
        Assert.True(run.Json.GetProperty("metrics").GetProperty("excess-loss").GetDouble() > 0);
        (await Cli.RunAsync("replay", folder)).MustEnd(ExitCodes.Success);
    }

    [Theory]
    [InlineData("suda.method=ed", "suda")]
    [InlineData("suda.method=extra", "suda")]
    public async Task Weights_that_are_not_symmetric_are_refused_where_the_method_needs_them_to_be(string method, string name)
    {
        using TemporaryFolder temporary = new();

        CliResult run = (await Cli.RunAsync(
        [
            "run", File,
            .. Cli.Set($"run.folder=\"{temporary.At("run")}\"", "algorithm=suda", method, "suda.step=0.01", "graph.topology=exponential", "patience.on-loss=fail"),
        ])).MustEnd(ExitCodes.BadInput);

        Assert.Contains($"'exponential' has weights that are not symmetric, and {name} needs w_ij = w_ji", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edge_cannot_be_left_out_of_a_directed_graph()
    {
        using TemporaryFolder temporary = new();

        CliResult run = (await Cli.RunAsync(["run", File, .. Cli.Set($"run.folder=\"{temporary.At("run")}\"", "graph.topology=exponential")])).MustEnd(ExitCodes.BadInput);

        Assert.Contains("Set patience.on-loss = fail", run.Error, StringComparison.Ordinal);
    }
}
