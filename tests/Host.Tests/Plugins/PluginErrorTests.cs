using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Plugins;

/// <summary>Whatever is wrong with a plug-in ends in exit code 2 and words that name the file, the type and the way out.</summary>
public sealed class PluginErrorTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task A_file_that_is_not_there() =>
        await MustFail(_temporary.At("missing.dll"), "there is no such file", "--plugin bin/Release/net10.0/Mine.dll");

    [Fact]
    public async Task A_folder() => await MustFail(_temporary.Path, "cannot be read");

    [Theory]
    [InlineData("")]
    [InlineData("This is no assembly.")]
    public async Task A_file_that_is_no_assembly(string text) =>
        await MustFail(_temporary.Write("text.dll", Encoding.UTF8.GetBytes(text)), "it is no .NET assembly", "dotnet build");

    [Fact]
    public async Task A_file_built_against_another_version()
    {
        string file = TinyPlugin.WriteAgainst(_temporary, "old", new AssemblyName("ActorFed.Problems") { Version = new Version(9, 8, 7, 6) });
        string ours = typeof(ActorFed.Problems.IProblemPlugin).Assembly.GetName().Version!.ToString();

        await MustFail(file, "built against ActorFed.Problems 9.8.7.6", $"this program has ActorFed.Problems {ours}", "Build it against this one");
    }

    [Fact]
    public async Task A_file_without_a_problem() =>
        await MustFail(TinyPlugin.Write(_temporary, "empty"), "there is no problem in it", "IProblemPlugin", "examples/own-problem");

    [Fact]
    public async Task What_it_needs_is_not_there()
    {
        string needed = TinyPlugin.Write(_temporary, "needed", typeof(PluginCases.Sound));
        string file = TinyPlugin.Write(_temporary, "needing", new AssemblyLoadContext("needed").LoadFromAssemblyPath(needed).GetType("Tiny.Sound")!);
        (await List(file)).MustEnd(ExitCodes.Success);
        File.Move(needed, _temporary.At("elsewhere.dll"));

        await MustFail(file, "it needs needed, Version=1.2.3.4", "beside the file");
    }

    [Theory]
    [InlineData(typeof(PluginCases.SettingsMustBeGiven), "RequiredSettings.Width is required", "give it a value")]
    [InlineData(typeof(PluginCases.SettingsOfUnknownType), "Width is of type Decimal", "a setting is a string")]
    [InlineData(typeof(PluginCases.NoEntry), "has null for Entry", "Return the problem's entry")]
    [InlineData(typeof(PluginCases.EntryThrows), "InvalidOperationException: the entry is out of order", "Mend it")]
    [InlineData(typeof(PluginCases.ConstructorThrows), "InvalidOperationException: the constructor is out of order", "Mend it")]
    [InlineData(typeof(PluginCases.TakesAName), "is called 'quadratic', and that name is taken", "Choose another name")]
    [InlineData(typeof(PluginCases.TakesAKey), "is called 'stop', and that name is taken", "Choose another name")]
    [InlineData(typeof(PluginCases.HasABadName), "is called 'My Problem'", "such as own-problem")]
    [InlineData(typeof(PluginCases.HasFiveLevels), "'tiny' has 5 levels", "1, 2 or 3", "Set Levels")]
    public async Task A_problem_that_cannot_be_listed(Type parent, params string[] words) =>
        await MustFail(TinyPlugin.Write(_temporary, "tiny", parent), [$"Tiny.{parent.Name}", .. words]);

    [Theory]
    [InlineData(typeof(PluginCases.IsOfAnotherKind), "which is no ITrilevelProblem", "Set Levels")]
    [InlineData(typeof(PluginCases.CannotBeMade), "fails in the problem: InvalidOperationException: it cannot be made", "Mend it")]
    [InlineData(typeof(PluginCases.HasAShardTooMany), "has 5 shards", "4 workers")]
    [InlineData(typeof(PluginCases.LossThrows), "fails in the upper loss of shard 0: KeyNotFoundException: no such row", "Mend it")]
    [InlineData(typeof(PluginCases.LossIsAVector), "the upper loss of shard 0", "a loss must be a scalar", "Sum() or Mean()")]
    [InlineData(typeof(PluginCases.LossIsNotFinite), "for the upper loss of shard 0 at the starting point, or has a gradient that is not finite there")]
    [InlineData(typeof(PluginCases.LossHasUnequalShapes), "the upper loss of shard 0", "[2]", "Mend it")]
    [InlineData(typeof(PluginCases.StartIsTooLong), "gives 2 numbers for InitialUpper", "the problem says that the level has 1")]
    [InlineData(typeof(PluginCases.SaysOneLevelAndHasTwo), "says that it has 1 level, and makes a QuadraticProblem, which is no ILossProblem", "Set Levels")]
    [InlineData(typeof(PluginCases.OneLevelStartsTooLong), "gives 11 numbers for Initial", "the problem says that the level has 10")]
    public async Task A_problem_that_cannot_be_used(Type parent, params string[] words)
    {
        string file = TinyPlugin.Write(_temporary, "tiny", parent);
        (await List(file)).MustEnd(ExitCodes.Success);

        string algorithm = parent == typeof(PluginCases.IsOfAnotherKind) ? "afto" : parent.IsAssignableTo(typeof(PluginCases.SoundOneLevel)) ? "tiny-descent" : "adbo";
        string descent = TinyPlugin.Write(_temporary, "descent", typeof(PluginCases.OneLevelAlgorithm));
        CliResult run = (await Cli.RunAsync(
            ["run", Cli.Quadratic, "--plugin", file, "--plugin", descent, .. Cli.Set("problem=tiny", $"algorithm={algorithm}", "participation.policy=synchronous", $"run.folder=\"{_temporary.At("run")}\"")])).MustEnd(ExitCodes.BadInput);

        Assert.All([file, $"Tiny.{parent.Name}", .. words], word => Assert.Contains(word, run.Error, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_temporary.At("run")));
    }

    [Fact]
    public async Task The_same_name_in_two_plug_ins()
    {
        string one = TinyPlugin.Write(_temporary, "one", typeof(PluginCases.Sound));
        string two = TinyPlugin.Write(_temporary, "two", typeof(PluginCases.Sound));

        CliResult result = (await Cli.RunAsync("list", "problems", "--plugin", one, "--plugin", two)).MustEnd(ExitCodes.BadInput);

        Assert.Contains($"plug-in {two}: Tiny.Sound is called 'tiny', and that name is taken: Tiny.Sound in {one} has it", result.Error, StringComparison.Ordinal);
    }

    private static Task<CliResult> List(string file) => Cli.RunAsync("list", "--plugin", file);

    private static async Task MustFail(string file, params string[] words)
    {
        CliResult result = (await List(file)).MustEnd(ExitCodes.BadInput);

        Assert.StartsWith($"plug-in {file}: ", result.Error, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, result.Error, StringComparison.Ordinal));
    }
}
