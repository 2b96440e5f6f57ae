using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.Fadas;
using ActorFed.Algorithms.Federated.FedAsync;
using ActorFed.Algorithms.Federated.FedBuff;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Federated.FederatedBody;

namespace ActorFed.Algorithms.Tests.Federated;

/// <summary>The steps of FedBuff, FedAsync and FADAS by hand; numbers that binary holds exactly where they can be.</summary>
public sealed class BufferedMasterRuleTests
{
    private static readonly ClientOptions Client = new() { Step = 1 };
    private static readonly FedBuffOptions FedBuff = new() { Client = Client, Staleness = new StalenessOptions() };
    private static readonly FedAsyncOptions FedAsync = new() { Client = Client, Staleness = new StalenessOptions(), Mixing = 0.5 };
    private static readonly FadasOptions Fadas = new() { Client = Client, ServerStep = 0.5, FirstDecay = 0, SecondDecay = 0, Adaptivity = 1 };

    [Theory]
    [InlineData(StalenessWeight.Constant, 100, 1)]
    [InlineData(StalenessWeight.Polynomial, 0, 1)]
    [InlineData(StalenessWeight.Polynomial, 3, 0.5)]
    [InlineData(StalenessWeight.Hinge, 4, 1)]
    [InlineData(StalenessWeight.Hinge, 5, 1.0 / 11)]
    [InlineData(StalenessWeight.Hinge, 7, 1.0 / 31)]
    public void Weights_fall_with_staleness(StalenessWeight weight, int staleness, double expected) =>
        Assert.Equal(expected, new StalenessOptions { Weight = weight }.At(staleness), 1e-15);

    [Fact]
    public void FedBuff_divides_by_the_number_of_reports_and_not_by_their_weights()
    {
        FedBuffMasterRule rule = new(FedBuff, FlatVector.Of(1, 2), workerCount: 3);

        rule.Step([Report(0, staleness: 0, 4, 0), Report(1, staleness: 3, 0, 8)]);

        Assert.Equal(FlatVector.Of(1 + 2, 2 + 2), rule.Lower); // ½ (4, 0) + ½ · ½ (0, 8)
    }

    [Fact]
    public void FedBuff_divides_weights_by_that_of_the_reference_where_it_is_told_to()
    {
        FedBuffMasterRule rule = new(FedBuff with { ReferenceStaleness = 3 }, FlatVector.Of(1, 2), workerCount: 3);

        rule.Step([Report(0, staleness: 3, 4, 0)]);

        Assert.Equal(FlatVector.Of(5, 2), rule.Lower);
    }

    [Fact]
    public void FedBuff_keeps_momentum_where_it_has_some()
    {
        FedBuffMasterRule rule = new(FedBuff with { Momentum = 0.5 }, FlatVector.Of(0, 0), workerCount: 3);

        rule.Step([Report(0, staleness: 0, 4, 0)]);
        rule.Step([Report(0, staleness: 0, 0, 1)]);

        Assert.Equal(FlatVector.Of(6, 1), rule.Lower);
    }

    [Fact]
    public void FedAsync_mixes_a_model_in_by_its_age()
    {
        FedAsyncMasterRule rule = new(FedAsync, FlatVector.Of(1, 2), workerCount: 3);

        rule.Step([Report(0, staleness: 3, 5, 2)]);

        Assert.Equal(0.25, rule.Mixing);
        Assert.Equal(FlatVector.Of(2, 2), rule.Lower);
    }

    [Theory]
    [InlineData(null, DelayRule.Capped, 9, 0.5)]
    [InlineData(4, DelayRule.Capped, 4, 0.5)]
    [InlineData(4, DelayRule.Capped, 8, 0.125)]
    [InlineData(0, DelayRule.Capped, 1, 0.5)]
    [InlineData(4, DelayRule.Divided, 4, 0.5)]
    [InlineData(4, DelayRule.Divided, 8, 0.0625)]
    public void Fadas_shortens_its_step_by_the_stalest_report(int? threshold, DelayRule delay, int staleness, double rate)
    {
        FadasMasterRule rule = new(Fadas with { DelayThreshold = threshold, DelayRule = delay }, FlatVector.Of(0), workerCount: 3);

        rule.Step([Report(0, staleness: 0, 1), Report(1, staleness, 1)]);

        Assert.Equal((rate, staleness), (rule.Rate, rule.MaxStaleness));
        Assert.Equal(FlatVector.Of(rate / 2), rule.Lower); // m = 1, √v̂ + ε = 2
    }

