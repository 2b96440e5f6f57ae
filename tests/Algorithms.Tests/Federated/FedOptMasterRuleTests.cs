using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Federated.FederatedBody;

namespace ActorFed.Algorithms.Tests.Federated;

/// <summary>The server's steps by hand; numbers that binary holds exactly.</summary>
public sealed class FedOptMasterRuleTests
{
    private static readonly FedOptOptions Average = new() { Client = new ClientOptions { Step = 1 } };
    private static readonly FedOptOptions Adaptive = Average with { ServerStep = 0.5, FirstDecay = 0, SecondDecay = 0.75, Adaptivity = 0.5 };

    [Fact]
    public void Weighs_clients_by_their_examples()
    {
        FedOptMasterRule rule = Rule(Average);

        rule.Step([Report(0, 3, 4, 0), Report(2, 1, 0, 8)]);

        Assert.Equal([0.75, 0.25], rule.Weights.AsEnumerable());
        Assert.Equal(FlatVector.Of(4, 4), rule.Lower); // (1, 2) + (3, 2)
    }

    [Fact]
    public void Weighs_clients_alike_where_it_is_told_to()
    {
        FedOptMasterRule rule = Rule(Average with { Weighting = ClientWeighting.Uniform, ServerStep = 0.5 });

        rule.Step([Report(0, 3, 4, 0), Report(2, 1, 0, 8)]);

        Assert.Equal(FlatVector.Of(2, 4), rule.Lower);
    }

    [Fact]
    public void Keeps_the_momentum_of_earlier_rounds()
    {
        FedOptMasterRule rule = Rule(Average with { Optimiser = ServerOptimiser.Momentum, Momentum = 0.5 });

        rule.Step([Report(0, 1, 2, 0)]);
        rule.Step([Report(1, 1, 0, 1)]);

        Assert.Equal(FlatVector.Of(4, 3), rule.Lower); // (1, 2) + (2, 0) + (1, 1)
    }

    [Fact]
    public void Yogi_takes_away_just_the_new_square_where_it_is_smaller()
    {
        FedOptMasterRule rule = Rule(Adaptive with { Optimiser = ServerOptimiser.Yogi, Adaptivity = 2 }); // v = 4 at first

        rule.Step([Report(0, 1, 1, 4)]);

        Assert.Equal(FlatVector.Of(4 - (0.25 * 1), 4 + (0.25 * 16)), Entry(rule, "second-moment"));
    }

    [Fact]
    public void Yogi_keeps_the_moment_where_the_square_equals_it()
    {
        FedOptMasterRule rule = Rule(Adaptive with { Optimiser = ServerOptimiser.Yogi, Adaptivity = 2 });

        rule.Step([Report(0, 1, 2, -2)]);

        Assert.Equal(FlatVector.Of(4, 4), Entry(rule, "second-moment"));
    }

    [Fact]
    public void The_second_moment_of_Adagrad_never_falls()
    {
        FedOptMasterRule rule = Rule(Adaptive with { Optimiser = ServerOptimiser.Adagrad });
        double[] before = Entry(rule, "second-moment").Span.ToArray();
        foreach (double size in (double[])[1, 0.25, 0, -0.5])
        {
            rule.Step([Report(0, 1, size, -size)]);

            double[] after = Entry(rule, "second-moment").Span.ToArray();
            Assert.All(after.Zip(before), pair => Assert.True(pair.First >= pair.Second));
            before = after;
        }
    }

    [Fact]
    public void Adagrad_s_first_step_from_zero_moments_has_the_signs_of_the_update()
    {
        FedOptMasterRule rule = Rule(Adaptive with { Optimiser = ServerOptimiser.Adagrad, InitialMoment = InitialMoment.Zero, Adaptivity = 0 });

        rule.Step([Report(0, 1, 0.25, -8)]);

        Assert.Equal(FlatVector.Of(1 + 0.5, 2 - 0.5), rule.Lower);
    }

    [Fact]
    public void The_root_is_of_the_largest_moment_where_it_is_told_to_be()
    {
        FedOptOptions options = Adaptive with { Optimiser = ServerOptimiser.Adam, InitialMoment = InitialMoment.Zero, LargestMoment = true };
        FedOptMasterRule rule = Rule(options);

        rule.Step([Report(0, 1, 2, 2)]); // v = 1
        rule.Step([Report(0, 1, 0, 0)]); // v = 3/4, and m = 0
        rule.Step([Report(0, 1, 1, 0)]); // v = 13/16, below 1: the step is ½ · 1 / (1 + ½)

        Assert.Equal(FlatVector.Of(1, 1), Entry(rule, "largest-moment"));
        Assert.Equal(1 + (0.5 * 2 / 1.5) + (0.5 / 1.5), rule.Lower[0], 1e-15);
    }

    [Theory]
    [InlineData(BiasCorrection.None, 1)]
    [InlineData(BiasCorrection.Keras, 1)]
    [InlineData(BiasCorrection.Flower, 2)]
    public void Corrects_small_first_moments_by_the_number_of_the_step(BiasCorrection correction, int exponent)
    {
        FedOptOptions options = Adaptive with { Optimiser = ServerOptimiser.Adam, FirstDecay = 0.5, BiasCorrection = correction };
        FedOptMasterRule rule = Rule(options);
        double expected = correction == BiasCorrection.None ? 0.5 : 0.5 * Math.Sqrt(1 - Math.Pow(0.75, exponent)) / (1 - Math.Pow(0.5, exponent));

        rule.Step([Unusable(0)]); // counts no step
        rule.Step([Report(0, 1, 2, 2)]);

        Assert.Equal(expected, rule.Rate, 1e-15);
    }

