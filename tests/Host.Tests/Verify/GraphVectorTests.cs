using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Verify;

public sealed class GraphVectorTests
{
    [Theory]
    [InlineData("dsoba-ring4-so.json", 2)]
    [InlineData("dsoba-ring4-fo.json", 3)]
    [InlineData("dsoba-ring4-linkdrop.json", 1)]
    [InlineData("sparkle-ring4-instances.json", 9)]
    [InlineData("c2dfb-ring4-identity.json", 1)]
    [InlineData("c2dfb-ring4-top1.json", 1)]
    [InlineData("c2dfb-ring4-rand1.json", 1)]
    public async Task Stay_within_the_tolerance_in_every_case(string file, int cases)
    {
        CliResult result = (await Cli.RunAsync("verify", PathOf(file), "--json")).MustEnd(ExitCodes.Success);

        Assert.Equal(cases, result.Json.GetProperty("cases").GetArrayLength());
        Assert.All(result.Json.GetProperty("cases").EnumerateArray(), verified =>
            Assert.InRange(double.Parse(verified.GetProperty("largestDeviation").GetString()!, CultureInfo.InvariantCulture), 0, 1e-9));
    }

    [Theory]
    [InlineData("dsoba-ring4-so.json", "variants", "fresh", "iterates", 2, "r", 3, 0)]
    [InlineData("dsoba-ring4-so.json", "variants", "delayed", "after_5000", "z", 0, 2)]
    [InlineData("dsoba-ring4-fo.json", "modes", "FO-forward", 1, "p", 0, 0)]
    [InlineData("dsoba-ring4-fo.json", "modes", "FO-central", 2, "u", 3, 1)]
    [InlineData("dsoba-ring4-linkdrop.json", "iterates", 1, "x", 0, 0)]
    [InlineData("sparkle-ring4-instances.json", "instances", "SPARKLE-ED", "iterates", 2, "v", 1, 1)]
    [InlineData("sparkle-ring4-instances.json", "instances", "SPARKLE-ED split topology", "iterates", 0, "x", 3, 1)]
    [InlineData("sparkle-ring4-instances.json", "limit_point", "y", 2)]
    [InlineData("c2dfb-ring4-identity.json", "iterates", 0, "u", 2, 1)]
    [InlineData("c2dfb-ring4-identity.json", "limit_point", "z", 0)]
    [InlineData("c2dfb-ring4-top1.json", "iterates", 3, "inner", 1, "dhat", 3, 2)]
    [InlineData("c2dfb-ring4-top1.json", "iterates", 3, "inner", 2, "q_s", 0, 0)]
    [InlineData("c2dfb-ring4-top1.json", "iterates", 2, "s_zhat", 0, 0)]
    [InlineData("c2dfb-ring4-rand1.json", "iterates", 2, "s_x", 1, 0)]
    [InlineData("c2dfb-ring4-rand1.json", "iterates", 1, "inner", 3, "s", 2, 2)]
    public async Task Notice_one_changed_number(string file, params object[] path)
    {
        using TemporaryFolder temporary = new();
        JsonNode root = JsonNode.Parse(await File.ReadAllBytesAsync(PathOf(file)))!;
        Nudge(root, path);
        string changed = temporary.Write(file, JsonSerializer.SerializeToUtf8Bytes(root));

        (await Cli.RunAsync("verify", changed)).MustEnd(ExitCodes.Failed);
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Vectors", file);

    /// <summary>Adds a millionth to the number at a path of fields and list positions.</summary>
    private static void Nudge(JsonNode root, object[] path)
    {
        JsonNode node = root;
        foreach (object step in path[..^1])
        {
            node = step is string field ? node[field]! : node[(int)step]!;
        }

        int last = (int)path[^1];
        node[last] = node[last]!.GetValue<double>() + 1e-6;
    }
}