    [Fact]
    public void Fadas_takes_the_plain_mean_and_the_largest_moment()
    {
        FadasMasterRule rule = new(Fadas, FlatVector.Of(0), workerCount: 3);

        rule.Step([Report(0, staleness: 0, 2), Report(1, staleness: 7, 4)]); // Δ = 3, v̂ = 9
        rule.Step([Report(0, staleness: 0, 1), Report(1, staleness: 0, 1)]); // Δ = 1, v = 1, v̂ = 9

        Assert.Equal((0.5 * 3 / 4) + (0.5 * 1 / 4), rule.Lower[0]);
    }

    [Fact]
    public void Fadas_leaves_alone_what_never_changes()
    {
        FadasMasterRule rule = new(Fadas with { Adaptivity = 1e-8 }, FlatVector.Of(3, 3), workerCount: 3);

        rule.Step([Report(0, staleness: 0, 0, 1)]);

        Assert.Equal(3, rule.Lower[0]);
    }

    [Fact]
    public void Fadas_without_delays_is_FedAdam_with_the_largest_moment_bit_for_bit()
    {
        FadasMasterRule fadas = new(Fadas with { FirstDecay = 0.9, SecondDecay = 0.99 }, FlatVector.Of(1, 2), workerCount: 3);
        FedOptMasterRule adam = new(
            new FedOptOptions
            {
                Client = Client,
                Weighting = ClientWeighting.Uniform,
                Optimiser = ServerOptimiser.Adam,
                ServerStep = 0.5,
                Adaptivity = 1,
                InitialMoment = InitialMoment.Zero,
                LargestMoment = true,
            },
            FlatVector.Of(1, 2),
            workerCount: 3);

        foreach (double size in (double[])[1, -0.3, 0.7, 0.01])
        {
            WorkerReport[] reports = [Report(0, 0, size, 0.1), Report(1, 0, 0.2, -size), Report(2, 0, size * size, 1)];
            fadas.Step(reports);
            adam.Step(reports);

            Assert.Equal(adam.Lower, fadas.Lower);
        }
    }

    [Fact]
    public void A_report_that_is_not_usable_leaves_the_others_their_mean()
    {
        FedBuffMasterRule rule = new(FedBuff, FlatVector.Of(0, 0), workerCount: 3);

        rule.Step([Report(0, staleness: 0, 4, 0), new WorkerReport(1, Trained.Unusable)]);

        Assert.Equal(FlatVector.Of(4, 0), rule.Lower);
    }

    [Fact]
    public void Every_task_has_a_number_of_its_own_also_after_a_restart()
    {
        FedBuffMasterRule rule = new(FedBuff with { Momentum = 0.5 }, FlatVector.Of(0, 0), workerCount: 3);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(worker => ((Train)rule.StepWork(worker)).Number));
        rule.Step([Report(0, staleness: 0, 4, 0)]);
        SnapshotWriter writer = new();
        rule.Save(writer);

        FedBuffMasterRule rebuilt = new(FedBuff with { Momentum = 0.5 }, FlatVector.Of(0, 0), workerCount: 3);
        rebuilt.Restore(new SnapshotReader(writer.ToSnapshot("test"), "test"));

        Assert.Equal(rule.Inspect(), rebuilt.Inspect());
        Assert.Equal(3, ((Train)rebuilt.StepWork(0)).Number);
    }

    [Fact]
    public void Only_buffered_participation_will_do_and_for_FedAsync_a_buffer_of_one()
    {
        BufferedParticipation two = new() { Buffer = 2, Concurrency = 2, Seed = 0 };

        foreach (IAlgorithm algorithm in (IAlgorithm[])[new FedBuffAlgorithm(), new FedAsyncAlgorithm(), new FadasAlgorithm()])
        {
            Assert.Equal("policy", algorithm.MisfitOf(new SynchronousParticipation())!.Value.Key);
            Assert.Null(algorithm.MisfitOf(two with { Buffer = 1 }));
        }

        Assert.Null(new FadasAlgorithm().MisfitOf(two));
        Assert.Equal("buffer", new FedAsyncAlgorithm().MisfitOf(two)!.Value.Key);
    }

    private static WorkerReport Report(int worker, int staleness, params ReadOnlySpan<double> result) =>
        new(worker, new Trained { Result = FlatVector.CopyOf(result), Examples = 1, Loss = 1 }, staleness);
}
