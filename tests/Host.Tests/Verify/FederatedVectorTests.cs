using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using ActorFed.Host.Verify;
using Xunit;

namespace ActorFed.Host.Tests.Verify;

public sealed class FederatedVectorTests
{
    [Theory]
    [InlineData("fedopt-quadratic.json", 11)]
    [InlineData("fedopt-logistic.json", 1)]
    [InlineData("fadas-quadratic.json", 7)]
    [InlineData("fadas-scheduler.json", 1)]
    public async Task Stay_within_the_tolerance_in_every_case(string file, int cases)
    {
        CliResult result = (await Cli.RunAsync("verify", PathOf(file), "--tolerance", "1e-12", "--json")).MustEnd(ExitCodes.Success);

        Assert.Equal(cases, result.Json.GetProperty("cases").GetArrayLength());
        Assert.All(result.Json.GetProperty("cases").EnumerateArray(), verified =>
            Assert.InRange(double.Parse(verified.GetProperty("largestDeviation").GetString()!, CultureInfo.InvariantCulture), 0, 1e-12));
    }

    [Theory]
    [InlineData("fedopt-quadratic.json", "runs", "fedavgm", "trace", 2, "buf", 1)]
    [InlineData("fedopt-quadratic.json", "runs", "fedavg_eta1", "trace", 1, "client_delta", 1, 0)]
    [InlineData("fedopt-quadratic.json", "runs", "fedadagrad_paper", "trace", 1, "v", 0)]
    [InlineData("fedopt-quadratic.json", "runs", "fedyogi_keras", "trace", 2, "lr_effective")]
    [InlineData("fedopt-quadratic.json", "runs", "fedadam_paper_uniform", "trace", 0, "weights", 2)]
    [InlineData("fedopt-quadratic.json", "runs", "fedadam_v0zero", "trace", 2, "x", 0)]
    [InlineData("fedopt-logistic.json", "trace", 2, "m", 1)]
    [InlineData("fadas-quadratic.json", "runs", "fadas", "trace", 3, "vhat", 0)]
    [InlineData("fadas-quadratic.json", "runs", "fadas", "trace", 3, "buffer", 1, "staleness")]
    [InlineData("fadas-quadratic.json", "runs", "fadas_delay_adaptive_paper", "trace", 2, "eta_t")]
    [InlineData("fadas-quadratic.json", "runs", "fadas_delay_adaptive_code", "trace", 1, "x", 1)]
    [InlineData("fadas-quadratic.json", "runs", "fedbuff", "trace", 3, "delta", 0)]
    [InlineData("fadas-quadratic.json", "runs", "fedasync_hinge", "trace", 5, "alpha_t")]
    [InlineData("fadas-quadratic.json", "runs", "fedasync_poly", "trace", 3, "x_new", 0)]
    [InlineData("fadas-scheduler.json", "trace", 8, "time")]
    [InlineData("fadas-scheduler.json", "trace", 10, "staleness")]
    [InlineData("fadas-scheduler.json", "trace", 10, "dispatched")]
    public async Task Notice_one_changed_number(string file, params object[] path)
    {
        using TemporaryFolder temporary = new();
        JsonNode root = JsonNode.Parse(await File.ReadAllBytesAsync(PathOf(file)))!;
        JsonNode node = root;
        foreach (object step in path[..^1])
        {
            node = step is string field ? node[field]! : node[(int)step]!;
        }

        node = path[^1] is string last ? node[last]! : node[(int)path[^1]]!;
        node.ReplaceWith(node.GetValue<double>() + 1e-9);
        string changed = temporary.Write(file, JsonSerializer.SerializeToUtf8Bytes(root));

        (await Cli.RunAsync("verify", changed, "--tolerance", "1e-12")).MustEnd(ExitCodes.Failed);
    }

    /// <summary>With one full step of every client, FedAvg is gradient descent on the mean that its weights make.</summary>
    [Theory]
    [InlineData(ClientWeighting.Examples, "fedopt_weighted_optimum")]
    [InlineData(ClientWeighting.Uniform, "uniform_optimum")]
    public void Averaging_single_steps_ends_at_the_optimum_of_the_weighted_mean(ClientWeighting weighting, string target)
    {
        JsonElement problem = JsonDocument.Parse(File.ReadAllBytes(PathOf("fedopt-quadratic.json"))).RootElement.Field("problem");
        MatrixQuadraticOracle[] oracles = MatrixQuadraticOracle.ReadAll(problem);
        FedOptOptions options = new() { Client = new ClientOptions { Step = 0.3 }, Weighting = weighting };
        FedOptMasterRule rule = new(options, problem.Field("x0").Vector(), oracles.Length);
        ScriptedStar star = new(
            rule, [.. oracles.Select((oracle, i) => new FederatedWorkerRule(options.Client, oracle, seed: 0, i, sendsModel: false))], steps: 400,
            report => report is FederatedBody.Trained, new SynchronousParticipation());

        for (int round = 0; round < 400; round++)
        {
            star.Step([0, 1, 2]);
        }

        FlatVector expected = JsonDocument.Parse(File.ReadAllBytes(PathOf("federated-targets.json"))).RootElement.Field(target).Vector();
        Assert.Equal(400, rule.StepsMade);
        Assert.InRange(Math.Sqrt(VectorMath.SquaredDistance(expected.Span, rule.Lower.Span)), 0, 1e-12);
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Vectors", file);
}
