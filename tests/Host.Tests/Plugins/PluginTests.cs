using ActorFed.Host.Experiments;
using ActorFed.Host.Plugins;
using ActorFed.Host.Runs;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Plugins;

public sealed class PluginTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Settings_have_the_defaults_of_new_options()
    {
        string file = TinyPlugin.Write(_temporary, "tiny", typeof(PluginCases.Sound));

        CliResult keys = (await Cli.RunAsync("list", "keys", "--plugin", file, "--json")).MustEnd(ExitCodes.Success);

        string[] own = [.. keys.Json.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("name").GetString()!).Where(name => name.StartsWith("tiny.", StringComparison.Ordinal))];
        Assert.Equal(
            [
                "tiny.width = 2", "tiny.pause = 1500ms", "tiny.weights = [0.5, 2]", "tiny.offsets = []", "tiny.label = null",
                "tiny.inner.day = monday", "tiny.inner.is-on = false",
            ],
            own);
    }

    [Theory]
    [InlineData("tiny.widht=3", "unknown key tiny.widht; the nearest known key is tiny.width")]
    [InlineData("tiny.width=wide", "tiny.width: expected a whole number")]
    public async Task Settings_are_bound_as_strictly_as_all_others(string setting, string words)
    {
        string file = TinyPlugin.Write(_temporary, "tiny", typeof(PluginCases.Sound));

        CliResult result = (await Cli.RunAsync(["run", Cli.Quadratic, "--plugin", file, .. Cli.Set("problem=tiny", setting)])).MustEnd(ExitCodes.BadInput);

        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_problem_in_no_catalogue_is_told_of_plug_ins()
    {
        CliResult result = (await Cli.RunAsync(["run", Cli.Quadratic, .. Cli.Set("problem=tiny", "tiny.width=3")])).MustEnd(ExitCodes.BadInput);

        Assert.Contains("problem is 'tiny', which is not in the catalogue", result.Error, StringComparison.Ordinal);
        Assert.Contains("One of your own comes with --plugin FILE.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_algorithm_comes_the_same_way()
    {
        string file = TinyPlugin.Write(_temporary, "tiny", typeof(PluginCases.OwnAlgorithm), typeof(PluginCases.Sound));

        CliResult list = (await Cli.RunAsync("list", "algorithms", "--plugin", file)).MustEnd(ExitCodes.Success);
        CliResult run = (await Cli.RunAsync(
            [.. Cli.Run(_temporary.At("run"), 20, "algorithm=tiny-nest", "tiny-nest.step=0.125", "problem=tiny"), "--plugin", file])).MustEnd(ExitCodes.Success);

        Assert.Contains("tiny-nest", list.Output, StringComparison.Ordinal);
        Assert.Equal(20, run.Json.GetProperty("steps").GetInt64());
        Assert.Contains("tiny-nest.step = 0.125", File.ReadAllText(_temporary.At("run/plan.conf")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_remembers_its_plug_in_and_needs_it_again()
    {
        string file = await RunTiny();
        string identity = Plugin().Identity;

        CliResult bare = (await Cli.RunAsync("replay", _temporary.At("run"))).MustEnd(ExitCodes.BadInput);
        CliResult resumed = (await Cli.RunAsync(["run", "--resume", _temporary.At("run"), .. Cli.Set("stop.steps=20")])).MustEnd(ExitCodes.BadInput);
        CliResult replay = (await Cli.RunAsync("replay", _temporary.At("run"), "--plugin", file)).MustEnd(ExitCodes.Success);
        CliResult more = (await Cli.RunAsync(["run", "--resume", _temporary.At("run"), "--plugin", file, .. Cli.Set("stop.steps=20")])).MustEnd(ExitCodes.Success);

        Assert.Matches("^tiny\\.dll version 1\\.2\\.3\\.4 sha256 [0-9a-f]{64}$", identity);
        Assert.All([bare, resumed], result => Assert.Contains($"plugins names {identity}, and that plug-in is not given; give it again: --plugin PATH/tiny.dll", result.Error, StringComparison.Ordinal));
        Assert.Contains("model: bit-identical", replay.Output, StringComparison.Ordinal);
        Assert.Contains("20", more.Output, StringComparison.Ordinal);
        Assert.Contains($"plugins = [\"{identity}\"]", File.ReadAllText(_temporary.At("run/plan.conf")), StringComparison.Ordinal);
        Assert.Contains(identity, File.ReadAllText(_temporary.At("run/report.html")), StringComparison.Ordinal);
        Assert.Equal(identity, SafeTensors.Read(_temporary.At("run/model.safetensors")).Metadata["plugins"]);

        Plugin Plugin() => PluginLoader.Load(file);
    }

    [Fact]
    public async Task Another_build_of_a_plug_in_must_be_accepted()
    {
        string file = await RunTiny();
        string other = _temporary.Write("other/tiny.dll", [.. File.ReadAllBytes(file), 0]); // a byte that nothing reads: another hash

        CliResult replay = (await Cli.RunAsync("replay", _temporary.At("run"), "--plugin", other)).MustEnd(ExitCodes.BadInput);
        CliResult resumed = (await Cli.RunAsync("run", "--resume", _temporary.At("run"), "--plugin", other)).MustEnd(ExitCodes.BadInput);
        CliResult ignored = (await Cli.RunAsync("replay", _temporary.At("run"), "--plugin", other, "--ignore-build")).MustEnd(ExitCodes.Success);
        CliResult accepted = (await Cli.RunAsync(
            ["run", "--resume", _temporary.At("run"), "--plugin", other, .. Cli.Set("stop.steps=20", "plugins=[]")])).MustEnd(ExitCodes.Success);

        Assert.All([replay, resumed], result => Assert.Contains("which may compute something else", result.Error, StringComparison.Ordinal));
        Assert.Contains("model: bit-identical", ignored.Output, StringComparison.Ordinal);
        Assert.Contains("20", accepted.Output, StringComparison.Ordinal);
        Assert.Contains(PluginLoader.Load(other).Identity, File.ReadAllText(_temporary.At("run/plan.conf")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_experiment_keeps_its_plug_ins_when_a_key_is_set_anew()
    {
        string file = TinyPlugin.Write(_temporary, "tiny", typeof(PluginCases.Sound));
        Catalogue catalogue = Catalogue.With([file]);
        Experiment experiment = Experiment.Load(Cli.Quadratic, ["problem=tiny"], catalogue);

        Experiment other = experiment.WithSeed(7);

        Assert.Same(catalogue, other.Catalogue);
        Assert.Equal(catalogue.Plugins[0].Identity, Assert.Single(other.Options.Plugins));
    }

    private async Task<string> RunTiny()
    {
        string file = TinyPlugin.Write(_temporary, "tiny", typeof(PluginCases.Sound));
        (await Cli.RunAsync([.. Cli.Run(_temporary.At("run"), 10, "problem=tiny"), "--plugin", file])).MustEnd(ExitCodes.Success);
        return file;
    }
}
