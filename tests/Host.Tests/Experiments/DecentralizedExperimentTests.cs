using ActorFed.Algorithms.Oracles;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Tests.Data;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>The experiments among neighbours, from their files to their measures.</summary>
public sealed class DecentralizedExperimentTests
{
    [Theory]
    [InlineData("ed", "ed")]
    [InlineData("extra", "extra")]
    [InlineData("atc-gt", "atc-gt")]
    [InlineData("semi-atc-gt", "semi-atc-gt")]
    [InlineData("non-atc-gt", "non-atc-gt")]
    [InlineData("ed", "semi-atc-gt")]
    [InlineData("extra", "ed")]
    public async Task Sparkle_leaves_no_bias_whatever_its_methods(string lower, string upper)
    {
        double distance = await DistanceAsync(
            "sparkle-quadratic.conf", "stop.steps=1000", "sparkle.step-upper=0.03",
            $"sparkle.lower={lower}", $"sparkle.auxiliary={lower}", $"sparkle.upper={upper}");

        Assert.InRange(distance, 0, 1e-3); // without correction: 0.2
    }

    [Fact]
    public async Task D_soba_keeps_a_bias_that_falls_with_its_steps()
    {
        double distance = await DistanceAsync("dsoba-quadratic.conf", "stop.steps=1000", "dsoba.step-upper=0.03");
        double withSmallSteps = await DistanceAsync(
            "dsoba-quadratic.conf", "stop.steps=3000", "dsoba.step-upper=0.01", "dsoba.step-lower=0.02", "dsoba.step-auxiliary=0.02");

        Assert.InRange(distance, 0.02, 1);
        Assert.InRange(withSmallSteps, 1e-3, distance / 2);
    }

    [Fact]
    public async Task C2dfb_comes_nearer_to_the_solution_with_a_larger_penalty()
    {
        double weak = await DistanceAsync("sparkle-quadratic.conf", "algorithm=c2dfb", "stop.steps=500", "c2dfb.step-upper=0.03", "c2dfb.penalty=5");
        double strong = await DistanceAsync(
            "sparkle-quadratic.conf", "algorithm=c2dfb", "stop.steps=500", "c2dfb.step-upper=0.03", "c2dfb.penalty=50", "c2dfb.step-penalised=0.002");

        Assert.InRange(strong, 1e-6, weak / 4);
    }

    [Theory]
    [InlineData("sparkle")]
    [InlineData("dsoba")]
    [InlineData("c2dfb")]
    public async Task Policy_evaluation_comes_near_its_solution_by_every_algorithm(string algorithm)
    {
        double distance = await DistanceAsync("sparkle-policy-evaluation.conf", $"algorithm={algorithm}");

        Assert.InRange(distance, 0, 0.5);
    }

    [RealDataFact("20newsgroups")]
    public void Ridge_tuning_of_newsgroups_makes_its_problem() => MustPrepare("c2dfb-newsgroups.conf");

    [RealDataFact("mnist")]
    public void Hyper_representation_of_MNIST_makes_its_problem() => MustPrepare("c2dfb-representation-mnist.conf");

    [RealDataFact("fashion-mnist")]
    public void Hyper_cleaning_of_Fashion_MNIST_makes_its_problem() => MustPrepare("sparkle-hyperclean-fashion.conf");

    private static void MustPrepare(string file)
    {
        Experiment experiment = Experiment.Load(Checkout.At($"hocon/experiments/{file}"), []);

        PreparedExperiment prepared = PreparedExperiment.Prepare(experiment, new DataLocator(RealData.Folder, _ => null), _ => { });

        IBilevelProblem problem = Assert.IsAssignableFrom<IBilevelProblem>(prepared.Problem);
        Assert.Equal(10, problem.ShardCount);
    }

    private static async Task<double> DistanceAsync(string file, params string[] settings)
    {
        using TemporaryFolder temporary = new();
        CliResult result = (await Cli.RunAsync(
        [
            "run", Checkout.At($"hocon/experiments/{file}"),
            .. Cli.Set([$"run.folder=\"{temporary.At("run")}\"", "engine.kind=simulation", "graph.topology=two-hop-ring", .. settings]), "--json",
        ])).MustEnd(ExitCodes.Success);
        return result.Json.GetProperty("metrics").GetProperty("distance-to-solution").GetDouble();
    }
}
