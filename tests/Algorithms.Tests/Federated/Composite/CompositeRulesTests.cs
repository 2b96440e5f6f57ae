using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.Composite;
using ActorFed.Algorithms.Federated.Composite.FedDualAvg;
using ActorFed.Algorithms.Federated.Composite.FedMid;
using ActorFed.Algorithms.Federated.Composite.FedSubgradient;
using ActorFed.Algorithms.Federated.Composite.Regularizers;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Decentralized;
using Xunit;
using static ActorFed.Algorithms.Federated.FederatedBody;

namespace ActorFed.Algorithms.Tests.Federated.Composite;

/// <summary>Masters and workers of the three algorithms; the published vectors are replayed in the tests of the host.</summary>
public sealed class CompositeRulesTests
{
    private static readonly FlatVector Start = FlatVector.Of(1, -2, 0.5);
    private static readonly LocalStepOptions Client = new() { Step = 0.125, Steps = 3 };
    private static readonly RegularizerOptions Free = new() { Weight = 0 };
    private static readonly RegularizerOptions Sparse = new() { Weight = 0.5 };

    public static TheoryData<string> Algorithms => ["feddualavg", "fedmid", "fedavg-subgradient"];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Without_a_regulariser_it_is_federated_averaging(string algorithm)
    {
        (CompositeMasterRule master, IStarWorkerRule[] workers) = Create(algorithm, Free);
        FedOptOptions averaging = new() { Client = new ClientOptions { Step = Client.Step, Steps = Client.Steps }, Weighting = ClientWeighting.Uniform };
        FedOptMasterRule expected = new(averaging, Start, 2);
        IStarWorkerRule[] clients = [.. Oracles().Select((oracle, i) => new FederatedWorkerRule(averaging.Client, oracle, 1, i, sendsModel: false))];

        for (int round = 0; round < 5; round++)
        {
            Round(master, workers);
            Round(expected, clients);
        }

        Assert.Equal(expected.Lower.Span.ToArray(), master.Lower.Span.ToArray(), (a, b) => Math.Abs(a - b) < 1e-14);
    }

    /// <summary>One client, one local step, η_s = 1: w = prox_{ψ t η}(z), z ← z − η ∇F(w).</summary>
    [Fact]
    public void One_client_with_one_step_is_centralised_dual_averaging()
    {
        FedDualAvgOptions options = new() { Client = Client with { Steps = 1 }, Regularizer = Sparse };
        MeanOfSquares oracle = Oracles()[0];
        FedDualAvgMasterRule master = new(options, Start, 1);
        FedDualAvgWorkerRule worker = new(options, oracle, 1, 0);
        double[] dual = Start.Span.ToArray();
        double[] gradient = new double[3];

        for (int t = 0; t < 6; t++)
        {
            Round(master, [worker]);
            double[] primal = [.. dual];
            new L1Norm(0.5).Shrink(t * 0.125, primal);
            oracle.Loss(primal, [], gradient);
            VectorMath.AddScaled(-0.125, gradient, dual);
        }

        Assert.Equal(dual, master.Inspect().Single(entry => entry.Name == "dual").Values.Span.ToArray(), (a, b) => Math.Abs(a - b) < 1e-14);
        Assert.Equal(6 * 0.125, master.Inspect().Single(entry => entry.Name == "elapsed").Values[0]);
    }

