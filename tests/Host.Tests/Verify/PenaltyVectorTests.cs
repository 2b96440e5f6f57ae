using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Verify;

/// <summary>Penalty-based bilevel methods and soft random sampling against published numbers.</summary>
public sealed class PenaltyVectorTests
{
    [Theory]
    [InlineData("soft-random-sampling-draws.json", 2)]
    [InlineData("bl-just-quadratic.json", 1)]
    [InlineData("bl-just-pbgd.json", 5)]
    public async Task Stay_within_the_tolerance_in_every_case(string file, int cases)
    {
        CliResult result = (await Cli.RunAsync("verify", PathOf(file), "--tolerance", "1e-12", "--json")).MustEnd(ExitCodes.Success);

        Assert.Equal(cases, result.Json.GetProperty("cases").GetArrayLength());
        Assert.All(result.Json.GetProperty("cases").EnumerateArray(), verified =>
            Assert.InRange(double.Parse(verified.GetProperty("largestDeviation").GetString()!, CultureInfo.InvariantCulture), 0, 1e-12));
    }

    [Theory]
    [InlineData("soft-random-sampling-draws.json", "epochs", 2, "indices", 4)]
    [InlineData("soft-random-sampling-draws.json", "epochs", 1, "distinct_so_far")]
    [InlineData("soft-random-sampling-draws.json", "counts", 0)]
    [InlineData("soft-random-sampling-draws.json", "formulas", 0, "var_distinct")]
    [InlineData("soft-random-sampling-draws.json", "formulas", 5, "occupancy", 3)]
    [InlineData("soft-random-sampling-draws.json", "formulas", 5, "prob_all_covered_poisson")]
    [InlineData("bl-just-quadratic.json", "trace", 1, "steps", 0, "theta", 1)]
    [InlineData("bl-just-quadratic.json", "trace", 2, "steps", 3, "eta")]
    [InlineData("bl-just-quadratic.json", "trace", 2, "steps", 2, "gamma")]
    [InlineData("bl-just-quadratic.json", "trace", 0, "g")]
    [InlineData("bl-just-quadratic.json", "finetune", 1, "phi")]
    [InlineData("bl-just-pbgd.json", "quadratic", "v_pbgd", "trace", 2, "omega", 0)]
    [InlineData("bl-just-pbgd.json", "quadratic", "v_pbgd", "trace", 2, "penalty")]
    [InlineData("bl-just-pbgd.json", "quadratic", "v_pbgd", "trace", 1, "grad_x", 1)]
    [InlineData("bl-just-pbgd.json", "quadratic", "g_pbgd", "trace", 2, "y", 1)]
    [InlineData("bl-just-pbgd.json", "toy", "runs", 1, "final", 0)]
    [InlineData("bl-just-pbgd.json", "toy", "runs", 2, "first3", 1, 1)]
    public async Task Notice_one_changed_number(string file, params object[] path)
    {
        using TemporaryFolder temporary = new();
        JsonNode root = JsonNode.Parse(await File.ReadAllBytesAsync(PathOf(file)))!;
        JsonNode node = root;
        foreach (object step in path)
        {
            node = step is string field ? node[field]! : node[(int)step]!;
        }

        double value = node.GetValue<double>();
        node.ReplaceWith(value + (1e-9 * Math.Min(1, value == 0 ? 1 : value)));
        string changed = temporary.Write(file, JsonSerializer.SerializeToUtf8Bytes(root));

        (await Cli.RunAsync("verify", changed, "--tolerance", "1e-12")).MustEnd(ExitCodes.Failed);
    }

    /// <summary>Every limit point of the toy problem is near the line y = −x, on which the lower level is solved.</summary>
    [Fact]
    public void Toy_runs_end_where_the_lower_level_is_about_solved()
    {
        JsonElement runs = JsonDocument.Parse(File.ReadAllBytes(PathOf("bl-just-pbgd.json"))).RootElement.GetProperty("toy").GetProperty("runs");

        Assert.All(runs.EnumerateArray(), run => Assert.InRange(Math.Abs(run.GetProperty("final")[0].GetDouble() + run.GetProperty("final")[1].GetDouble()), 0, 0.05));
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Vectors", file);
}
