using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Bilevel.BlJust;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.PenaltyStar;

namespace ActorFed.Algorithms.Tests.Bilevel;

public sealed class BlJustRuleTests
{
    private static readonly BlJustBody.Differentiate Joining = new()
    {
        Number = 1,
        Phase = JointPhase.Join,
        Weight = 0.5,
        Shared = FlatVector.Zeros(Shared),
        Head = FlatVector.Zeros(N),
        Own = FlatVector.Zeros(M - Shared),
    };

    private static readonly BlJustBody.Differentiated Both = new()
    {
        SharedOfSupervised = FlatVector.Zeros(Shared),
        SharedOfUnsupervised = FlatVector.Zeros(Shared),
        Head = FlatVector.Zeros(N),
        Own = FlatVector.Zeros(M - Shared),
        LabelledExamples = 1,
        UnlabelledExamples = 1,
        SupervisedLoss = 0,
        UnsupervisedLoss = 0,
    };

    /// <summary>Worker 0 has no labelled rows, the others 1 and 2; unlabelled rows are 2, 3 and 4.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Agrees_with_a_reference_in_plain_loops(int localSteps)
    {
        PenaltyStar star = new(localSteps == 1 ? "joint" : "joint, local steps", new StarMasterOptions { StepLimit = 6 });
        star.Network.RunToEnd();

        (double[] phi, double[] y) = Reference(Joint with { LocalSteps = localSteps }, steps: 6);

        for (int j = 0; j < N; j++)
        {
            Assert.Equal(phi[j], star.Rule.Upper[j], 1e-12);
        }

        for (int j = 0; j < M; j++)
        {
            Assert.Equal(y[j], star.Rule.Lower[j], 1e-12);
        }
    }

    [Fact]
    public void Explores_then_joins_in_every_epoch_and_fine_tunes_at_last()
    {
        BlJustOptions options = Joint with { Epochs = 2, ExploreSteps = 1, JointSteps = 2, FirstWeight = 0.25, WeightIncrement = 0.5, MaxWeight = 0.5 };

        Assert.Equal(
            [
                (JointPhase.Explore, 0), (JointPhase.Join, 0.25), (JointPhase.Join, 0.25), (JointPhase.Explore, 0), (JointPhase.Join, 0.5), (JointPhase.Join, 0.5),
                (JointPhase.FineTune, 0), (JointPhase.FineTune, 0),
            ],
            Enumerable.Range(0, 8).Select(step => (options.PhaseAt(step), options.WeightAt(step))));
        Assert.Equal(JointPhase.FineTune, (Joint with { Epochs = 0, ExploreSteps = 0, JointSteps = 0 }).PhaseAt(0));
    }

    [Fact]
    public void Sends_only_what_a_phase_moves()
    {
        PenaltyStar star = new("joint", new StarMasterOptions { StepLimit = 6 });

        star.Network.RunToEnd();

        BlJustBody.Differentiate[] works =
            [.. star.Network.Sent.Select(envelope => envelope.Message).OfType<StarMessage.WorkRequested>().Select(request => (BlJustBody.Differentiate)request.Work)];
        Assert.All(works.Where(work => work.Phase == JointPhase.Explore), work => Assert.Equal((0, 1), (work.Head.Length, work.Own.Length)));
        Assert.All(works.Where(work => work.Phase == JointPhase.Join), work => Assert.Equal((2, 1), (work.Head.Length, work.Own.Length)));
        Assert.All(works.Where(work => work.Phase == JointPhase.FineTune), work => Assert.Equal((2, 0), (work.Head.Length, work.Own.Length)));
        Assert.Equal(3, works.Select(work => work.Phase).Distinct().Count());
    }

    [Fact]
    public void A_part_that_nobody_has_rows_for_stays()
    {
        BlJustMasterRule rule = new(Joint with { ExploreSteps = 0 }, StartUpper, StartLower, Shared, workerCount: 1);

        rule.Step([new WorkerReport(0, Both with { LabelledExamples = 0, SharedOfSupervised = FlatVector.Empty, Head = FlatVector.Empty, Own = FlatVector.Of(1) })]);

        Assert.Equal(StartUpper, rule.Upper);
        Assert.Equal(FlatVector.Of(1, 0.25, -0.5 - 0.15), rule.Lower);
        Assert.DoesNotContain(rule.Measures, measure => measure.Name == MeasureNames.UpperObjective);
    }

