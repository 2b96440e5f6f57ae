using ActorFed.Host.Tests.Data;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>The published experiments on their real data, for a few steps.</summary>
public sealed class RealDataRunTests
{
    [RealDataFact("mnist")]
    public async Task Hyper_cleaning_on_MNIST_runs()
    {
        CliResult result = await RunAsync("adbo-hyperclean-mnist.conf");

        Assert.InRange(result.Json.GetProperty("metrics").GetProperty("test-accuracy").GetDouble(), 0, 1);
        Assert.InRange(result.Json.GetProperty("metrics").GetProperty("cleaning-auc").GetDouble(), 0, 1);
    }

    [RealDataFact("ijcnn1")]
    public async Task Regularisation_selection_on_IJCNN1_runs()
    {
        CliResult result = await RunAsync("adbo-regularization-ijcnn1.conf");

        Assert.InRange(result.Json.GetProperty("metrics").GetProperty("test-loss").GetDouble(), 0, 2);
    }

    [RealDataFact("mnist")]
    public async Task Hyper_cleaning_on_MNIST_runs_by_FedNest()
    {
        CliResult result = await RunAsync("fednest-hyperclean-mnist.conf", steps: 1);

        Assert.InRange(result.Json.GetProperty("metrics").GetProperty("test-accuracy").GetDouble(), 0.8, 1);
    }

    [RealDataFact("ijcnn1")]
    public async Task Regularisation_selection_on_IJCNN1_runs_by_FedNest()
    {
        CliResult result = await RunAsync("fednest-regularization-ijcnn1.conf", steps: 2);

        Assert.InRange(result.Json.GetProperty("metrics").GetProperty("test-loss").GetDouble(), 0, 0.4);
    }

    private static async Task<CliResult> RunAsync(string experiment, int steps = 50)
    {
        using TemporaryFolder temporary = new();
        CliResult result = (await Cli.RunAsync(
        [
            "run", Checkout.At($"hocon/experiments/{experiment}"), "--data", RealData.Folder!,
            .. Cli.Set($"stop.steps={steps}", $"run.folder=\"{temporary.At("run")}\""), "--json",
        ])).MustEnd(ExitCodes.Success);
        Assert.Equal(steps, result.Json.GetProperty("steps").GetInt64());
        return result;
    }
}
