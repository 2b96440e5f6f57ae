using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;
using static ActorFed.Algorithms.Tests.Bilevel.AdboSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>What the master accepts, measures, stores and gives up on. Its updates are compared with the reference elsewhere.</summary>
public sealed class AdboMasterRuleTests
{
    private const int N = 2;
    private const int M = 3;
    private const string Format = "rule.v1";

    private static readonly AdboBody.Step AnyStep = new();
    private static readonly AdboBody.InnerRound AnyRound = new() { Consensus = FlatVector.Zeros(M), Dual = FlatVector.Zeros(M) };

    private static readonly AdboBody.PlanesUpdated AnyUpdate = new()
    {
        Dropped = [],
        PlaneDuals = FlatVector.Empty,
        ConsensusDual = FlatVector.Zeros(N),
        WantsGradients = false,
    };

    [Theory]
    [InlineData(N, M, true)]
    [InlineData(N + 1, M, false)]
    [InlineData(N, M - 1, false)]
    [InlineData(0, 0, false)]
    public void Accepts_steps_of_the_right_lengths_only(int upper, int lower, bool isAccepted) =>
        AssertAccepts(AnyStep, Stepped(FlatVector.Zeros(upper), FlatVector.Zeros(lower)), isAccepted);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Rejects_what_is_not_finite(double value)
    {
        FlatVector upper = FlatVector.Of(0, value);
        FlatVector lower = FlatVector.Of(0, 0, value);

        AssertAccepts(AnyStep, Stepped(upper, FlatVector.Zeros(M)), false);
        AssertAccepts(AnyStep, Stepped(FlatVector.Zeros(N), lower), false);
        AssertAccepts(AnyRound, new AdboBody.InnerStepped { Lower = lower, LowerLoss = 0 }, false);
        AssertAccepts(new AdboBody.DifferentiatePlane(), new AdboBody.PlaneDifferentiated(upper), false);
        AssertAccepts(AnyUpdate, new AdboBody.PlanesInstalled { UpperGradient = upper, LowerGradient = FlatVector.Zeros(M) }, false);
        AssertAccepts(AnyUpdate, new AdboBody.PlanesInstalled { LowerGradient = lower }, false);
    }

    [Fact]
    public void Rejects_wrong_lengths_inside_a_refresh()
    {
        FlatVector wrong = FlatVector.Zeros(7);

        AssertAccepts(AnyRound, new AdboBody.InnerStepped { Lower = wrong, LowerLoss = 0 }, false);
        AssertAccepts(new AdboBody.DifferentiatePlane(), new AdboBody.PlaneDifferentiated(wrong), false);
        AssertAccepts(AnyUpdate, new AdboBody.PlanesInstalled { UpperGradient = wrong, LowerGradient = FlatVector.Zeros(M) }, false);
        AssertAccepts(AnyUpdate, new AdboBody.PlanesInstalled { LowerGradient = wrong }, false);
    }

    [Fact]
    public void Rejects_answers_to_other_work()
    {
        StarBody[] works = [AnyStep, AnyRound, new AdboBody.DifferentiatePlane(), AnyUpdate];
        StarBody[] answers =
        [
            Stepped(FlatVector.Zeros(N), FlatVector.Zeros(M)),
            new AdboBody.InnerStepped { Lower = FlatVector.Zeros(M), LowerLoss = 0 },
            new AdboBody.PlaneDifferentiated(FlatVector.Zeros(N)),
            new AdboBody.PlanesInstalled(),
        ];

        for (int work = 0; work < works.Length; work++)
        {
            for (int answer = 0; answer < answers.Length; answer++)
            {
                AssertAccepts(works[work], answers[answer], work == answer);
            }
        }
    }