    [Fact]
    public void Rejects_what_does_not_answer_or_fit()
    {
        BlJustMasterRule rule = new(Joint, StartUpper, StartLower, Shared, Workers);

        Assert.Null(rule.ObjectionTo(Joining, Both));
        Assert.Contains("does not answer", rule.ObjectionTo(Joining, new BlJustBody.WorkerState()), StringComparison.Ordinal);
        Assert.Contains("both must be at least 0", rule.ObjectionTo(Joining, Both with { LabelledExamples = -1 }), StringComparison.Ordinal);
        Assert.Contains("in exploration", rule.ObjectionTo(Joining with { Phase = JointPhase.Explore }, Both), StringComparison.Ordinal);
        Assert.Contains("in fine-tuning", rule.ObjectionTo(Joining with { Phase = JointPhase.FineTune }, Both), StringComparison.Ordinal);
        Assert.Contains("length 2; 0 is needed", rule.ObjectionTo(Joining, Both with { LabelledExamples = 0 }), StringComparison.Ordinal);
        Assert.Contains("length 2; 1 is needed", rule.ObjectionTo(Joining, Both with { Own = FlatVector.Zeros(2) }), StringComparison.Ordinal);
        Assert.Contains("must be finite", rule.ObjectionTo(Joining, Both with { Head = FlatVector.Of(0, double.NaN) }), StringComparison.Ordinal);
        Assert.Contains("both must be finite", rule.ObjectionTo(Joining, Both with { SupervisedLoss = double.PositiveInfinity }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_refuses_work_that_does_not_fit()
    {
        BlJustWorkerRule rule = new(Joint, Shards()[0], Shared);
        BlJustBody.WorkerState state = new();

        Assert.Null(rule.ObjectionTo(state, Joining));
        Assert.Contains("is not the state", rule.ObjectionTo(Both, Joining), StringComparison.Ordinal);
        Assert.Contains("is not work", rule.ObjectionTo(state, Both), StringComparison.Ordinal);
        Assert.Contains("at least 0", rule.ObjectionTo(state, Joining with { Number = -1 }), StringComparison.Ordinal);
        Assert.Contains("the phase is 3", rule.ObjectionTo(state, Joining with { Phase = (JointPhase)3 }), StringComparison.Ordinal);
        Assert.Contains("the weight is -1", rule.ObjectionTo(state, Joining with { Weight = -1 }), StringComparison.Ordinal);
        Assert.Contains("φ has length 2; 0 is needed", rule.ObjectionTo(state, Joining with { Phase = JointPhase.Explore }), StringComparison.Ordinal);
        Assert.Contains("η has length 1; 0 is needed", rule.ObjectionTo(state, Joining with { Phase = JointPhase.FineTune }), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        Assert.Contains("neither explore-steps nor joint-steps", Problem(Joint with { ExploreSteps = 0, JointSteps = 0 }), StringComparison.Ordinal);
        Assert.Contains("at least 2 (first-weight)", Problem(Joint with { FirstWeight = 2 }), StringComparison.Ordinal);
        Assert.Empty(Joint.Validate(new ValidationContext(Joint)));

        static string Problem(BlJustOptions options) => Assert.Single(options.Validate(new ValidationContext(options))).ErrorMessage!;
    }

    [Fact]
    public void A_problem_whose_losses_share_nothing_is_refused()
    {
        SettingMisfit misfit = Assert.NotNull(new BlJustAlgorithm().MisfitOf(Joint, new FedNestAlgorithmTests.ThreeShards()));

        Assert.Equal("step-shared", misfit.Key);
        Assert.Contains("joint-training", misfit.Reason, StringComparison.Ordinal);
    }

    /// <summary>The published loops, on weighted means; each worker's local steps move a copy of the variables.</summary>
    private static (double[] Phi, double[] Y) Reference(BlJustOptions options, int steps)
    {
        QuadraticShard[] shards = Shards();
        double[] phi = StartUpper.Span.ToArray();
        double[] y = StartLower.Span.ToArray();
        for (int k = 0; k < steps; k++)
        {
            JointPhase phase = options.PhaseAt(k);
            double gamma = options.WeightAt(k);
            double[] phiMove = new double[N];
            double[] yMove = new double[M];
            for (int i = 0; i < Workers; i++)
            {
                double supervised = phase == JointPhase.Explore ? 0 : i / 3.0;         // 0, 1 and 2 rows
                double unsupervised = phase == JointPhase.FineTune ? 0 : (2 + i) / 9.0; // 2, 3 and 4 rows
                double[] ownPhi = [.. phi];
                double[] ownY = [.. y];
                if (phase == JointPhase.Explore)
                {
                    Array.Clear(ownPhi); // it is not sent; only the exactness of this copy of QuadraticShard's coupling depends on it
                }

                if (phase == JointPhase.FineTune)
                {
                    ownY[2] = 0;
                }

                for (int step = 0; step < options.LocalSteps; step++)
                {
                    double factor = EpochShard.FactorOf((k * options.LocalSteps) + step);
                    double[] headGradient = [.. shards[i].UpperGradientInUpper(ownPhi).Select(value => factor * value)];
                    double[] ofSupervised = [.. shards[i].UpperGradientInLower(ownY).Select(value => factor * value)];
                    double[] ofUnsupervised = [.. shards[i].LowerGradient(ownPhi, ownY).Select(value => factor * value)];
                    for (int j = 0; j < N; j++)
                    {
                        double rate = phase switch { JointPhase.Explore => 0, JointPhase.Join => options.StepHead, _ => options.StepFineTune };
                        phiMove[j] -= supervised * rate * headGradient[j];
                        ownPhi[j] -= supervised > 0 ? rate * headGradient[j] : 0;
                    }

                    for (int j = 0; j < M; j++)
                    {
                        (double up, double down) = phase switch
                        {
                            JointPhase.Explore => (0, options.StepExplore),
                            JointPhase.Join => j < Shared ? (options.StepShared, gamma * options.StepShared) : (0, options.StepOwn),
                            _ => (j < Shared ? options.StepFineTune : 0, 0),
                        };
                        yMove[j] -= (supervised * up * ofSupervised[j]) + (unsupervised * down * ofUnsupervised[j]);
                        ownY[j] -= (supervised > 0 ? up * ofSupervised[j] : 0) + (unsupervised > 0 ? down * ofUnsupervised[j] : 0);
                    }
                }
            }

            phi = [.. phi.Select((value, j) => value + phiMove[j])];
            y = [.. y.Select((value, j) => value + yMove[j])];
        }

        return (phi, y);
    }
}
