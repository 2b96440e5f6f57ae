using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

/// <summary>What is recorded when the master goes on from a snapshot: in a resumed run, or rebuilt within one.</summary>
public sealed class RunRecorderResumeTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Keeps_every_row_of_an_ended_run_whose_last_model_is_observed_again()
    {
        await BeginAsync(steps: 30);
        string before = File.ReadAllText(_temp.In("run", "metrics.csv"));

        RunResult result = await ResumeAsync(recorder => recorder.Observed(ParticipantId.Master, TimeSpan.Zero, Model(30)));

        Assert.Equal(before, File.ReadAllText(_temp.In("run", "metrics.csv")));
        Assert.Equal(30, result.Record.Steps);
        Assert.Equal(-30, result.Record.Latest(MeasureNames.UpperObjective));
        Assert.Equal(new Measure("test-accuracy", 30), Assert.Single(result.TestMetrics));
        Assert.Single(result.Record.Series["test-accuracy"].ToArray());
    }

    [Fact]
    public async Task Keeps_the_step_whose_barrier_is_made_again_and_drops_those_after_it()
    {
        await BeginAsync(steps: 30);

        RunResult result = await ResumeAsync(recorder =>
        {
            Barrier(recorder, 20);
            Play(recorder, 21, 25);
        });

        Assert.Equal([10, 10, 20, 20], Rows().Select(r => r.Step));   // a step and its barrier each
        Assert.Equal([10, 20], Points(result, MeasureNames.UpperObjective).Select(p => p.Step));
        Assert.Equal(25, result.Record.Steps);
    }

    [Fact]
    public async Task Records_numbers_of_the_barrier_that_have_changed()
    {
        await BeginAsync(steps: 20);

        await ResumeAsync(recorder => recorder.Observed(
            ParticipantId.Master, TimeSpan.Zero, new MeasuresObserved(20, [new Measure(MeasureNames.UpperObjective, 77)])));

        Assert.Equal([-10, -20, 77], MetricsFile.Read(_temp.In("run", "metrics.csv")).Points(MeasureNames.UpperObjective).Select(p => p.Value));
    }

    [Fact]
    public async Task Takes_over_steps_and_curves_though_nothing_is_observed()
    {
        await BeginAsync(steps: 30);

        RunResult result = await ResumeAsync(_ => { });

        Assert.Equal(30, result.Record.Steps);
        Assert.Equal([-10, -20, -30], Points(result, MeasureNames.UpperObjective).Select(p => p.Value));
        JsonElement ended = JsonDocument.Parse(File.ReadLines(_temp.In("run", "events.jsonl")).Last()).RootElement;
        Assert.Equal(30, ended.GetProperty("steps").GetInt64());
        Assert.Equal(30, JsonDocument.Parse(ResultJson.Of(result, new StoredFolder("run"))).RootElement.GetProperty("steps").GetInt64());
    }

    [Fact]
    public async Task Records_steps_once_that_a_rebuilt_master_makes_again()
    {
        RunResult result = await BeginAsync(
            steps: 50,
            recorder => Play(recorder, 21, 60));

        Assert.Equal([10, 20, 30, 40, 50, 60], Rows().Where(r => r.IsStep).Select(r => r.Step));
        Assert.Equal([10, 20, 30, 40, 50, 60], Points(result, MeasureNames.UpperObjective).Select(p => p.Step));
        Assert.Equal(Enumerable.Range(1, 60).Select(i => (long)i), Points(result, RunRecord.StalenessMax).Select(p => p.Step));
        Assert.Equal(50 + 40, result.Record.Staleness.Total);   // what happened, made twice or not
    }

    [Fact]
    public async Task Records_steps_once_after_a_barrier_that_a_rebuilt_master_makes_again()
    {
        RunResult result = await BeginAsync(
            steps: 50,
            recorder =>
            {
                Barrier(recorder, 20);
                Play(recorder, 21, 30);
            });

        Assert.Equal([10, 10, 20, 20, 30, 30], Rows().Select(r => r.Step));
        Assert.Equal(30, result.Record.Steps);
    }

    [Fact]
    public async Task Goes_on_counting_bytes_in_metrics_and_result()
    {
        await BeginAsync(steps: 30);

        RunResult result = await ResumeAsync(recorder => Play(recorder, 31, 40), bytesSent: 7);

        Assert.Equal([500, 500, 500, 507], MetricsFile.Read(_temp.In("run", "metrics.csv")).Points("bytes-sent").Select(p => p.Value));
        long total = 500 + SyntheticRun.Report().BytesSent;
        Assert.Equal(total, JsonDocument.Parse(ResultJson.Of(result, new StoredFolder("run"))).RootElement.GetProperty("bytesSent").GetInt64());
        JsonElement ended = JsonDocument.Parse(File.ReadLines(_temp.In("run", "events.jsonl")).Last()).RootElement;
        Assert.Equal(total, ended.GetProperty("bytesSent").GetInt64());
    }

    private static RecorderOptions Options => new() { RecordEvery = 10, EvaluateAll = true, Evaluate = model => [new Measure("test-accuracy", model.Upper[0])] };

    /// <summary>Steps, every tenth with a barrier after it.</summary>
    private static void Play(RunRecorder recorder, long first, long last)
    {
        for (long step = first; step <= last; step++)
        {
            recorder.Observed(ParticipantId.Master, TimeSpan.FromSeconds(step), new StepObserved
            {
                Step = step,
                Active = [0],
                Staleness = [1],
                WorkersAlive = 1,
                Measures = [],
            });
            if (step % 10 == 0)
            {
                Barrier(recorder, step);
            }
        }
    }

    private static void Barrier(RunRecorder recorder, long step) => recorder.Observed(
        ParticipantId.Master, TimeSpan.FromSeconds(step), new MeasuresObserved(step, [new Measure(MeasureNames.UpperObjective, -step)]));

    private static ModelObserved Model(long step) => new() { Step = step, Upper = FlatVector.Of(step), Lower = FlatVector.Empty };

    private static SeriesPoint[] Points(RunResult result, string name) => result.Record.Series[name].ToArray();

    private IEnumerable<(long Step, bool IsStep)> Rows()
    {
        MetricsTable table = MetricsFile.Read(_temp.In("run", "metrics.csv"));
        int active = table.Columns.IndexOf(MetricsWriter.ActiveWorkers);
        int accuracy = table.Columns.IndexOf("test-accuracy");
        return table.Rows.Where(r => accuracy < 0 || double.IsNaN(r[accuracy])).Select(r => ((long)r[0], !double.IsNaN(r[active])));
    }

    private async Task<RunResult> BeginAsync(long steps, Action<RunRecorder>? then = null)
    {
        using RunFolder folder = RunFolder.Create(_temp.In("run"), "");
        await using RunRecorder recorder = new(folder, SyntheticRun.Head(), Options);
        recorder.Started(() => 500);
        Play(recorder, 1, steps);
        if (then is null)
        {
            recorder.Observed(ParticipantId.Master, TimeSpan.FromSeconds(steps), Model(steps));
        }

        then?.Invoke(recorder);
        return await recorder.CompleteAsync(SyntheticRun.Report());
    }

    private async Task<RunResult> ResumeAsync(Action<RunRecorder> observe, long bytesSent = 0)
    {
        using RunFolder folder = RunFolder.OpenForResume(_temp.In("run"));
        await using RunRecorder recorder = new(folder, SyntheticRun.Head(), Options);
        recorder.Started(() => bytesSent);
        observe(recorder);
        return await recorder.CompleteAsync(SyntheticRun.Report());
    }
}