    [Theory]
    [InlineData(RegularizerKind.Box)]
    [InlineData(RegularizerKind.L1Ball)]
    [InlineData(RegularizerKind.L2Ball)]
    public void In_the_interior_of_a_set_dual_averaging_and_mirror_descent_are_the_same(RegularizerKind kind)
    {
        RegularizerOptions far = new() { Kind = kind, Lower = -100, Upper = 100, Radius = 100 };
        (CompositeMasterRule dual, IStarWorkerRule[] dualWorkers) = Create("feddualavg", far);
        (CompositeMasterRule mirror, IStarWorkerRule[] mirrorWorkers) = Create("fedmid", far);

        for (int round = 0; round < 5; round++)
        {
            Round(dual, dualWorkers);
            Round(mirror, mirrorWorkers);
        }

        Assert.Equal(mirror.Lower.Span.ToArray(), dual.Lower.Span.ToArray(), (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Theory]
    [InlineData("feddualavg")]
    [InlineData("fedmid")]
    public void The_start_is_moved_into_the_set(string algorithm)
    {
        (CompositeMasterRule master, _) = Create(algorithm, new RegularizerOptions { Kind = RegularizerKind.NonNegative });

        Assert.Equal(FlatVector.Of(1, 0, 0.5), master.Lower);
        Assert.Equal(master.Lower, ((Train)master.StepWork(0)).Model);
    }

    [Theory]
    [InlineData(ClientWeighting.Uniform, 0.125 * 4)]
    [InlineData(ClientWeighting.Examples, 0.125 * ((0.75 * 2) + (0.25 * 6)))]
    public void What_has_elapsed_is_the_mean_of_what_each_client_did(ClientWeighting weighting, double expected)
    {
        FedDualAvgMasterRule master = new(new FedDualAvgOptions { Client = Client, Regularizer = Sparse, Weighting = weighting }, Start, 2);

        master.Step([Report(0, examples: 30, steps: 2, 1, 1, 1), Report(1, examples: 10, steps: 6, 1, 1, 1)]);

        Assert.Equal(expected, ((TrainComposite)master.StepWork(0)).Elapsed);
        Assert.Equal(FlatVector.Of(2, -1, 1.5), ((TrainComposite)master.StepWork(0)).Model);
        Assert.Equal(FlatVector.Of(2 - (expected / 2), -1 + (expected / 2), 1.5 - (expected / 2)), master.Lower);
    }

    [Theory]
    [InlineData(ServerStrength.Elapsed, 2 * 0.125 * 3)]
    [InlineData(ServerStrength.Step, 2 * 0.125)]
    public void The_server_of_mirror_descent_shrinks_as_much_as_it_is_told(ServerStrength strength, double expected)
    {
        FedMidMasterRule master = new(new FedMidOptions { Client = Client, Regularizer = Sparse, ServerStep = 2, ServerStrength = strength }, Start, 1);

        master.Step([Report(0, examples: 1, steps: 3, 1, 0, 0)]);

        Assert.Equal(FlatVector.Of(3 - (expected / 2), -2 + (expected / 2), 0.5 - (expected / 2)), master.Lower);
        Assert.Contains(new Measure("regularizer", (5.5 - (1.5 * expected)) / 2), master.Measures);
    }

    [Theory]
    [InlineData(SubgradientAt.Old, -0.5)]
    [InlineData(SubgradientAt.New, 0.5)]
    public void The_subgradient_is_taken_where_it_is_told(SubgradientAt at, double sign)
    {
        MeanOfSquares oracle = Oracles()[0];
        double start = -oracle.Mean[0] / 4; // one step along the gradient leads to the other side of zero
        FedSubgradientOptions options = new() { Client = new LocalStepOptions { Step = 0.5 }, Regularizer = Sparse, SubgradientAt = at };

        TrainedComposite trained = (TrainedComposite)new FedSubgradientWorkerRule(options, oracle, 1, 0).Do(
            new WorkerState(), new TrainComposite { Number = 0, Model = FlatVector.Of(start, 0, 0), Elapsed = 0 }).Report;

        double expected = 0.5 * (oracle.Mean[0] - start) - (0.5 * sign * Math.Sign(oracle.Mean[0]));
        Assert.Equal(expected, trained.Result[0], 1e-14);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Goes_on_from_a_snapshot_as_if_nothing_had_been(string algorithm)
    {
        (CompositeMasterRule master, IStarWorkerRule[] workers) = Create(algorithm, Sparse);
        Round(master, workers);
        SnapshotWriter writer = new();
        master.Save(writer);

        (CompositeMasterRule rebuilt, _) = Create(algorithm, Sparse);
        rebuilt.Restore(new SnapshotReader(writer.ToSnapshot("test"), "test"));
        Round(master, workers);
        Round(rebuilt, workers);

        Assert.Equal(master.Inspect(), rebuilt.Inspect());
        Assert.Equal(2, rebuilt.StepsMade);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Refuses_reports_that_do_not_fit(string algorithm)
    {
        (CompositeMasterRule master, _) = Create(algorithm, Sparse);
        StarBody work = master.StepWork(0);

        Assert.Null(master.ObjectionTo(work, Body(1, 1, 1, 2, 3)));
        Assert.Contains("0 local steps", master.ObjectionTo(work, Body(1, 0, 1, 2, 3)), StringComparison.Ordinal);
        Assert.Contains("length 2; 3 is needed", master.ObjectionTo(work, Body(1, 1, 1, 2)), StringComparison.Ordinal);
        Assert.Contains("Trained does not answer", master.ObjectionTo(work, new Trained { Result = Start, Examples = 1, Loss = 0 }), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Refuses_work_that_does_not_fit(string algorithm)
    {
        IStarWorkerRule worker = Create(algorithm, Sparse).Workers[0];

        Assert.Null(worker.ObjectionTo(new WorkerState(), new TrainComposite { Number = 0, Model = Start, Elapsed = 0 }));
        Assert.Contains(
            "length 1; 3 is needed", worker.ObjectionTo(new WorkerState(), new TrainComposite { Number = 0, Model = FlatVector.Of(1), Elapsed = 0 }), StringComparison.Ordinal);
        Assert.Contains("elapsed is -1", worker.ObjectionTo(new WorkerState(), new TrainComposite { Number = 0, Model = Start, Elapsed = -1 }), StringComparison.Ordinal);
        Assert.Contains("elapsed is NaN", worker.ObjectionTo(new WorkerState(), new TrainComposite { Number = 0, Model = Start, Elapsed = double.NaN }), StringComparison.Ordinal);
        Assert.Contains("is not work", worker.ObjectionTo(new WorkerState(), new Train { Number = 0, Model = Start }), StringComparison.Ordinal);
        Assert.Contains("is not the state", worker.ObjectionTo(new Train { Number = 0, Model = Start }, new Train { Number = 0, Model = Start }), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_so_when_training_leads_to_numbers_that_are_not_usable()
    {
        FedMidOptions options = new() { Client = new LocalStepOptions { Step = 1e60, Steps = 9 }, Regularizer = Free };

        TrainedComposite trained = (TrainedComposite)new FedMidWorkerRule(options, Oracles()[0], 1, 0).Do(
            new WorkerState(), new TrainComposite { Number = 0, Model = Start, Elapsed = 0 }).Report;

        Assert.Equal((0, 0, 9), (trained.Examples, trained.Result.Length, trained.Steps));
        Assert.Null(new FedMidMasterRule(options, Start, 1).ObjectionTo(new TrainComposite { Number = 0, Model = Start, Elapsed = 0 }, trained));
    }

    private static (CompositeMasterRule Master, IStarWorkerRule[] Workers) Create(string algorithm, RegularizerOptions regularizer)
    {
        MeanOfSquares[] oracles = Oracles();
        FedDualAvgOptions dual = new() { Client = Client, Regularizer = regularizer };
        FedMidOptions mirror = new() { Client = Client, Regularizer = regularizer };
        FedSubgradientOptions subgradient = new() { Client = Client, Regularizer = regularizer };
        return algorithm switch
        {
            "feddualavg" => (new FedDualAvgMasterRule(dual, Start, 2), [.. oracles.Select((oracle, i) => new FedDualAvgWorkerRule(dual, oracle, 1, i))]),
            "fedmid" => (new FedMidMasterRule(mirror, Start, 2), [.. oracles.Select((oracle, i) => new FedMidWorkerRule(mirror, oracle, 1, i))]),
            _ => (new FedSubgradientMasterRule(subgradient, Start, 2), [.. oracles.Select((oracle, i) => new FedSubgradientWorkerRule(subgradient, oracle, 1, i))]),
        };
    }

    private static MeanOfSquares[] Oracles() => [new(shard: 1, rows: 10), new(shard: 2, rows: 10)];

    private static void Round(IStarMasterRule master, IStarWorkerRule[] workers) =>
        master.Step([.. workers.Select((worker, i) => new WorkerReport(i, worker.Do(new WorkerState(), master.StepWork(i)).Report))]);

    private static WorkerReport Report(int worker, int examples, int steps, params double[] result) => new(worker, Body(examples, steps, result));

    private static TrainedComposite Body(int examples, int steps, params double[] result) =>
        new() { Result = FlatVector.CopyOf(result), Examples = examples, Loss = 1, Steps = steps };
}
