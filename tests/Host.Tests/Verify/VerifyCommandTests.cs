using System.Text.Json;
using System.Text.Json.Nodes;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Verify;

public sealed class VerifyCommandTests
{
    private const string Paper = "adbo-quadratic.json";
    private const string Official = "adbo-official-profile.json";
    private const string Afto = "afto-quadratic.json";
    private const string Compressors = "c2dfb-compressors.json";
    private const string Accept = "balance-accept.json";
    private const string Aggregators = "balance-aggregators.json";
    private const string Rounds = "balance-rounds.json";

    [Theory]
    [InlineData(Paper, 3)]
    [InlineData(Official, 1)]
    [InlineData(Afto, 3)]
    [InlineData(Compressors, 1)]
    [InlineData(Accept, 1)]
    [InlineData(Aggregators, 1)]
    [InlineData(Rounds, 1)]
    public async Task Stays_within_the_tolerance_in_every_case(string file, int cases)
    {
        CliResult result = (await Cli.RunAsync("verify", PathOf(file), "--json")).MustEnd(ExitCodes.Success);

        Assert.Equal(cases, result.Json.GetProperty("cases").GetArrayLength());
        Assert.True(result.Json.GetProperty("isWithin").GetBoolean());
        Assert.All(result.Json.GetProperty("cases").EnumerateArray(), verified =>
            Assert.InRange(double.Parse(verified.GetProperty("largestDeviation").GetString()!, System.Globalization.CultureInfo.InvariantCulture), 0, 1e-9));
    }

