using ActorFed.Algorithms;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Tests.Data;
using ActorFed.Problems;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

public sealed class CatalogueCommandsTests
{
    [Fact]
    public async Task List_names_all_that_can_stand_in_an_experiment()
    {
        CliResult words = (await Cli.RunAsync("list")).MustEnd(ExitCodes.Success);
        CliResult json = (await Cli.RunAsync("list", "--json")).MustEnd(ExitCodes.Success);

        Assert.Equal(AlgorithmCatalog.All.Select(entry => entry.Name), Names(json, "algorithms"));
        Assert.Equal(ProblemCatalog.All.Select(entry => entry.Name), Names(json, "problems"));
        Assert.Equal(DataCatalog.Sets.Select(set => set.Name), Names(json, "data"));
        Assert.Equal(["synchronous", "asynchronous", "buffered"], Names(json, "policies"));
        Assert.Equal(["in-process", "simulation", "rabbitmq", "akka"], Names(json, "engines"));
        Assert.Equal(TorchBackend.IsBuiltIn ? ["managed", "torch"] : ["managed"], Names(json, "oracles"));
        Assert.All(
            json.Json.EnumerateObject().SelectMany(catalogue => catalogue.Value.EnumerateArray()),
            entry => Assert.Contains(entry.GetProperty("name").GetString()!, words.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_keys_gives_every_key_with_its_default_and_meaning()
    {
        CliResult json = (await Cli.RunAsync("list", "keys", "--json")).MustEnd(ExitCodes.Success);

        Assert.Contains("participation.staleness-bound = 15", Names(json, "keys"));
        Assert.All(json.Json.GetProperty("keys").EnumerateArray(), key => Assert.NotEmpty(key.GetProperty("summary").GetString()!));
    }

    [Fact]
    public async Task Doctor_says_of_every_subject_how_it_stands()
    {
        CliResult words = (await Cli.RunAsync("doctor")).MustEnd(ExitCodes.Success);
        CliResult json = (await Cli.RunAsync("doctor", "--json")).MustEnd(ExitCodes.Success);

        Assert.True(json.Json.GetProperty("isFit").GetBoolean());
        string[] subjects = [.. json.Json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("subject").GetString()!)];
        Assert.Equal(["runtime", "processors", "memory", "runs", "data"], subjects);
        Assert.All(subjects, subject => Assert.Contains(subject, words.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Doctor_finds_a_data_folder_that_is_not_there()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync("doctor", "--data", temporary.At("nothing"))).MustEnd(ExitCodes.Failed);

        Assert.Contains($"{temporary.At("nothing")}, named by --data, does not exist", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_list_names_every_set()
    {
        using TemporaryFolder temporary = new();

        CliResult words = (await Cli.RunAsync("data", "list", "--data", temporary.Path)).MustEnd(ExitCodes.Success);
        CliResult json = (await Cli.RunAsync("data", "list", "--data", temporary.Path, "--json")).MustEnd(ExitCodes.Success);

        Assert.All(DataCatalog.Sets, set => Assert.Contains(set.Name, words.Output, StringComparison.Ordinal));
        Assert.All(DataCatalog.Sets, set => Assert.Contains($"\"{set.Name}\"", json.Json.GetRawText(), StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(CliResult result, string catalogue) =>
        result.Json.GetProperty(catalogue).EnumerateArray().Select(entry => entry.GetProperty("name").GetString()!);
}
