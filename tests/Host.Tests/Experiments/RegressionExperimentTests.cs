using System.Globalization;
using System.Text;
using ActorFed.Host.Tests.Data;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>Experiments on regression sets: made up here, and the published ones where they are at hand.</summary>
public sealed class RegressionExperimentTests
{
    [Theory]
    [InlineData("afto-diabetes.conf")]
    [InlineData("adbo-diabetes.conf")]
    [InlineData("fednest-diabetes.conf")]
    public async Task Runs_on_a_file_of_targets(string experiment)
    {
        using TemporaryFolder temporary = new();
        WriteDiabetes(temporary);

        CliResult result = (await RunAsync(experiment, temporary.Path, temporary)).MustEnd(ExitCodes.Success);

        MustMeasure(result);
        Assert.Contains("data: diabetes, 4 shards of 12 to 12 rows, 12 test rows", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_without_targets_is_refused()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await RunAsync("afto-diabetes.conf", temporary.Path, temporary, "data.set=iris")).MustEnd(ExitCodes.BadInput);

        Assert.Contains("data.set is 'iris', which is no regression set", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_of_its_own_is_refused()
    {
        using TemporaryFolder temporary = new();
        WriteDiabetes(temporary);

        CliResult result = (await RunAsync("afto-diabetes.conf", temporary.Path, temporary, "data.recut-at=10")).MustEnd(ExitCodes.BadInput);

        Assert.Contains("data.recut-at is 10; regression sets are cut by the seed", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_algorithm_of_other_levels_is_refused()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await RunAsync("afto-diabetes.conf", temporary.Path, temporary, "algorithm=adbo")).MustEnd(ExitCodes.BadInput);

        Assert.Contains("regression-regularization", result.Error, StringComparison.Ordinal);
    }

    [RealDataFact("diabetes")]
    public Task Robust_regression_on_diabetes_runs() => RunRealAsync("afto-diabetes.conf", "diabetes");

    [RealDataFact("boston")]
    public Task Robust_regression_on_Boston_housing_runs() => RunRealAsync("afto-boston.conf", "boston");

    [RealDataFact("wine-quality")]
    public Task Robust_regression_on_red_wine_runs() => RunRealAsync("afto-wine-red.conf", "wine-red");

    [RealDataFact("wine-quality")]
    public Task Robust_regression_on_white_wine_runs() => RunRealAsync("afto-wine-white.conf", "wine-white");

    [RealDataFact("wine-quality")]
    public Task Penalties_on_white_wine_are_learned_by_ADBO() => RunRealAsync("adbo-diabetes.conf", "wine-white");

    private static async Task RunRealAsync(string experiment, string set)
    {
        using TemporaryFolder temporary = new();
        MustMeasure((await RunAsync(experiment, RealData.Folder!, temporary, $"data.set={set}")).MustEnd(ExitCodes.Success));
    }

    private static void MustMeasure(CliResult result)
    {
        Assert.InRange(result.Json.GetProperty("metrics").GetProperty("test-error").GetDouble(), 1e-3, 100);
        Assert.InRange(result.Json.GetProperty("metrics").GetProperty("noised-test-error").GetDouble(), 1e-3, 100);
    }

    private static Task<CliResult> RunAsync(string experiment, string data, TemporaryFolder temporary, params string[] settings) => Cli.RunAsync(
    [
        "run", Checkout.At($"hocon/experiments/{experiment}"), "--data", data,
        .. Cli.Set([.. settings, "stop.steps=20", "engine.kind=simulation", $"run.folder=\"{temporary.At("run")}\""]), "--json",
    ]);

    private static void WriteDiabetes(TemporaryFolder temporary)
    {
        StringBuilder table = new("A,B,Y\n");
        for (int row = 0; row < 60; row++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{row % 7},{row % 11},{(3 * (row % 7)) - (row % 11)}\n");
        }

        temporary.Write("diabetes/diabetes.csv", Encoding.ASCII.GetBytes(table.ToString()));
    }
}
