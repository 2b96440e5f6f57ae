using System.Text;
using ActorFed.Host.Tests.Data;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>Experiments on either backend by one key; compiled where TorchSharp is built in.</summary>
public sealed class OnTorchTests : IDisposable
{
    /// <summary>Rounding in float differs, and many steps carry it on: how far two metrics may be apart.</summary>
    private const double Tolerance = 0.02;

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("fedavg-digits.conf", "stop.steps=4,workers=6,participation.cohort=3")]
    [InlineData("fedavg-digits.conf", "stop.steps=2,workers=6,participation.cohort=3,classification.model=cnn,classification.channels=1")]
    [InlineData("fednest-representation-digits.conf", "stop.steps=3,workers=2")]
    public Task An_experiment_comes_to_the_same_on_either_backend(string file, string settings) => ComesToTheSameAsync(file, settings);

    [RealDataFact("mnist")]
    public async Task Experiments_on_MNIST_come_to_the_same_on_either_backend()
    {
        const string Few = "data.sharding.train-rows=400,data.sharding.test-rows=100,stop.steps=2,workers=2";

        await ComesToTheSameAsync("fedavg-mnist.conf", $"{Few},participation.cohort=2");
        await ComesToTheSameAsync("adbo-hyperclean-mnist.conf", $"{Few},participation.policy=synchronous,data.sharding.rows-per-shard=100");
        await ComesToTheSameAsync("afto-domain-adaptation.conf", $"{Few},participation.policy=synchronous,data.sharding.rows-per-shard=100");
    }

    [RealDataFact("cifar10-subset")]
    public Task Images_of_CIFAR_come_to_the_same_on_either_backend() => ComesToTheSameAsync(
        "fedavg-mnist.conf",
        "data.set=cifar10,classification.model=cnn,classification.channels=2,data.sharding.train-rows=200,data.sharding.test-rows=50,"
        + "stop.steps=2,workers=2,participation.cohort=2");

    [Fact]
    public async Task A_run_on_torch_is_made_again_bit_for_bit()
    {
        await RunAsync("fedavg-digits.conf", "torch", "engine.kind=in-process,stop.steps=3,workers=4,participation.cohort=2");

        CliResult replay = (await Cli.RunAsync("replay", _temporary.At("fedavg-digits.conf-torch"))).MustEnd(ExitCodes.Success);

        Assert.Contains("model: bit-identical", replay.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("problem = quadratic\noracle.backend = torch", "'quadratic' has no oracles on TorchSharp; these have: character-model, ", "Set oracle.backend = managed")]
    [InlineData("problem = hyper-cleaning\noracle.backend = tensorflow", "oracle.backend", "managed, torch")]
    [InlineData("problem = hyper-cleaning\noracle.threads = 0", "oracle.threads is 0", "between 1 and 1024")]
    public async Task What_cannot_be_is_told_with_its_line(string lines, params string[] words)
    {
        string file = _temporary.Write("x.conf", Encoding.UTF8.GetBytes(lines));

        CliResult run = (await Cli.RunAsync("run", file)).MustEnd(ExitCodes.BadInput);

        Assert.Contains($"{file}:2", run.Error, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, run.Error, StringComparison.Ordinal));
    }

    private async Task ComesToTheSameAsync(string file, string settings)
    {
        CliResult managed = await RunAsync(file, "managed", settings);
        CliResult torch = await RunAsync(file, "torch", settings);

        Assert.Equal(managed.Json.GetProperty("steps").GetInt64(), torch.Json.GetProperty("steps").GetInt64());
        Assert.InRange(Metric(torch, "test-loss"), Metric(managed, "test-loss") - Tolerance, Metric(managed, "test-loss") + Tolerance);
        Assert.InRange(Metric(torch, "test-accuracy"), Metric(managed, "test-accuracy") - Tolerance, Metric(managed, "test-accuracy") + Tolerance);
    }

    private static double Metric(CliResult run, string name) => run.Json.GetProperty("metrics").GetProperty(name).GetDouble();

    private async Task<CliResult> RunAsync(string file, string backend, string settings) => (await Cli.RunAsync(
        [
            "run", Checkout.At($"hocon/experiments/{file}"), "--data", RealData.Folder ?? _temporary.Path,
            .. Cli.Set([$"oracle.backend={backend}", "engine.kind=simulation", $"run.folder=\"{_temporary.At($"{file}-{backend}")}\"", .. settings.Split(',')]), "--json",
        ])).MustEnd(ExitCodes.Success);
}
