using System.Collections.Immutable;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class RunRecorderTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Leaves_metrics_events_and_a_record()
    {
        RunResult result = await RecordAsync(1000, new RecorderOptions { Evaluate = SyntheticRun.Evaluate, EvaluateAll = true }, bytesSent: 77);

        MetricsTable metrics = MetricsFile.Read(_temp.In("run", "metrics.csv"));
        Assert.Equal(201, metrics.Points(MeasureNames.UpperObjective).Length);
        Assert.Equal(20, metrics.Points("test-accuracy").Length);
        Assert.Equal(77, metrics.Points("bytes-sent")[0].Value);
        Assert.Equal([17, 18], metrics.Points("workers-alive").Select(p => p.Value).Distinct().Order());
        Assert.Equal(1000, result.Record.Steps);
        Assert.Equal(1, result.Record.Count(WorkerChange.Lost));
        Assert.Equal(metrics.Points("planes")[^1].Value, result.Record.Latest("planes"));
        Assert.Equal(["test-accuracy", "clean-recall", "test-loss"], result.TestMetrics.Select(m => m.Name));
        Assert.Equal(1000, result.LastModel!.Step);
        Assert.Equal(
            ["run-started", "worker-joined", "supervision-restarting", "supervision-restarted", "worker-asked-again", "worker-lost", "worker-returned", "run-ended"],
            Events().Distinct());
    }

    [Fact]
    public async Task Writes_every_so_many_steps_and_whatever_a_barrier_measured()
    {
        await using (RunRecorder recorder = Open(new RecorderOptions { RecordEvery = 100 }, out RunFolder folder))
        using (folder)
        {
            for (int step = 1; step <= 300; step++)
            {
                recorder.Observed(ParticipantId.Master, TimeSpan.FromSeconds(step), Step(step, staleness: step == 42 ? 9 : 1, []));
                if (step == 7)
                {
                    MeasuresObserved measured = new(step, [new Measure("own-measure", 0.5)]);
                    recorder.Observed(ParticipantId.Master, TimeSpan.FromSeconds(step), measured);
                }
            }

            await recorder.CompleteAsync(SyntheticRun.Report());
        }

        MetricsTable metrics = MetricsFile.Read(_temp.In("run", "metrics.csv"));
        Assert.Equal([100, 200, 300], metrics.Points("active-workers").Select(p => p.Step));
        Assert.Equal([9, 1, 1], metrics.Points("staleness-max").Select(p => p.Value));   // over the steps since the row before
        Assert.Equal([new SeriesPoint(7, 7, 0.5)], metrics.Points("own-measure"));
    }

    [Fact]
    public async Task Bears_a_million_observations_in_bounded_memory()
    {
        RunResult result;
        await using (RunRecorder recorder = Open(new RecorderOptions { RecordEvery = 10_000, QueueCapacity = 64 }, out RunFolder folder))
        using (folder)
        {
            await Task.Run(() =>
            {
                ImmutableArray<Measure> measures = [new Measure(MeasureNames.UpperObjective, 1)];
                for (int step = 1; step <= 1_000_000; step++)
                {
                    recorder.Observed(ParticipantId.Master, TimeSpan.FromMilliseconds(step), Step(step, 0, measures));
                }
            });
            result = await recorder.CompleteAsync(SyntheticRun.Report());
        }

        Assert.Equal(1_000_000, result.Record.Steps);
        Assert.Equal(1_000_000, result.Record.Staleness.Total);
        Assert.All(result.Record.Series.Values, series => Assert.InRange(series.ToArray().Length, 1, Series.DefaultCapacity + 1));
        Assert.InRange(result.Record.Timeline.Buckets, 1, WorkerTimeline.MaxBuckets);
        Assert.Equal(100, MetricsFile.Read(_temp.In("run", "metrics.csv")).Rows.Count);
    }

    [Fact]
    public async Task Takes_observations_from_many_threads()
    {
        RunResult result;
        await using (RunRecorder recorder = Open(new RecorderOptions { QueueCapacity = 16 }, out RunFolder folder))
        using (folder)
        {
            Parallel.For(0, 2000, i => recorder.Observed(
                ParticipantId.Worker(i % 8), TimeSpan.Zero, new WorkerObserved(i % 8, WorkerChange.AskedAgain, i)));
            result = await recorder.CompleteAsync(SyntheticRun.Report());
        }

        Assert.Equal(2000, result.Record.Count(WorkerChange.AskedAgain));
        Assert.Equal(2000, Events().Count(e => e == "worker-asked-again"));
    }

    [Fact]
    public async Task Cancels_the_run_when_a_file_cannot_be_written_and_throws_at_the_end()
    {
        using CancellationTokenSource run = new();
        Exception? told = null;
        await using RunRecorder recorder = Open(
            new RecorderOptions
            {
                OnFailure = e =>
                {
                    told = e;
                    run.Cancel();
                },
                QueueCapacity = 4,
            },
            out RunFolder folder);
        using RunFolder held = folder;
        Directory.CreateDirectory(_temp.In("run", "metrics.csv.tmp"));   // in the way of the rewrite that a new column needs

        for (int step = 1; step <= 1000; step++)
        {
            recorder.Observed(ParticipantId.Master, TimeSpan.Zero, Step(step, 0, [new Measure("own-measure", 1)]));   // must not get stuck
        }

        RunFolderException e = await Assert.ThrowsAsync<RunFolderException>(() => recorder.CompleteAsync(SyntheticRun.Report()));
        Assert.Contains("rewrite the metrics", e.Message, StringComparison.Ordinal);
        Assert.Same(told, e);
        Assert.True(run.IsCancellationRequested);
    }

    [Fact]
    public async Task Fails_a_run_whose_test_metric_fails_and_records_all_else()
    {
        Exception? told = null;
        await using RunRecorder recorder = Open(
            new RecorderOptions { Evaluate = _ => throw new ArithmeticException("no digits"), OnFailure = e => told = e }, out RunFolder folder);
        using RunFolder held = folder;
        SyntheticRun.Play(recorder, 200);

        RunResult result = await recorder.CompleteAsync(SyntheticRun.Report());

        RecorderException failure = Assert.IsType<RecorderException>(result.Report.Failure);
        Assert.Equal((RunOutcome.Failed, failure.Message), (result.Report.Outcome, result.Report.Reason));
        Assert.Matches("after step [0-9]+ failed: no digits", failure.Message);
        Assert.Same(told, failure);
        Assert.Equal(200, result.Record.Steps);
        Assert.Equal(200, result.LastModel!.Step);
        Assert.Equal(200, MetricsFile.Read(_temp.In("run", "metrics.csv")).Rows[^1][0]);
        string ended = File.ReadLines(_temp.In("run", "events.jsonl")).Last();
        Assert.Contains("\"outcome\":\"failed\"", ended, StringComparison.Ordinal);
        Assert.Contains("ArithmeticException", ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_the_failure_of_a_run_that_failed_before_its_test_metric_did()
    {
        await using RunRecorder recorder = Open(new RecorderOptions { Evaluate = _ => throw new ArithmeticException("no digits") }, out RunFolder folder);
        using RunFolder held = folder;
        SyntheticRun.Play(recorder, 10);
        TimeoutException first = new("the master is gone");

        RunResult result = await recorder.CompleteAsync(SyntheticRun.Report(RunOutcome.Failed, first));

        Assert.Same(first, result.Report.Failure);
    }

    [Fact]
    public async Task Refuses_an_observation_it_does_not_know()
    {
        await using RunRecorder recorder = Open(new RecorderOptions(), out RunFolder folder);
        using RunFolder held = folder;

        recorder.Observed(ParticipantId.Master, TimeSpan.Zero, new Unknown());

        NotSupportedException e = await Assert.ThrowsAsync<NotSupportedException>(() => recorder.CompleteAsync(SyntheticRun.Report()));
        Assert.Contains(nameof(Unknown), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluates_the_last_model_however_many_were_skipped()
    {
        RunResult result = await RecordAsync(1000, new RecorderOptions { Evaluate = SyntheticRun.Evaluate });

        Assert.Equal(1000, result.Record.Series["test-accuracy"].Last!.Value.Step);
        Assert.Equal(SyntheticRun.Evaluate(new ModelObserved { Step = 1000, Upper = FlatVector.Of(1), Lower = FlatVector.Of(1) }).AsEnumerable(), result.TestMetrics);
    }

    [Fact]
    public async Task Goes_on_where_an_earlier_part_left_off()
    {
        await RecordAsync(100, new RecorderOptions { RecordEvery = 10 });
        double before = MetricsFile.Read(_temp.In("run", "metrics.csv")).Rows[^1][1];

        RunResult result;
        using (RunFolder folder = RunFolder.OpenForResume(_temp.In("run")))
        await using (RunRecorder recorder = new(folder, SyntheticRun.Head(), new RecorderOptions { RecordEvery = 10 }))
        {
            for (int step = 51; step <= 120; step++)
            {
                TimeSpan at = TimeSpan.FromSeconds(step - 50);
                recorder.Observed(ParticipantId.Master, at, Step(step, 0, []));
                recorder.Observed(ParticipantId.Master, at, new MeasuresObserved(step, [new Measure(MeasureNames.UpperObjective, -step)]));
            }

            result = await recorder.CompleteAsync(SyntheticRun.Report());
        }

        MetricsTable metrics = MetricsFile.Read(_temp.In("run", "metrics.csv"));
        double[] steps = [.. metrics.Rows.Select(r => r[0])];
        Assert.Equal(steps.Order(), steps);
        Assert.Equal(70, steps.Where(step => step > 50).Distinct().Count());
        Assert.Equal(120, steps[^1]);
        Assert.True(metrics.Points(MeasureNames.UpperObjective).Where(p => p.Step <= 50).All(p => p.Value > 0));
        Assert.Equal(before + 70, metrics.Rows[^1][1], 5);   // seconds are written with six decimals
        Assert.Equal(
            metrics.Points(MeasureNames.UpperObjective).Select(p => (p.Step, p.Value)),
            result.Record.Series[MeasureNames.UpperObjective].ToArray().Select(p => (p.Step, p.Value)));
        Assert.Equal(before + 61.25, result.Elapsed.TotalSeconds, 5);
        Assert.Equal(["run-ended", "run-resumed", "run-ended"], Events().Where(e => e.StartsWith("run", StringComparison.Ordinal)).Skip(1));
    }

    [Fact]
    public async Task Notes_snapshots_at_the_time_of_the_newest_observation()
    {
        RunResult result;
        await using (RunRecorder recorder = Open(new RecorderOptions(), out RunFolder folder))
        using (folder)
        {
            GenerationStore store = new(new SnapshotFolder(folder.SnapshotsPath), recorder.Noticed);
            recorder.Observed(ParticipantId.Master, TimeSpan.FromSeconds(2.5), Step(1, 0, []));
            store.Store(ParticipantId.Master, 1, new Snapshot("a.v1", new byte[3]));
            result = await recorder.CompleteAsync(SyntheticRun.Report());
        }

        Assert.Equal(1, result.Record.StoredSnapshots);
        JsonElement stored = JsonDocument.Parse(File.ReadAllLines(_temp.In("run", "events.jsonl"))[1]).RootElement;
        Assert.Equal("snapshot-stored", stored.GetProperty("event").GetString());
        Assert.Equal(2.5, stored.GetProperty("seconds").GetDouble());
    }

    [Fact]
    public async Task Tells_how_the_run_stands()
    {
        await using RunRecorder recorder = Open(new RecorderOptions(), out RunFolder folder);
        recorder.Started(() => 5);
        using RunFolder held = folder;
        recorder.Observed(ParticipantId.Master, TimeSpan.FromSeconds(1), Step(1, 3, [new Measure(MeasureNames.UpperObjective, 4)]));
        recorder.Supervised(TimeSpan.FromSeconds(2), new SupervisionEvent(SupervisionAction.Restarted, ParticipantId.Worker(0), ""));
        await recorder.CompleteAsync(SyntheticRun.Report());

        RunProgress progress = recorder.Progress();

        Assert.Equal((1L, TimeSpan.FromSeconds(2), 4.0, 3, 1L, 5L), (progress.Step, progress.At, progress.Upper!.Value, progress.MaxStaleness, progress.Restarts, progress.BytesSent!.Value));
        Assert.Null(progress.Lower);
        Assert.Equal(4.0, Assert.Single(progress.UpperTrace));
    }

    [Fact]
    public async Task Ignores_what_comes_after_the_end()
    {
        await using RunRecorder recorder = Open(new RecorderOptions(), out RunFolder folder);
        using RunFolder held = folder;
        await recorder.CompleteAsync(SyntheticRun.Report());

        recorder.Observed(ParticipantId.Master, TimeSpan.Zero, Step(9, 0, []));

        Assert.Equal(0, recorder.Progress().Step);
        Assert.Equal("run-ended", Events()[^1]);
    }

    private static StepObserved Step(long step, int staleness, ImmutableArray<Measure> measures) => new()
    {
        Step = step,
        Active = [0],
        Staleness = [staleness],
        WorkersAlive = 18,
        Measures = measures,
    };

    private RunRecorder Open(RecorderOptions options, out RunFolder folder)
    {
        folder = RunFolder.Create(_temp.In("run"), SyntheticRun.Head().Plan);
        return new RunRecorder(folder, SyntheticRun.Head(), options);
    }

    private async Task<RunResult> RecordAsync(long steps, RecorderOptions options, long bytesSent = 0)
    {
        await using RunRecorder recorder = Open(options, out RunFolder folder);
        using RunFolder held = folder;
        recorder.Started(() => bytesSent);
        SyntheticRun.Play(recorder, steps);
        return await recorder.CompleteAsync(SyntheticRun.Report());
    }

    private string[] Events() =>
    [
        .. File.ReadAllLines(_temp.In("run", "events.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!),
    ];

    private sealed record Unknown : Observation;
}
