using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated.AsdSvrg;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Federated.AsdSvrg.AsdSvrgBody;

namespace ActorFed.Algorithms.Tests.Federated;

public sealed class AsdSvrgMasterRuleTests
{
    private static readonly AsdSvrgOptions Options = new() { InnerSteps = 2, Step = 0.25 };
    private static readonly bool[] All = [true, true, true];

    [Fact]
    public void An_epoch_is_a_snapshot_of_all_and_steps_of_one()
    {
        AsdSvrgMasterRule rule = Rule(Options);

        Assert.True(rule.TakesSnapshot);
        Snapshot(rule, 1, 2, 3);
        Assert.False(rule.TakesSnapshot);
        Step(rule, worker: 0, difference: 0);
        Assert.False(rule.TakesSnapshot);
        Step(rule, worker: 1, difference: 0);
        Assert.True(rule.TakesSnapshot);

        Assert.Equal(FlatVector.Of(-1), rule.Lower); // 0 − 2 · 0.25 · mean(1, 2, 3)
    }

    [Fact]
    public void A_difference_counts_by_the_inverse_of_its_probability()
    {
        AsdSvrgMasterRule rule = Rule(Options with { Sampling = WorkerSampling.Given, Probabilities = [0.5, 0.25, 0.25] });
        Snapshot(rule, 1, 2, 3);

        Assert.Equal(1, rule.Draw(All)); // 0.6 lies between 0.5 and 0.75
        rule.Step([new WorkerReport(1, new Differentiated(FlatVector.Of(3)))]);

        Assert.Equal(FlatVector.Of(2 + (3 / (3 * 0.25))), rule.Direction);
    }

    [Fact]
    public void Workers_are_drawn_in_proportion_to_how_their_gradients_change()
    {
        AsdSvrgMasterRule rule = Rule(Options);

        Epoch(rule);
        Assert.Equal([1.0 / 3, 1.0 / 3, 1.0 / 3], rule.Probabilities.ToArray());
        Snapshot(rule, [(0, 1, 6), (1, 1, 1), (2, 1, 1)]);

        Assert.Equal([0.75, 0.125, 0.125], rule.Probabilities.ToArray());
    }

    [Fact]
    public void A_share_of_uniform_sampling_keeps_everyone_in_reach()
    {
        AsdSvrgMasterRule rule = Rule(Options with { Mix = 0.5 });

        Epoch(rule);
        Snapshot(rule, [(0, 1, 8), (1, 1, 0), (2, 1, 0)]);

        Assert.Equal(1.0 / 6, rule.Probabilities[1], 1e-15);
        Assert.Equal(1, rule.Probabilities.ToArray().Sum(), 1e-15);
    }

    [Fact]
    public void A_worker_without_curvature_can_still_be_drawn()
    {
        AsdSvrgMasterRule rule = Rule(Options);

        Epoch(rule);
        Snapshot(rule, [(0, 1, 8), (1, 1, 0), (2, 1, 8)]);

        Assert.InRange(rule.Probabilities[1], 0.9e-12, 1.1e-12);
    }

    [Fact]
    public void Others_are_drawn_in_proportion_when_one_cannot_be_asked()
    {
        AsdSvrgMasterRule rule = Rule(Options with { Sampling = WorkerSampling.Given, Probabilities = [0.5, 0.4, 0.1] });
        Snapshot(rule, 1, 1, 1);

        Assert.Equal(0, rule.Draw([true, false, true])); // 0.6 < 0.5 / 0.6
        rule.Step([new WorkerReport(0, new Differentiated(FlatVector.Of(5)))]);

        Assert.Equal(1 + (5 / (3 * (0.5 / 0.6))), rule.Direction[0], 1e-14);
        Assert.Equal(-1, rule.Draw([false, false, false]));
    }

    [Fact]
    public void The_mean_is_over_those_that_took_part_and_only_they_are_drawn()
    {
        AsdSvrgMasterRule rule = Rule(Options);

        Snapshot(rule, [(0, 1, null), (2, 3, null)]);

        Assert.Equal(FlatVector.Of(2), rule.MeanGradient);
        Assert.Equal([0.5, 0, 0.5], rule.Probabilities.ToArray());
    }

    [Theory]
    [InlineData(SnapshotChoice.Last, -1.0)]
    [InlineData(SnapshotChoice.Average, -0.75)]
    public void The_next_snapshot_is_a_choice(SnapshotChoice choice, double expected)
    {
        AsdSvrgMasterRule rule = Rule(Options with { NextSnapshot = choice });

        Epoch(rule, gradient: 2);

        Assert.Equal(FlatVector.Of(expected), ((TakeSnapshot)rule.StepWork(0)).Point);
    }

