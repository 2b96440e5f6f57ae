using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Bilevel;
using ActorFed.Algorithms.Trilevel.Afto;
using Xunit;
using static ActorFed.Algorithms.Tests.Trilevel.AftoSetup;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>What the master rejects and keeps. What it computes is compared with the reference elsewhere.</summary>
public sealed class AftoMasterRuleTests
{
    private const int D1 = 2;
    private const int D2 = 3;
    private const int D3 = 4;
    private const string Format = "test.v1";

    private static readonly FlatVector Upper = FlatVector.Zeros(D1);
    private static readonly FlatVector Middle = FlatVector.Zeros(D2);
    private static readonly FlatVector Lower = FlatVector.Zeros(D3);

    private static readonly AftoBody.PlanesUpdated AnyUpdate = new()
    {
        MasterStep = 0,
        Dropped = [],
        PlaneDuals = FlatVector.Empty,
        ConsensusDual = Upper,
        WantsGradients = false,
    };

    private static readonly StarBody[] Works =
    [
        new AftoBody.Step { MasterStep = 0 },
        new AftoBody.LowerRound { MasterStep = 0, Consensus = Lower, Dual = Lower },
        new AftoBody.DifferentiateLower { MasterStep = 0 },
        new AftoBody.MiddleRound { MasterStep = 0, Consensus = Middle, Dual = Middle },
        new AftoBody.DifferentiateMiddle { MasterStep = 0 },
        AnyUpdate with { WantsGradients = true },
    ];

    [Fact]
    public void Takes_the_answer_to_each_work_and_no_other()
    {
        StarBody[] answers = Answers(Upper, Middle, Lower);

        for (int work = 0; work < Works.Length; work++)
        {
            for (int answer = 0; answer < answers.Length; answer++)
            {
                Assert.Equal(work == answer, Objection(Works[work], answers[answer]) is null);
            }
        }
    }

    [Fact]
    public void Rejects_wrong_lengths_and_what_is_not_finite_in_every_vector_of_a_report()
    {
        FlatVector[] badUppers = [FlatVector.Zeros(D1 + 1), FlatVector.Empty, FlatVector.Of(0, double.NaN)];
        FlatVector[] badMiddles = [FlatVector.Zeros(D2 - 1), FlatVector.Of(0, 0, double.PositiveInfinity)];
        FlatVector[] badLowers = [FlatVector.Zeros(D3 + 1), FlatVector.Of(double.NegativeInfinity, 0, 0, 0)];

        Assert.All(badUppers, bad => AssertRejected(Answers(bad, Middle, Lower), [0, 2, 4, 5]));
        Assert.All(badMiddles, bad => AssertRejected(Answers(Upper, bad, Lower), [0, 2, 3, 5]));
        Assert.All(badLowers, bad => AssertRejected(Answers(Upper, Middle, bad), [0, 1, 4, 5]));
    }

    [Fact]
    public void Wants_gradients_where_it_asked_for_them()
    {
        Assert.NotNull(Objection(AnyUpdate with { WantsGradients = true }, new AftoBody.PlanesInstalled(null)));
        Assert.Null(Objection(AnyUpdate, new AftoBody.PlanesInstalled(null)));
    }

    [Fact]
    public void Restores_what_it_saved()
    {
        ScriptedAfto afto = new(Options with { DropTolerance = 0.01 }, TrilevelShard.Draw(3, D1, D2, D3), Start(3, D1, D2, D3));
        foreach (int[] active in AdboSetup.Schedule(3, 9))
        {
            afto.Step(active);
        }

        Snapshot saved = Save(afto.Rule);
        AftoMasterRule restored = new(afto.Rule.Options, Start(3, D1, D2, D3));
        Restore(restored, saved);

        Assert.True(afto.Rule.MiddlePlanes.Count > 0 && afto.Rule.LowerPlanes.Count > 0);
        Assert.Equal(saved.Content.ToArray(), Save(restored).Content.ToArray());
        Assert.Equal(afto.Rule.Inspect(), restored.Inspect());
        Assert.All(restored.Inspect(), entry => Assert.True(entry.IsDurable));
        Assert.Contains(restored.Inspect(), entry => entry.Name == StateNames.PlaneDuals);
        Assert.Equal(restored.Inspect().Count(), restored.Inspect().Select(entry => entry.Name).Distinct().Count());
        Assert.Equal((afto.Rule.StepsMade, afto.Rule.Upper, afto.Rule.Middle, afto.Rule.Lower), (restored.StepsMade, restored.Upper, restored.Middle, restored.Lower));
    }

