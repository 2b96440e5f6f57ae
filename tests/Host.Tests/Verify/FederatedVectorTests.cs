using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.Composite.FedDualAvg;
using ActorFed.Algorithms.Federated.Composite.FedMid;
using ActorFed.Algorithms.Federated.Composite.Regularizers;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using ActorFed.Host.Verify;
using ActorFed.Problems;
using Xunit;

namespace ActorFed.Host.Tests.Verify;

public sealed class FederatedVectorTests
{
    [Theory]
    [InlineData("fedopt-quadratic.json", 11)]
    [InlineData("fedopt-logistic.json", 1)]
    [InlineData("fadas-quadratic.json", 7)]
    [InlineData("fadas-scheduler.json", 1)]
    [InlineData("feddualavg-lasso.json", 18)]
    [InlineData("feddualavg-prox.json", 1)]
    [InlineData("fedlite-quantizer.json", 7)]
    [InlineData("fedlite-training.json", 3)]
    [InlineData("asd-svrg-quadratic.json", 4)]
    [InlineData("coupled-cd-quadratic.json", 8)]
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
    [InlineData("feddualavg-lasso.json", "runs", "feddualavg_l1_etas1.0", "trace", 2, "z", 1)]
    [InlineData("feddualavg-lasso.json", "runs", "feddualavg_osp_l1_etas0.5", "trace", 1, "client_delta", 1, 0)]
    [InlineData("feddualavg-lasso.json", "runs", "fedmid_simplex_etas1.0", "w_start", 2)]
    [InlineData("feddualavg-lasso.json", "runs", "fedmid_box_etas1.0", "trace", 2, "w", 0)]
    [InlineData("feddualavg-lasso.json", "runs", "fedmid_osp_l1_etas1.0", "trace", 0, "delta", 2)]
    [InlineData("feddualavg-lasso.json", "runs", "fedavg_subgrad_l1_etas0.5", "trace", 2, "objective")]
    [InlineData("feddualavg-prox.json", "nuclear_1_5", 1, 2)]
    [InlineData("feddualavg-prox.json", "l1ball_1", 1)]
    [InlineData("feddualavg-prox.json", "singular_values", 0)]
    [InlineData("fedlite-quantizer.json", "cases", 2, "codebooks", 0, 0, 1)]
    [InlineData("fedlite-quantizer.json", "cases", 1, "codes", 0, 1)]
    [InlineData("fedlite-quantizer.json", "cases", 0, "lloyd_updates", 0)]
    [InlineData("fedlite-quantizer.json", "cases", 3, "corrected_grad", 1, 2)]
    [InlineData("fedlite-quantizer.json", "ratio_table", 0, "ratio")]
    [InlineData("fedlite-training.json", "runs", "splitfed", "trace", 2, "Wc", 0, 1)]
    [InlineData("fedlite-training.json", "runs", "fedlite_lam0", "trace", 1, "clients", 1, "Z_quantized", 0, 2)]
    [InlineData("fedlite-training.json", "runs", "fedlite_lam0.1", "trace", 0, "clients", 0, "corrected", 1, 3)]
    [InlineData("fedlite-training.json", "runs", "fedlite_lam0.1", "trace", 2, "ws", 0)]
    [InlineData("asd-svrg-quadratic.json", "runs", "uniform", "trace", 2, "mu", 1)]
    [InlineData("asd-svrg-quadratic.json", "runs", "known_L", "trace", 1, "inner", 2, "v", 0)]
    [InlineData("asd-svrg-quadratic.json", "runs", "adaptive_snapshot", "trace", 2, "p", 1)]
    [InlineData("asd-svrg-quadratic.json", "runs", "adaptive_running", "trace", 2, "L_hat", 0)]
    [InlineData("coupled-cd-quadratic.json", "x_star", 2)]
    [InlineData("coupled-cd-quadratic.json", "runs", "smooth", "trace", 5, "x", 3)]
    [InlineData("coupled-cd-quadratic.json", "runs", "smooth_exact_pair_L", "trace", 3, "alpha")]
    [InlineData("coupled-cd-quadratic.json", "runs", "composite_l1", "trace", 4, "F")]
    [InlineData("coupled-cd-quadratic.json", "runs", "composite_box", "trace", 2, "t")]
    [InlineData("coupled-cd-quadratic.json", "runs", "async", "trace", 5, "x", 0)]
    [InlineData("coupled-cd-quadratic.json", "runs", "stochastic", "trace", 3, "f")]
    [InlineData("coupled-cd-quadratic.json", "block", "trace", 2, "lam", 0)]
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

    /// <summary>500 rounds on the problem of the vectors: dual averaging reaches the optimum, mirror descent another point, as published.</summary>
    [Fact]
    public void Dual_averaging_ends_at_the_optimum_of_the_lasso_and_mirror_descent_does_not()
    {
        JsonElement problem = JsonDocument.Parse(File.ReadAllBytes(PathOf("feddualavg-lasso.json"))).RootElement.Field("problem");
        JsonElement targets = JsonDocument.Parse(File.ReadAllBytes(PathOf("federated-targets.json"))).RootElement;
        LocalStepOptions client = new() { Step = 0.02, Steps = 2 };
        RegularizerOptions lasso = new() { Weight = problem.Number("lam") };
        FedDualAvgOptions dual = new() { Client = client, Regularizer = lasso };
        FedMidOptions mirror = new() { Client = client, Regularizer = lasso };
        LeastSquaresOracle[] oracles = CompositeVerifier.ReadOracles(problem);

        FlatVector averaged = EndOf(new FedDualAvgMasterRule(dual, FlatVector.Zeros(3), 2), [.. oracles.Select((oracle, i) => new FedDualAvgWorkerRule(dual, oracle, 0, i))]);
        FlatVector descended = EndOf(new FedMidMasterRule(mirror, FlatVector.Zeros(3), 2), [.. oracles.Select((oracle, i) => new FedMidWorkerRule(mirror, oracle, 0, i))]);

        Assert.Equal(targets.Field("feddualavg_500_rounds_w").Vector().Span.ToArray(), averaged.Span.ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(targets.Field("fedmid_500_rounds_w").Vector().Span.ToArray(), descended.Span.ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.InRange(Objective(averaged) / targets.Number("lasso_objective"), 1, 1 + 1e-4);
        Assert.Equal(targets.Number("fedmid_500_rounds_objective"), Objective(descended), 1e-12);

        double Objective(FlatVector at) => oracles.Average(oracle => oracle.Loss(at.Span, [], [])) + lasso.Create(3).Value(at.Span);
    }

    private static FlatVector EndOf(IStarMasterRule master, IStarWorkerRule[] workers)
    {
        ScriptedStar star = new(master, workers, steps: 500, report => report is FederatedBody.Trained, new SynchronousParticipation());
        for (int round = 0; round < 500; round++)
        {
            star.Step([0, 1]);
        }

        return master.Lower;
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Vectors", file);
}