    [Fact]
    public void A_rebuilt_master_goes_on_as_the_one_before()
    {
        AsdSvrgOptions running = Options with { Estimator = LipschitzEstimator.Running, StepMultiple = 1 };
        AsdSvrgMasterRule rule = Rule(running);
        Epoch(rule);
        Snapshot(rule, [(0, 1, 6), (1, 1, 1), (2, 1, 1)]);
        Step(rule, worker: 0, difference: 2);
        AsdSvrgMasterRule rebuilt = Rule(running);
        SnapshotWriter writer = new();
        rule.Save(writer);
        SnapshotReader reader = new(writer.ToSnapshot("x"), "x");
        rebuilt.Restore(reader);
        reader.End();

        foreach (AsdSvrgMasterRule each in (AsdSvrgMasterRule[])[rule, rebuilt])
        {
            Step(each, worker: 1, difference: -4);
            Snapshot(each, [(0, 2, 7), (1, 2, 0.5), (2, 2, 3)]);
        }

        Assert.Equal(rule.Inspect().Select(entry => (entry.Name, entry.Values)), rebuilt.Inspect().Select(entry => (entry.Name, entry.Values)));
    }

    [Theory]
    [InlineData(double.NaN, 0, 1, "entry 0 of ∇F_m")]
    [InlineData(1, double.NaN, 1, "its loss")]
    [InlineData(1, 0, -1, "Lipschitz")]
    [InlineData(1, 0, double.NaN, "Lipschitz")]
    public void Rejects_a_report_that_cannot_be(double gradient, double loss, double lipschitz, string words)
    {
        SnapshotTaken report = new() { Gradient = FlatVector.Of(gradient), Loss = loss, Lipschitz = lipschitz };

        Assert.Contains(words, Rule(Options).ObjectionTo(new TakeSnapshot(FlatVector.Of(0)), report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, 0.25, 0.24)]
    [InlineData(0.5, 0.75, -0.25)]
    [InlineData(0.5, 0.5, double.NaN)]
    public void Given_probabilities_must_be_some(params double[] probabilities)
    {
        AsdSvrgOptions options = Options with { Sampling = WorkerSampling.Given, Probabilities = [.. probabilities] };

        Assert.Throws<ValidationException>(() => Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true));
    }

    [Fact]
    public void A_worker_answers_the_same_from_its_memory_and_from_the_snapshot()
    {
        AsdSvrgWorkerRule one = new(Options, new Parabola(3), seed: 1, index: 0);
        AsdSvrgWorkerRule rebuilt = new(Options, new Parabola(3), seed: 1, index: 0);

        (StarBody first, _) = one.Do(new WorkerState(FlatVector.Empty), new TakeSnapshot(FlatVector.Of(2)));
        (StarBody second, StarBody report) = one.Do(first, new TakeSnapshot(FlatVector.Of(4)));
        (_, StarBody again) = rebuilt.Do(first, new TakeSnapshot(FlatVector.Of(4)));
        (_, StarBody difference) = one.Do(second, new Differentiate(0, FlatVector.Of(5)));

        Assert.Equal(new SnapshotTaken { Gradient = FlatVector.Of(12), Loss = 24, Lipschitz = 3 }, report);
        Assert.Equal(report, again);
        Assert.Equal(new Differentiated(FlatVector.Of(3)), difference);
        Assert.NotNull(one.ObjectionTo(new WorkerState(FlatVector.Empty), new Differentiate(0, FlatVector.Of(5))));
    }

    private static AsdSvrgMasterRule Rule(AsdSvrgOptions options) => new(options, FlatVector.Of(0), workerCount: 3, seed: 1, (_, _) => 0.6);

    private static void Snapshot(AsdSvrgMasterRule rule, params double[] gradients) =>
        Snapshot(rule, [.. gradients.Select((gradient, worker) => (worker, gradient, (double?)null))]);

    private static void Snapshot(AsdSvrgMasterRule rule, (int Worker, double Gradient, double? Lipschitz)[] members) => rule.Step([.. members.Select(member =>
        new WorkerReport(member.Worker, new SnapshotTaken { Gradient = FlatVector.Of(member.Gradient), Loss = 0, Lipschitz = member.Lipschitz }))]);

    private static void Step(AsdSvrgMasterRule rule, int worker, double difference)
    {
        rule.Draw(All);
        rule.Step([new WorkerReport(worker, new Differentiated(FlatVector.Of(difference)))]);
    }

    private static void Epoch(AsdSvrgMasterRule rule, double gradient = 1)
    {
        Snapshot(rule, gradient, gradient, gradient);
        Step(rule, 0, 0);
        Step(rule, 0, 0);
    }

    /// <summary>curvature / 2 x².</summary>
    private sealed class Parabola(double curvature) : ILossOracle
    {
        public int Length => 1;

        public int RowCount => 0;

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            if (!gradient.IsEmpty)
            {
                gradient[0] = curvature * point[0];
            }

            return curvature * point[0] * point[0] / 2;
        }
    }
}
