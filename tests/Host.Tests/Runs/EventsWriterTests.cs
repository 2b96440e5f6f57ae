using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class EventsWriterTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string File => _temp.In("events.jsonl");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Writes_one_object_per_line()
    {
        using (EventsWriter writer = new(new EventFile(File)))
        {
            writer.RunStarted(SyntheticRun.Head(), isResumed: false);
            writer.Worker(TimeSpan.FromSeconds(0.5), new WorkerObserved(3, WorkerChange.AskedAgain, 7));
            writer.Supervised(TimeSpan.FromSeconds(1), new SupervisionEvent(
                SupervisionAction.Dropped, ParticipantId.Master, "too \"long\"\nby 1", ParticipantId.Worker(2)));
            writer.Snapshot(TimeSpan.FromSeconds(2), new SnapshotNotice(ParticipantId.Master, "master.000002.1.snap", "truncated"));
            writer.RunEnded(SyntheticRun.Report(), 4000, TimeSpan.FromSeconds(3));
        }

        Assert.Contains("\"0.1.0+1196735\"", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
        JsonElement[] events = Read();
        Assert.Equal(
            ["run-started", "worker-asked-again", "supervision-dropped", "snapshot-damaged", "run-ended"],
            events.Select(e => e.GetProperty("event").GetString()));
        Assert.Equal([0, 0.5, 1, 2, 3], events.Select(e => e.GetProperty("seconds").GetDouble()));
        Assert.Equal(42, events[0].GetProperty("seed").GetInt64());
        Assert.Equal(SyntheticRun.Head().PlanHash, events[0].GetProperty("planHash").GetString());
        Assert.Equal("0.1.0+1196735", events[0].GetProperty("build").GetString());
        Assert.Equal(3, events[1].GetProperty("worker").GetInt32());
        Assert.Equal("too \"long\"\nby 1", events[2].GetProperty("reason").GetString());
        Assert.Equal("worker-2", events[2].GetProperty("sender").GetString());
        Assert.Equal("completed", events[4].GetProperty("outcome").GetString());
        Assert.False(events[4].TryGetProperty("failure", out _));
    }

    [Fact]
    public void Counts_what_it_leaves_out()
    {
        using (EventsWriter writer = new(new EventFile(File), maxPerKind: 2))
        {
            for (int i = 0; i < 5; i++)
            {
                writer.Worker(TimeSpan.Zero, new WorkerObserved(i, WorkerChange.AskedAgain, 1));
            }

            writer.Worker(TimeSpan.Zero, new WorkerObserved(9, WorkerChange.Lost, 1));
            writer.RunEnded(SyntheticRun.Report(), 1, TimeSpan.Zero);
        }

        JsonElement[] events = Read();
        Assert.Equal(5, events.Length);
        JsonElement left = Assert.Single(events, e => e.GetProperty("event").GetString() == "events-left-out");
        Assert.Equal("worker-asked-again", left.GetProperty("kind").GetString());
        Assert.Equal(3, left.GetProperty("count").GetInt64());
    }

    [Fact]
    public void Appends_and_cuts_off_a_torn_line_however_long()
    {
        System.IO.File.WriteAllText(File, "{\"event\":\"a\"}\n{\"torn\":\"" + new string('x', 10_000));

        using (EventsWriter writer = new(new EventFile(File)))
        {
            writer.RunStarted(SyntheticRun.Head(), isResumed: true);
        }

        Assert.Equal(["a", "run-resumed"], Read().Select(e => e.GetProperty("event").GetString()));
    }

    private JsonElement[] Read() => [.. System.IO.File.ReadAllLines(File).Select(line => JsonDocument.Parse(line).RootElement)];
}
