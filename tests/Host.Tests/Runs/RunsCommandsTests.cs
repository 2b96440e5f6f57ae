using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class RunsCommandsTests : IDisposable
{
    private const string Started =
        """{"seconds":0,"event":"run-started","startedAt":"2026-11-21T09:42:00.0000000+00:00","seed":18446744073709551615,"engine":"in-process","algorithm":"adbo","problem":"quadratic","workers":4}""";

    private const string Ended = """{"seconds":7.5,"event":"run-ended","outcome":"completed","reason":"step limit","steps":40}""";

    private readonly TempFolder _temp = new();
    private readonly StringWriter _output = new();
    private readonly ManualTime _clock = new();
    private readonly FolderRunStore _store;

    public RunsCommandsTests() => _store = new FolderRunStore(root: _temp.In("runs"));

    public void Dispose()
    {
        _store.Dispose();
        _output.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void Lists_every_state_and_is_not_stopped_by_a_damaged_run()
    {
        Record("a", Started, Ended).Dispose();
        Record("b", Started).Dispose();
        Record("c", Started, "{\"event\":").Dispose();
        Record("d").Dispose();
        using IOpenRun open = Record("e", Started);

        Commands(isJson: true).List();

        Dictionary<string, string> states = JsonDocument.Parse(_output.ToString()).RootElement.GetProperty("runs").EnumerateArray()
            .ToDictionary(run => run.GetProperty("run").GetString()!, run => run.GetProperty("state").GetString()!);
        Assert.Equal(
            new SortedDictionary<string, string> { ["a"] = "completed", ["b"] = "interrupted", ["c"] = "damaged", ["d"] = "interrupted", ["e"] = "running" },
            new SortedDictionary<string, string>(states));
    }

    [Fact]
    public void Does_not_say_what_a_run_is_on_that_never_began()
    {
        Record("begun", Started).Dispose();
        Record("given").Dispose();

        Commands(isJson: false).List();

        string[] lines = _output.ToString().Split('\n');
        Assert.EndsWith("adbo on quadratic", lines.Single(line => line.Contains("begun", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.EndsWith("step 0", lines.Single(line => line.Contains("given", StringComparison.Ordinal)).TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_how_a_run_stands()
    {
        using (IOpenRun run = Record("a", Started))
        using (IMetricsLog metrics = run.OpenMetrics())
        {
            metrics.Write(30, TimeSpan.FromSeconds(5), [new Measure("upper-objective", 2), new Measure("test-accuracy", 0.75)]);
            metrics.Write(35, TimeSpan.FromSeconds(6), [new Measure("upper-objective", 1.5)]);
        }

        Commands(isJson: true).Status("a");
        JsonElement status = JsonDocument.Parse(_output.ToString()).RootElement;
        Commands(isJson: false).Status("a");

        Assert.Equal((35, 6.0), (status.GetProperty("steps").GetInt64(), status.GetProperty("seconds").GetDouble()));
        Assert.Equal(ulong.MaxValue, status.GetProperty("seed").GetUInt64());
        Assert.Equal(1.5, status.GetProperty("measures").GetProperty("upper-objective").GetDouble());
        Assert.Equal(0.75, status.GetProperty("measures").GetProperty("test-accuracy").GetDouble());
        Assert.False(status.TryGetProperty("reason", out _));
        Assert.Contains("run a: interrupted", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("actorfed run --resume", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follows_the_events_of_a_run_until_it_ends()
    {
        IOpenRun run = _store.Create("a", "");
        IEventLog events = run.OpenEvents();
        events.Write(Started);
        events.Flush();

        Task<int> following = Commands(isJson: false).LogsAsync("a", follows: true, CancellationToken.None);
        string atFirst = _output.ToString();
        bool waits = !following.IsCompleted;
        events.Write(Ended);
        events.Dispose();
        run.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await following.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Contains("run-started", atFirst, StringComparison.Ordinal);
        Assert.True(waits);
        Assert.Equal(2, _output.ToString().TrimEnd().Split('\n').Length);
        Assert.Contains("7.500  run-ended  outcome=completed  reason=step limit", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stops_following_when_it_is_told_to()
    {
        using IOpenRun run = Record("a", Started);
        using CancellationTokenSource stop = new();

        Task<int> following = Commands(isJson: false).LogsAsync("a", follows: true, stop.Token);
        await stop.CancelAsync();

        Assert.Equal(ExitCodes.Cancelled, await following);
    }

    [Fact]
    public async Task Ends_with_json_also_when_it_is_told_to_stop()
    {
        using IOpenRun run = Record("a", Started);
        using CancellationTokenSource stop = new();

        Task<int> following = Commands(isJson: true).LogsAsync("a", follows: true, stop.Token);
        await stop.CancelAsync();
        await following;

        string[] lines = _output.ToString().TrimEnd().Split('\n');
        Assert.Equal(Started, lines[0]);
        Assert.Equal(1, JsonDocument.Parse(lines[1]).RootElement.GetProperty("events").GetInt64());
    }

    [Fact]
    public async Task Ends_events_as_json_with_their_number()
    {
        Record("a", Started, Ended).Dispose();

        await Commands(isJson: true).LogsAsync("a", follows: false, CancellationToken.None);

        string[] lines = _output.ToString().TrimEnd().Split('\n');
        Assert.Equal([Started, Ended], lines[..2]);
        Assert.Equal(2, JsonDocument.Parse(lines[2]).RootElement.GetProperty("events").GetInt64());
    }

    [Fact]
    public void Puts_what_there_is_of_a_run_into_a_folder()
    {
        using (IOpenRun run = Record("a", Started, Ended))
        {
            run.ReplaceFile("report.html", stream => stream.Write("<!DOCTYPE html>"u8));
            using IMetricsLog metrics = run.OpenMetrics();
            metrics.Write(10, TimeSpan.FromSeconds(0.25), [new Measure("planes", 3)]);
        }

        Commands(isJson: false).Report("a", _temp.In("out"));

        Assert.Equal("plan of a", File.ReadAllText(_temp.In("out", "plan.conf")));
        Assert.Equal([Started, Ended], File.ReadAllLines(_temp.In("out", "events.jsonl")));
        Assert.Equal(File.ReadAllText(_temp.In("runs", "a", "metrics.csv")), File.ReadAllText(_temp.In("out", "metrics.csv")));
        Assert.Contains($"Report: {_temp.In("out", "report.html")}", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_that_a_run_without_an_end_has_no_report()
    {
        using IOpenRun run = Record("a", Started);

        Commands(isJson: false).Report("a", _temp.In("out"));

        Assert.Contains("has not ended, so there is no report yet", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_over_nothing_and_knows_no_other_run()
    {
        Record("a", Started).Dispose();

        Assert.Contains("is not empty", Assert.Throws<RunFolderException>(() => Commands(isJson: false).Report("a", _temp.In("runs"))).Message, StringComparison.Ordinal);
        Assert.Contains("is not a run folder", Assert.Throws<RunFolderException>(() => Commands(isJson: false).Status("none")).Message, StringComparison.Ordinal);
    }

    private RunsCommands Commands(bool isJson) => new(_store, _output, isJson, _clock);

    private IOpenRun Record(string id, params string[] events)
    {
        IOpenRun run = _store.Create(id, $"plan of {id}");
        using IEventLog log = run.OpenEvents();
        Array.ForEach(events, log.Write);
        return run;
    }
}