    [Fact]
    public void Wants_gradients_where_it_asked_for_them()
    {
        AdboBody.PlanesUpdated asked = AnyUpdate with { WantsGradients = true };

        AssertAccepts(asked, new AdboBody.PlanesInstalled(), false);
        AssertAccepts(asked, new AdboBody.PlanesInstalled { LowerGradient = FlatVector.Zeros(M) }, true);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0)]
    public void Measures_the_stationarity_gap_after_every_refresh(double r)
    {
        ComparedRun run = AdboComparison.Run(PaperOptions with { MeasureGap = true, InitialPlaneDual = 0.25 }, Schedule(3, 8), r: r);

        Measure gap = Assert.Single(run.Adbo.Rule.Measures, measure => measure.Name == MeasureNames.StationarityGap);

        double expected = Math.Sqrt(run.Reference.SquaredGap());
        Assert.Equal(expected, gap.Value, AdboComparison.RelativeTolerance * expected);
        Assert.Equal(run.Reference.Planes.Count, Assert.Single(run.Adbo.Rule.Measures, measure => measure.Name == MeasureNames.Planes).Value);
    }

    [Fact]
    public void Measures_the_upper_objective_once_everyone_was_heard()
    {
        AdboStartingPoint start = Start(2, N, M);
        QuadraticShard[] shards = QuadraticShard.Draw(2, N, M);
        ScriptedAdbo adbo = new(PaperOptions with { RefreshEvery = 1000 }, shards, start);

        adbo.Step(1);
        Assert.DoesNotContain(adbo.Rule.Measures, measure => measure.Name == MeasureNames.UpperObjective);
        adbo.Step(0);

        Measure objective = Assert.Single(adbo.Rule.Measures, measure => measure.Name == MeasureNames.UpperObjective);
        double expected = shards.Select((shard, i) => shard.UpperLoss(start.Uppers[i].Span, start.Lowers[i].Span, [], [])).Sum();
        Assert.Equal(expected, objective.Value, AdboComparison.RelativeTolerance * expected);
    }

    [Fact]
    public void Restores_what_it_saved()
    {
        ScriptedAdbo adbo = new(PaperOptions with { WarmStartInnerDual = true }, QuadraticShard.Draw(3, N, M), Start(3, N, M));
        foreach (int[] active in Schedule(3, 9))
        {
            adbo.Step(active);
        }

        Snapshot saved = Save(adbo.Rule);
        AdboMasterRule restored = new(adbo.Rule.Options, Start(3, N, M));
        Restore(restored, saved);

        Assert.True(adbo.Rule.Planes.Count > 0);
        Assert.Equal(saved.Content.ToArray(), Save(restored).Content.ToArray());
        Assert.Equal(adbo.Rule.Upper, restored.Upper);
        Assert.Equal(adbo.Rule.StepsMade, restored.StepsMade);
        Assert.Equal(adbo.Rule.Planes.Duals, restored.Planes.Duals);
        Assert.Equal(adbo.Rule.Inspect(), restored.Inspect());
    }

    [Theory]
    [InlineData(2, N, M)]
    [InlineData(4, N, M)]
    [InlineData(3, N + 1, M)]
    [InlineData(3, N, M + 1)]
    [InlineData(3, M, N)]
    public void Rejects_the_snapshot_of_another_experiment(int workers, int n, int m)
    {
        Snapshot saved = Save(new AdboMasterRule(PaperOptions, Start(3, N, M)));

        Assert.Throws<InvalidDataException>(() => Restore(new AdboMasterRule(PaperOptions, Start(workers, n, m)), saved));
    }

    [Theory]
    [InlineData("copy of x", N + 1, M, M, N, M)]
    [InlineData("copy of y", N, M - 1, M, N, M)]
    [InlineData("copy of y before", N, M, 0, N, M)]
    [InlineData("slope in v", N, M, M, N - 1, M)]
    [InlineData("slope in z", N, M, M, N, M + 2)]
    public void Rejects_a_snapshot_with_a_vector_of_the_wrong_length(string what, int copyX, int copyY, int copyBefore, int slopeV, int slopeZ)
    {
        SnapshotWriter writer = new();
        writer.WriteInt64(1); // steps
        foreach (int length in new[] { N, M, N, M, N, M }) // v, z, x, y, θ, φ
        {
            writer.WriteVector(FlatVector.Zeros(length));
        }

        writer.WriteDouble(0); // loss
        foreach (int length in new[] { copyX, copyY, copyBefore })
        {
            writer.WriteVector(FlatVector.Zeros(length));
        }

        writer.WriteInt64(1); // planes
        writer.WriteDouble(0);
        writer.WriteDouble(0);
        writer.WriteDouble(0);
        writer.WriteInt64(0);
        foreach (int length in new[] { slopeV, slopeZ, M })
        {
            writer.WriteVector(FlatVector.Zeros(length));
        }

        Snapshot snapshot = writer.ToSnapshot(Format);

        InvalidDataException exception = Assert.Throws<InvalidDataException>(
            () => Restore(new AdboMasterRule(PaperOptions, Start(1, N, M)), snapshot));

        Assert.True(exception.Message.Contains("length", StringComparison.Ordinal), $"{what}: {exception.Message}");
    }

    [Fact]
    public void Says_which_setting_to_lower_when_it_diverges()
    {
        AdboMasterRule rule = new(PaperOptions with { StepUpperConsensus = 1e6 }, new AdboStartingPoint
        {
            Upper = FlatVector.Of(1e308, 0),
            Lower = FlatVector.Zeros(M),
            Uppers = [FlatVector.Zeros(N)],
            Lowers = [FlatVector.Zeros(M)],
            ConsensusDuals = [FlatVector.Of(1e308, 0)],
        });

        ArithmeticException exception = Assert.Throws<ArithmeticException>(
            () => rule.Step([new WorkerReport(0, Stepped(FlatVector.Zeros(N), FlatVector.Zeros(M)))]));

        Assert.Contains("adbo.step-upper-consensus", exception.Message);
    }

    private static AdboBody.Stepped Stepped(FlatVector upper, FlatVector lower) => new() { Upper = upper, Lower = lower, UpperLoss = 0 };

    private static void AssertAccepts(StarBody work, StarBody report, bool isAccepted)
    {
        AdboMasterRule rule = new(PaperOptions, Start(1, N, M));

        Assert.Equal(isAccepted, rule.ObjectionTo(work, report) is null);
    }

    private static Snapshot Save(AdboMasterRule rule)
    {
        SnapshotWriter writer = new();
        rule.Save(writer);
        return writer.ToSnapshot(Format);
    }

    private static void Restore(AdboMasterRule rule, Snapshot snapshot)
    {
        SnapshotReader reader = new(snapshot, Format);
        rule.Restore(reader);
        reader.End();
    }
}