    [Theory]
    [InlineData(2, D1, D2, D3)]
    [InlineData(4, D1, D2, D3)]
    [InlineData(3, D1 + 1, D2, D3)]
    [InlineData(3, D1, D2 + 1, D3)]
    [InlineData(3, D1, D2, D3 - 1)]
    public void Rejects_the_snapshot_of_another_experiment(int workers, int d1, int d2, int d3)
    {
        Snapshot saved = Save(new AftoMasterRule(Options, Start(3, D1, D2, D3)));

        Assert.Throws<InvalidDataException>(() => Restore(new AftoMasterRule(Options, Start(workers, d1, d2, d3)), saved));
    }

    [Fact]
    public void Rejects_a_snapshot_whose_planes_have_other_lengths()
    {
        ScriptedAfto afto = new(Options, TrilevelShard.Draw(1, D1, D2, D3), Start(1, D1, D2, D3));
        afto.Step(0);
        afto.Step(0);
        byte[] content = Save(afto.Rule).Content.ToArray();
        int lengthOfTheLastSlope = content.Length - (D3 * sizeof(double)) - sizeof(long);
        Assert.Equal(D3, content[lengthOfTheLastSlope]);
        content[lengthOfTheLastSlope] = D3 - 1;

        InvalidDataException exception = Assert.Throws<InvalidDataException>(
            () => Restore(new AftoMasterRule(Options, Start(1, D1, D2, D3)), new Snapshot(Format, content.AsMemory(0, content.Length - sizeof(double)))));

        Assert.Contains("slope", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_a_starting_point_whose_levels_disagree()
    {
        AftoStartingPoint start = Start(2, D1, D2, D3);

        string Message(AftoStartingPoint bad) => Assert.Throws<ArgumentException>(() => new AftoMasterRule(Options, bad)).Message;

        Assert.Contains("Worker 1 has a middle variable of length 5; that of the consensus has 3", Message(start with { Middles = [start.Middles[0], FlatVector.Zeros(5)] }), StringComparison.Ordinal);
        Assert.Contains("upper", Message(start with { Upper = FlatVector.Zeros(D1 + 1) }), StringComparison.Ordinal);
        Assert.Contains("1 copies of the lower variable for 2 workers", Message(start with { Lowers = [start.Lowers[0]] }), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new AftoMasterRule(Options, start with { Uppers = [], Middles = [], Lowers = [] }));
    }

    [Fact]
    public void Says_when_and_on_which_level_it_diverged_and_which_setting_to_lower()
    {
        AftoOptions options = Options with { StepConsensusDual = 1e6, StepUpperConsensus = 1e6, RefreshEvery = 1000 };
        AftoMasterRule rule = new(options, Start(1, D1, D2, D3));
        AftoBody.Stepped far = new() { Upper = FlatVector.Of(1e300, 0), Middle = Middle, Lower = Lower, UpperLoss = 0 };
        rule.Step([new WorkerReport(0, far)]);

        ArithmeticException exception = Assert.Throws<ArithmeticException>(() => rule.Step([new WorkerReport(0, far)]));

        Assert.Contains("upper consensus variable z_1", exception.Message, StringComparison.Ordinal);
        Assert.Contains("at master step 1", exception.Message, StringComparison.Ordinal);
        Assert.Contains("afto.step-upper-consensus", exception.Message, StringComparison.Ordinal);
    }

    private static StarBody[] Answers(FlatVector upper, FlatVector middle, FlatVector lower) =>
    [
        new AftoBody.Stepped { Upper = upper, Middle = middle, Lower = lower, UpperLoss = 0 },
        new AftoBody.LowerStepped { Lower = lower, LowerLoss = 0 },
        new AftoBody.LowerDifferentiated(upper, middle),
        new AftoBody.MiddleStepped { Middle = middle, MiddleLoss = 0 },
        new AftoBody.MiddleDifferentiated(upper, lower),
        new AftoBody.PlanesInstalled(new AftoBody.UpperGradients(upper, middle, lower)),
    ];

    private static void AssertRejected(StarBody[] answers, int[] rejected) =>
        Assert.All(rejected, index => Assert.NotNull(Objection(Works[index], answers[index])));

    private static string? Objection(StarBody work, StarBody report) => new AftoMasterRule(Options, Start(1, D1, D2, D3)).ObjectionTo(work, report);

    private static Snapshot Save(AftoMasterRule rule)
    {
        SnapshotWriter writer = new();
        rule.Save(writer);
        return writer.ToSnapshot(Format);
    }

    private static void Restore(AftoMasterRule rule, Snapshot snapshot)
    {
        SnapshotReader reader = new(snapshot, Format);
        rule.Restore(reader);
        reader.End();
    }
}
