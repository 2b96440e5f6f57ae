using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.FedNestSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>What the master accepts, stores and gives up on. What it computes is compared elsewhere.</summary>
public sealed class FedNestMasterRuleTests
{
    private const string Format = "rule.v1";

    private static readonly FlatVector X = FlatVector.Zeros(N);
    private static readonly FlatVector Y = FlatVector.Zeros(M);

    private static readonly StarBody[] Works =
    [
        new FedNestBody.BeginEpoch(X),
        new FedNestBody.StepLower(Y),
        new FedNestBody.DifferentiateUpper(Y),
        new FedNestBody.MultiplyHessian(Y),
        new FedNestBody.DifferentiateTotal(Y),
        new FedNestBody.StepUpper(X),
    ];

    [Fact]
    public void Rejects_answers_to_other_work()
    {
        StarBody[] answers = Answers(FlatVector.Zeros(N), FlatVector.Zeros(M));
        for (int work = 0; work < Works.Length; work++)
        {
            for (int answer = 0; answer < answers.Length; answer++)
            {
                string? objection = CreateRule(AllStages).ObjectionTo(Works[work], answers[answer]);

                Assert.Equal(work == answer, objection is null);
            }
        }

        Assert.Null(CreateRule(AllStages).ObjectionTo(new FedNestBody.DifferentiateLower(Y), answers[0]));
        Assert.NotNull(CreateRule(AllStages).ObjectionTo(Works[0], Works[0]));
    }

    [Fact]
    public void Rejects_wrong_lengths()
    {
        foreach (int surplus in new[] { -1, 1 })
        {
            StarBody[] answers = Answers(FlatVector.Zeros(N + surplus), FlatVector.Zeros(M + surplus));
            for (int i = 0; i < Works.Length; i++)
            {
                Assert.Contains("is needed", CreateRule(AllStages).ObjectionTo(Works[i], answers[i]), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Rejects_what_is_not_finite(double value)
    {
        StarBody[] answers = Answers(FlatVector.Of(0, value), FlatVector.Of(0, 0, value));
        for (int i = 0; i < Works.Length; i++)
        {
            Assert.Contains("must be finite", CreateRule(AllStages).ObjectionTo(Works[i], answers[i]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Stores_all_that_it_shows()
    {
        ScriptedFedNest fedNest = new(AllStages, QuadraticShard.Draw(Workers, N, M), StartUpper, StartLower);
        fedNest.Epochs(2);
        Snapshot snapshot = Save(fedNest.Rule);

        FedNestMasterRule restored = CreateRule(AllStages);
        Restore(restored, snapshot);

        Assert.Equal(2, restored.StepsMade);
        Assert.Equal(fedNest.Rule.Inspect(), restored.Inspect());
        Assert.Equal(fedNest.Rule.Upper, restored.Upper);
        Assert.Equal(fedNest.Rule.Lower, restored.Lower);
        Assert.Equal(snapshot.Content.ToArray(), Save(restored).Content.ToArray());
    }

    [Theory]
    [InlineData(N + 1, M, "x of length 2")]
    [InlineData(N, M + 1, "y of length 3")]
    public void Refuses_a_snapshot_of_another_problem(int n, int m, string words)
    {
        FedNestMasterRule other = new(AllStages, FlatVector.Zeros(n), FlatVector.Zeros(m), Workers, seed: 1);

        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => Restore(other, Save(CreateRule(AllStages))));

        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_snapshot_that_is_cut_short()
    {
        Snapshot whole = Save(CreateRule(AllStages));
        for (int length = 0; length < whole.Content.Length; length++)
        {
            Snapshot cut = whole with { Content = whole.Content[..length] };

            Assert.Throws<InvalidDataException>(() => Restore(CreateRule(AllStages), cut));
        }
    }

    [Theory]
    [InlineData("fednest.step-lower")]
    [InlineData("fednest.neumann-step")]
    [InlineData("fednest.step-upper")]
    public void Gives_up_on_a_diverging_run_and_names_the_key(string key)
    {
        FedNestOptions options = Variants["single steps"] with { LowerRounds = 1, NeumannTerms = 2 };
        FedNestMasterRule rule = CreateRule(key switch
        {
            "fednest.step-lower" => options with { StepLower = 10 },
            "fednest.neumann-step" => options with { NeumannStep = 10 },
            _ => options with { StepUpper = 10 },
        });
        FlatVector huge = FlatVector.Of(1e100, 1e100, 1e100);

        ArithmeticException thrown = Assert.Throws<ArithmeticException>(() =>
        {
            rule.Step([new WorkerReport(0, new FedNestBody.LowerDifferentiated { Gradient = huge, Loss = 0 })]);
            IStarBarrier barrier = rule.OpenBarrier([true, true, true])!;
            barrier.Advance([new WorkerReport(0, new FedNestBody.UpperDifferentiated { Gradient = FlatVector.Zeros(M), Loss = 0 })]);
            barrier.Advance([new WorkerReport(0, new FedNestBody.HessianMultiplied(huge))]);
            barrier.Advance([new WorkerReport(0, new FedNestBody.TotalDifferentiated(FlatVector.Of(1e100, 1e100)))]);
        });

        Assert.Contains($"Try a smaller {key}", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(StartUpper, rule.Upper);
        Assert.Equal(StartLower, rule.Lower);
    }

    private static StarBody[] Answers(FlatVector upper, FlatVector lower) =>
    [
        new FedNestBody.LowerDifferentiated { Gradient = lower, Loss = 0 },
        new FedNestBody.LowerStepped(lower),
        new FedNestBody.UpperDifferentiated { Gradient = lower, Loss = 0 },
        new FedNestBody.HessianMultiplied(lower),
        new FedNestBody.TotalDifferentiated(upper),
        new FedNestBody.UpperStepped(upper),
    ];

    private static FedNestMasterRule CreateRule(FedNestOptions options) => new(options, StartUpper, StartLower, Workers, seed: 1);

    private static Snapshot Save(FedNestMasterRule rule)
    {
        SnapshotWriter writer = new();
        rule.Save(writer);
        return writer.ToSnapshot(Format);
    }

    private static void Restore(FedNestMasterRule rule, Snapshot snapshot)
    {
        SnapshotReader reader = new(snapshot, Format);
        rule.Restore(reader);
        reader.End();
    }
}