    [Fact]
    public async Task Prints_a_table_for_every_case_of_several_files()
    {
        CliResult result = (await Cli.RunAsync("verify", PathOf(Paper), PathOf(Official))).MustEnd(ExitCodes.Success);

        Assert.Equal(4, result.Output.Split("within tolerance").Length - 1);
        Assert.Contains("gap_sq", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("y")]
    [InlineData("v")]
    [InlineData("z")]
    [InlineData("lam")]
    [InlineData("theta")]
    [InlineData("cut_values")]
    [InlineData("gap_sq")]
    public async Task Notices_one_changed_number(string quantity)
    {
        using TemporaryFolder temporary = new();
        string file = Changed(temporary, Paper, root => Nudge(root["cases"]![1]!["iterations"]!.AsArray()[^1]!, quantity));

        CliResult result = (await Cli.RunAsync("verify", file, "--json")).MustEnd(ExitCodes.Failed);

        Assert.False(result.Json.GetProperty("isWithin").GetBoolean());
        Assert.Equal("1.0e-6", result.Json.GetProperty("cases")[1].GetProperty("largestDeviation").GetString());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("z")]
    [InlineData("lam")]
    [InlineData("theta")]
    [InlineData("cut_values")]
    [InlineData("gap_sq")]
    public async Task Notices_one_changed_number_of_three_levels(string quantity)
    {
        using TemporaryFolder temporary = new();
        string file = Changed(temporary, Afto, root => Nudge(root["cases"]![1]!["iterations"]!.AsArray()[^1]!, quantity));

        CliResult result = (await Cli.RunAsync("verify", file, "--json")).MustEnd(ExitCodes.Failed);

        Assert.Equal("1.0e-6", result.Json.GetProperty("cases")[1].GetProperty("largestDeviation").GetString());
    }

    [Theory]
    [InlineData("I", "rhs")]
    [InlineData("I", "b3")]
    [InlineData("I", "mu_term")]
    [InlineData("II", "a1")]
    [InlineData("II", "b3")]
    [InlineData("II", "gamma")]
    [InlineData("II", "s_end")]
    public async Task Notices_one_changed_number_of_a_refresh_of_two_layers(string layer, string quantity)
    {
        using TemporaryFolder temporary = new();
        string file = Changed(temporary, Afto, root => Nudge(root["cases"]![0]!["iterations"]![2]!["refresh"]![layer]!, quantity));

        (await Cli.RunAsync("verify", file)).MustEnd(ExitCodes.Failed);
    }

    [Theory]
    [InlineData(Compressors, "norm2")]
    [InlineData(Compressors, "top_k.2")]
    [InlineData(Compressors, "top_k_tie.out")]
    [InlineData(Compressors, "rand_k.out_unscaled")]
    [InlineData(Compressors, "quantize.1.levels")]
    [InlineData(Compressors, "quantize.1.omega")]
    [InlineData(Compressors, "quantize.2.out_contractive")]
    [InlineData(Accept, "cases.0.distance")]
    [InlineData(Accept, "cases.2.threshold")]
    [InlineData(Aggregators, "cases.1.mean")]
    [InlineData(Aggregators, "cases.1.median")]
    [InlineData(Aggregators, "cases.1.trimmed_mean.value")]
    [InlineData(Aggregators, "cases.1.krum.scores")]
    [InlineData(Aggregators, "cases.1.krum.value")]
    [InlineData(Aggregators, "cases.1.self_centered_clipping.value")]
    [InlineData(Aggregators, "cases.1.ubar.distances")]
    [InlineData(Aggregators, "cases.1.ubar.stage1")]
    [InlineData(Aggregators, "cases.1.ubar.stage2")]
    [InlineData(Aggregators, "cases.1.ubar.stage2_mean")]
    [InlineData(Rounds, "rounds.3.half")]
    [InlineData(Rounds, "rounds.3.nodes.1.threshold")]
    [InlineData(Rounds, "rounds.3.nodes.1.accepted")]
    [InlineData(Rounds, "rounds.3.nodes.0.distance.5")]
    [InlineData(Rounds, "rounds.3.nodes.1.w_next")]
    [InlineData(Rounds, "rounds.3.w")]
    public async Task Notices_one_changed_number_of_an_exchange(string vectors, string path)
    {
        using TemporaryFolder temporary = new();
        string file = Changed(temporary, vectors, root => NudgeAt(root, path));

        (await Cli.RunAsync("verify", file)).MustEnd(ExitCodes.Failed);
    }

    [Fact]
    public async Task Notices_an_acceptance_that_is_none()
    {
        using TemporaryFolder temporary = new();
        string file = Changed(temporary, Accept, root => root["cases"]![1]!["accept"] = true);

        (await Cli.RunAsync("verify", file)).MustEnd(ExitCodes.Failed);
    }

    [Fact]
    public async Task Forgives_a_changed_number_under_a_wider_tolerance()
    {
        using TemporaryFolder temporary = new();
        string file = Changed(temporary, Paper, root => Nudge(root["cases"]![0]!["iterations"]![0]!, "v"));

        (await Cli.RunAsync("verify", file, "--tolerance", "1e-5")).MustEnd(ExitCodes.Success);
    }

    [Fact]
    public async Task Notices_a_number_too_many()
    {
        using TemporaryFolder temporary = new();
        string file = Changed(temporary, Official, root => root["case"]!["traj"]![0]!["z"]!.AsArray().Add(0));

        CliResult result = (await Cli.RunAsync("verify", file)).MustEnd(ExitCodes.Failed);

        Assert.Contains("BEYOND", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eta_x")]
    [InlineData("T1")]
    [InlineData("k_pre")]
    public async Task Names_a_missing_field_of_the_configuration(string field)
    {
        using TemporaryFolder temporary = new();
        string file = Changed(temporary, Paper, root => root["cases"]![0]!["config"]!.AsObject().Remove(field));

        CliResult result = (await Cli.RunAsync("verify", file)).MustEnd(ExitCodes.BadInput);

        Assert.Contains(file, result.Error, StringComparison.Ordinal);
        Assert.Contains($"'{field}'", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("workers")]
    [InlineData("schedule")]
    [InlineData("iterations")]
    [InlineData("init")]
    public async Task Names_a_missing_field_of_a_case(string field)
    {
        using TemporaryFolder temporary = new();
        string file = Changed(temporary, Paper, root => root["cases"]![0]!.AsObject().Remove(field));

        CliResult result = (await Cli.RunAsync("verify", file)).MustEnd(ExitCodes.BadInput);

        Assert.Contains($"'{field}'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_a_field_of_the_wrong_kind()
    {
        using TemporaryFolder temporary = new();
        string file = Changed(temporary, Paper, root => root["cases"]![0]!["config"]!["mu"] = "one");

        CliResult result = (await Cli.RunAsync("verify", file)).MustEnd(ExitCodes.BadInput);

        Assert.Contains("'mu' is \"one\"; it must be a number", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_vectors_that_do_not_fit_each_other()
    {
        using TemporaryFolder temporary = new();
        string file = Changed(temporary, Paper, root => root["cases"]![0]!["init"]!["z"]!.AsArray().Add(1));

        CliResult result = (await Cli.RunAsync("verify", file)).MustEnd(ExitCodes.BadInput);

        Assert.Contains(file, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"cases\": [")]
    [InlineData("")]
    [InlineData("[1, 2]")]
    [InlineData("{ \"weights\": 1 }")]
    [InlineData("{ \"cases\": [{ \"config\": { \"eta\": 1 } }] }")]
    [InlineData("{ \"cases\": [1] }")]
    public async Task Refuses_what_is_no_vector_file(string text)
    {
        using TemporaryFolder temporary = new();
        string file = temporary.Write("x.json", System.Text.Encoding.UTF8.GetBytes(text));

        CliResult result = (await Cli.RunAsync("verify", file)).MustEnd(ExitCodes.BadInput);

        Assert.Contains(file, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_file_that_is_not_there_and_a_tolerance_that_is_none()
    {
        (await Cli.RunAsync("verify", "nothing.json")).MustEnd(ExitCodes.BadInput);
        (await Cli.RunAsync("verify", PathOf(Paper), "--tolerance", "-1")).MustEnd(ExitCodes.BadInput);
        (await Cli.RunAsync("verify", PathOf(Paper), "--tolerance", "NaN")).MustEnd(ExitCodes.BadInput);
        (await Cli.RunAsync("verify")).MustEnd(ExitCodes.BadInput);
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Vectors", file);

    private static string Changed(TemporaryFolder temporary, string file, Action<JsonNode> change)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(PathOf(file)))!;
        change(root);
        return temporary.Write(file, JsonSerializer.SerializeToUtf8Bytes(root));
    }

    /// <summary>Adds a millionth to the first number at a path of fields and list positions.</summary>
    private static void NudgeAt(JsonNode root, string path)
    {
        string[] steps = path.Split('.');
        JsonNode parent = root;
        foreach (string step in steps[..^1])
        {
            parent = parent is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : parent[step]!;
        }

        Nudge(parent, steps[^1]);
    }

    /// <summary>Adds a millionth to the first number in a field.</summary>
    private static void Nudge(JsonNode parent, string field)
    {
        JsonNode node = parent[field]!;
        while (node is JsonArray list)
        {
            node = list[0]!;
        }

        node.ReplaceWith(node.GetValue<double>() + 1e-6);
    }
}