    [Fact]
    public void The_second_moment_follows_the_first_where_it_is_told_to()
    {
        FedOptOptions options = Adaptive with
        {
            Optimiser = ServerOptimiser.Adam,
            FirstDecay = 0.5,
            InitialMoment = InitialMoment.Zero,
            MomentInput = MomentInput.Momentum,
        };
        FedOptMasterRule rule = Rule(options);

        rule.Step([Report(0, 1, 4, 8)]);

        Assert.Equal(FlatVector.Of(0.25 * 4, 0.25 * 16), Entry(rule, "second-moment")); // m = (2, 4)
    }

    [Fact]
    public void Leaves_out_clients_whose_training_diverged()
    {
        FedOptMasterRule rule = Rule(Average);

        rule.Step([Report(0, 3, 4, 0), Unusable(1), Report(2, 1, 0, 8)]);

        Assert.Equal([0.75, 0.25], rule.Weights.AsEnumerable());
        Assert.Equal(FlatVector.Of(4, 4), rule.Lower);
        Assert.Contains(new Measure("usable-reports", 2), rule.Measures);
    }

    [Fact]
    public void A_round_without_a_usable_client_changes_nothing_but_its_number()
    {
        FedOptMasterRule rule = Rule(Average with { Optimiser = ServerOptimiser.Momentum });
        rule.Step([Report(0, 1, 2, 0)]);
        FlatVector model = rule.Lower;
        FlatVector ball = Entry(rule, "momentum");

        rule.Step([Unusable(0), Unusable(1)]);

        Assert.Equal((2, 1), (rule.StepsMade, rule.StepsApplied));
        Assert.Equal(model, rule.Lower);
        Assert.Equal(ball, Entry(rule, "momentum"));
        Assert.Equal([new Measure("usable-reports", 0)], rule.Measures.AsEnumerable());
    }

    [Fact]
    public void Names_the_setting_when_the_model_runs_away()
    {
        FedOptMasterRule rule = Rule(Average with { ServerStep = 1e9 });

        ArithmeticException diverged = Assert.Throws<ArithmeticException>(() => rule.Step([Report(0, 1, 1e99, 0)]));

        Assert.Contains("fedopt.server-step", diverged.Message, StringComparison.Ordinal);
        Assert.Equal(FlatVector.Of(1, 2), rule.Lower);
    }

    [Theory]
    [InlineData(ServerOptimiser.Average)]
    [InlineData(ServerOptimiser.Momentum)]
    [InlineData(ServerOptimiser.Adagrad)]
    [InlineData(ServerOptimiser.Adam)]
    [InlineData(ServerOptimiser.Yogi)]
    public void Goes_on_from_a_snapshot_as_if_nothing_had_been(ServerOptimiser optimiser)
    {
        FedOptOptions options = Average with { Optimiser = optimiser, ServerStep = 0.1 };
        FedOptMasterRule rule = Rule(options);
        rule.Step([Report(0, 1, 2, 3)]);
        rule.Step([Unusable(0)]);
        SnapshotWriter writer = new();
        rule.Save(writer);

        FedOptMasterRule rebuilt = Rule(options);
        rebuilt.Restore(new SnapshotReader(writer.ToSnapshot("test"), "test"));
        rule.Step([Report(0, 1, -1, 4)]);
        rebuilt.Step([Report(0, 1, -1, 4)]);

        Assert.Equal(rule.Inspect(), rebuilt.Inspect());
        Assert.Equal(((Train)rule.StepWork(0)).Number, ((Train)rebuilt.StepWork(0)).Number);
    }

    [Fact]
    public void Objects_to_reports_that_cannot_be()
    {
        FedOptMasterRule rule = Rule(Average);
        StarBody work = rule.StepWork(0);
        Trained good = new() { Result = FlatVector.Of(1, 1), Examples = 1, Loss = 0 };

        Assert.Null(rule.ObjectionTo(work, good));
        Assert.Null(rule.ObjectionTo(work, Trained.Unusable));
        Assert.Contains("does not answer", rule.ObjectionTo(work, new WorkerState()), StringComparison.Ordinal);
        Assert.Contains("length 3; 2 is needed", rule.ObjectionTo(work, good with { Result = FlatVector.Zeros(3) }), StringComparison.Ordinal);
        Assert.Contains("NaN", rule.ObjectionTo(work, good with { Result = FlatVector.Of(1, double.NaN) }), StringComparison.Ordinal);
        Assert.Contains("-1 examples", rule.ObjectionTo(work, good with { Examples = -1 }), StringComparison.Ordinal);
        Assert.Contains("must be empty", rule.ObjectionTo(work, good with { Examples = 0 }), StringComparison.Ordinal);
        Assert.Contains("its loss is", rule.ObjectionTo(work, good with { Loss = double.PositiveInfinity }), StringComparison.Ordinal);
    }

    private static FedOptMasterRule Rule(FedOptOptions options) => new(options, FlatVector.Of(1, 2), workerCount: 3);

    private static WorkerReport Report(int worker, int examples, params ReadOnlySpan<double> delta) =>
        new(worker, new Trained { Result = FlatVector.CopyOf(delta), Examples = examples, Loss = 1 });

    private static WorkerReport Unusable(int worker) => new(worker, Trained.Unusable);

    private static FlatVector Entry(FedOptMasterRule rule, string name) => rule.Inspect().Single(entry => entry.Name == name).Values;
}
