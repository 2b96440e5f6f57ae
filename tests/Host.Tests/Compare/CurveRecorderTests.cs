using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Compare;
using Xunit;

namespace ActorFed.Host.Tests.Compare;

public sealed class CurveRecorderTests
{
    private static readonly Target Low = new("test-loss", false, 4);
    private static readonly Target Lower = new("test-loss", false, 2);

    private long _bytes;
    private long _calls;
    private int _told;

    [Fact]
    public void Notes_time_bytes_and_calls_of_the_moment_at_which_a_model_is_observed()
    {
        CurveRecorder recorder = Recorder();

        (_bytes, _calls) = (100, 7);
        Step(recorder, 1, seconds: 0.5, objective: 3);
        Model(recorder, 1, seconds: 0.5, loss: 8);
        (_bytes, _calls) = (999, 99);

        CurveRow row = Assert.Single(recorder.Rows);
        Assert.Equal(new Moment(1, 0.5, 100, 7), row.At);
        Assert.Equal((8, 3), (row.Find("test-loss"), row.Find(MeasureNames.UpperObjective)));
    }

    [Fact]
    public void Leaves_out_numbers_of_another_step()
    {
        CurveRecorder recorder = Recorder();

        Step(recorder, 2, seconds: 1, objective: 3);
        Model(recorder, 1, seconds: 1, loss: 8);

        Assert.Null(Assert.Single(recorder.Rows).Find(MeasureNames.UpperObjective));
    }

    [Fact]
    public void Puts_what_is_measured_at_one_moment_into_one_row()
    {
        CurveRecorder recorder = Recorder();

        Step(recorder, 1, seconds: 1, objective: 3);
        recorder.Observed(ParticipantId.Master, TimeSpan.FromSeconds(1), new MeasuresObserved(1, [new(MeasureNames.UpperObjective, 3), new(MeasureNames.StationarityGap, 5)]));
        Model(recorder, 1, seconds: 1, loss: 8);

        Assert.Equal(
            [new(MeasureNames.UpperObjective, 3), new(MeasureNames.StationarityGap, 5), new Measure("test-loss", 8)],
            Assert.Single(recorder.Rows).Measures.AsEnumerable());
    }

    [Fact]
    public void Keeps_the_first_moment_at_or_beyond_a_target_and_tells_once_when_all_are_reached()
    {
        CurveRecorder recorder = Recorder(Low, Lower);

        Model(recorder, 1, seconds: 1, loss: 5);
        Model(recorder, 2, seconds: 2, loss: 3);
        Model(recorder, 3, seconds: 3, loss: 6);
        Assert.Equal(0, _told);
        Model(recorder, 4, seconds: 4, loss: 2);
        Model(recorder, 5, seconds: 5, loss: 1);

        Assert.Equal([2, 4], recorder.Reached.Select(moment => moment!.Value.Step));
        Assert.Equal(1, _told);
    }

    [Fact]
    public void Has_not_reached_what_was_never_measured()
    {
        CurveRecorder recorder = Recorder(new Target("test-accuracy", true, 0));

        Model(recorder, 1, seconds: 1, loss: 5);

        Assert.Null(Assert.Single(recorder.Reached));
    }

    [Fact]
    public void Forgets_the_steps_that_a_rebuilt_master_makes_again()
    {
        CurveRecorder recorder = Recorder(Low);
        Step(recorder, 1, seconds: 1, objective: 9);
        Model(recorder, 1, seconds: 1, loss: 9);
        Step(recorder, 2, seconds: 2, objective: 9);
        Model(recorder, 2, seconds: 2, loss: 3);

        Step(recorder, 2, seconds: 5, objective: 9);
        Model(recorder, 2, seconds: 5, loss: 4);

        Assert.Equal([1, 5], recorder.Rows.Select(row => row.At.Seconds));
        Assert.Equal(5, recorder.Reached[0]!.Value.Seconds);
    }

    private CurveRecorder Recorder(params ImmutableArray<Target> targets)
    {
        CurveRecorder recorder = new(model => [new Measure("test-loss", model.Upper[0])], () => _calls, targets, () => _told++, new RunStand("a", 1, 10));
        recorder.Started(() => _bytes);
        return recorder;
    }

    private static void Step(CurveRecorder recorder, long step, double seconds, double objective) =>
        recorder.Observed(ParticipantId.Master, TimeSpan.FromSeconds(seconds), new StepObserved
        {
            Step = step,
            Active = [0],
            Staleness = [0],
            WorkersAlive = 1,
            Measures = [new Measure(MeasureNames.UpperObjective, objective)],
        });

    private static void Model(CurveRecorder recorder, long step, double seconds, double loss) =>
        recorder.Observed(ParticipantId.Master, TimeSpan.FromSeconds(seconds), new ModelObserved
        {
            Step = step,
            Upper = FlatVector.CopyOf([loss]),
            Lower = FlatVector.CopyOf([0]),
        });
}
