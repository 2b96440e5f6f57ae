using System.Globalization;
using ActorFed.Host.Runs;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Plugins;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>Problems of one level through whole runs, by a small algorithm of the tests.</summary>
public sealed class OneLevelExperimentTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task A_run_leaves_a_model_of_one_vector_and_a_report_without_an_upper_level()
    {
        CliResult run = (await RunAsync("single-level-quadratic")).MustEnd(ExitCodes.Success);

        NamedTensor tensor = Assert.Single(SafeTensors.Read(_temporary.At("run/model.safetensors")).Tensors);
        Assert.Equal(("lower", 10), (tensor.Name, tensor.Values.Length));
        Assert.True(Metric(run, "distance-to-solution") < 0.5);
        string report = File.ReadAllText(_temporary.At("run/report.html"));
        Assert.Contains("Objective by step", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Upper objective by step", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_made_again_and_goes_on()
    {
        (await RunAsync("single-level-quadratic")).MustEnd(ExitCodes.Success);

        CliResult replay = (await Cli.RunAsync("replay", _temporary.At("run"), "--plugin", Descent())).MustEnd(ExitCodes.Success);
        CliResult more = (await Cli.RunAsync(["run", "--resume", _temporary.At("run"), "--plugin", Descent(), .. Cli.Set("stop.steps=50"), "--json"])).MustEnd(ExitCodes.Success);

        Assert.Contains("model: bit-identical to model.safetensors: lower (10), after step 40", replay.Output, StringComparison.Ordinal);
        Assert.Equal(50, more.Json.GetProperty("steps").GetInt64());
    }

    [Fact]
    public async Task A_comparison_counts_calls_and_knows_the_metrics()
    {
        (await Cli.RunAsync(
            ["compare", Cli.Quadratic, "--plugin", Descent(), "--seeds", "2", "--target", "excess-loss<=100", "--out", _temporary.At("comparison"), .. Settings("single-level-quadratic")]))
            .MustEnd(ExitCodes.Success);

        string[][] rows = [.. File.ReadLines(_temporary.At("comparison/curves.csv")).Select(line => line.Split(','))];
        Assert.Contains("excess-loss", rows[0]);
        Assert.All(rows[1..], row => Assert.True(long.Parse(row[Array.IndexOf(rows[0], "oracle-calls")], CultureInfo.InvariantCulture) > 0));
    }

    [Theory]
    [InlineData("softmax")]
    [InlineData("mlp")]
    [InlineData("cnn")]
    public async Task A_classifier_trains_on_all_rows_of_digits(string model)
    {
        CliResult run = (await RunAsync(
            "classification", "stop.steps=20", $"classification.model={model}", "tiny-descent.step=0.1", "classification.hidden-units=8",
            "data.synthetic-digits.train-rows=40", "data.synthetic-digits.test-rows=20")).MustEnd(ExitCodes.Success);

        Assert.Contains("4 shards of 10 to 10 rows, 20 test rows", run.Output, StringComparison.Ordinal);
        Assert.InRange(Metric(run, "test-accuracy"), 0, 1);
    }

    [RealDataFact("a9a")]
    public async Task Logistic_regression_learns_a9a()
    {
        CliResult run = (await RunAsync("logistic-regression", "data.set=a9a", "tiny-descent.step=1")).MustEnd(ExitCodes.Success);

        Assert.True(Metric(run, "test-accuracy") > 0.8); // three quarters are of the larger class
    }

    [RealDataFact("cifar10-subset")]
    public async Task A_convolutional_network_takes_images_in_colour()
    {
        CliResult run = (await RunAsync(
            "classification", "stop.steps=2", "data.set=cifar10", "classification.model=cnn", "classification.channels=1", "data.sharding.train-rows=40",
            "data.sharding.test-rows=20")).MustEnd(ExitCodes.Success);

        Assert.InRange(Metric(run, "test-accuracy"), 0, 1);
    }

    [RealDataFact("shakespeare")]
    public async Task A_language_model_takes_a_text()
    {
        CliResult run = (await RunAsync(
            "character-model", "stop.steps=2", "data.set=shakespeare", "data.text-context=5", "data.sharding.train-rows=80", "data.sharding.test-rows=20"))
            .MustEnd(ExitCodes.Success);

        Assert.Contains("data: shakespeare, 4 shards of 20 to 20 rows, 20 test rows", run.Output, StringComparison.Ordinal);
        Assert.InRange(Metric(run, "test-loss"), 0, 20);
    }

    [Theory]
    [InlineData("data.set=iris", "data.set is 'iris', which is no text set", "'shakespeare'")]
    [InlineData("data.set=shakespeare,data.recut-at=10", "data.recut-at is 10", "set it to none")]
    [InlineData("data.set=shakespeare,data.text-context=0", "data.text-context is 0", "between 1 and 1000")]
    public async Task A_language_model_refuses_what_is_no_text(string settings, params string[] words)
    {
        CliResult run = (await RunAsync("character-model", settings.Split(','))).MustEnd(ExitCodes.BadInput);

        Assert.All(words, word => Assert.Contains(word, run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bilevel_algorithm_is_refused_with_both_ways_out()
    {
        CliResult run = (await Cli.RunAsync(["run", Cli.Quadratic, .. Cli.Set("problem=classification")])).MustEnd(ExitCodes.BadInput);

        Assert.Contains(
            "algorithm is 'adbo', which solves problems of 2 levels, and problem is 'classification', which has 1. Set problem to one of: hyper-cleaning",
            run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_algorithm_of_one_level_is_told_which_problems_have_one()
    {
        CliResult run = (await Cli.RunAsync(["run", Cli.Quadratic, "--plugin", Descent(), .. Cli.Set("algorithm=tiny-descent", "participation.policy=synchronous")]))
            .MustEnd(ExitCodes.BadInput);

        Assert.Contains(
            "solves problems of 1 level, and problem is 'quadratic', which has 2. Set problem to one of: classification, logistic-regression",
            run.Error,
            StringComparison.Ordinal);
    }

    private static double Metric(CliResult run, string name) => run.Json.GetProperty("metrics").GetProperty(name).GetDouble();

    private string Descent() => File.Exists(_temporary.At("descent.dll"))
        ? _temporary.At("descent.dll")
        : TinyPlugin.Write(_temporary, "descent", typeof(PluginCases.OneLevelAlgorithm));

    private static IEnumerable<string> Settings(string problem) =>
        Cli.Set($"problem={problem}", "algorithm=tiny-descent", "participation.policy=synchronous", "stop.steps=40", "run.model-every=10");

    private Task<CliResult> RunAsync(string problem, params string[] settings) => Cli.RunAsync(
        ["run", Cli.Quadratic, "--plugin", Descent(), "--data", RealData.Folder ?? _temporary.Path, .. Settings(problem), .. Cli.Set([$"run.folder=\"{_temporary.At("run")}\"", .. settings]), "--json"]);
}
