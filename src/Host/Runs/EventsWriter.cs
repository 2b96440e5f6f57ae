using System.Text.Encodings.Web;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary>Writes the events of a run, in a folder <c>events.jsonl</c>: one JSON object per line, each with <c>seconds</c> and <c>event</c>.</summary>
/// <remarks>
/// At most <see cref="MaxPerKind"/> events of one kind are written, the rest counted: a worker that is asked again for days must
/// not fill the disk. Not safe for several threads.
/// </remarks>
internal sealed class EventsWriter(IEventLog log, int maxPerKind = EventsWriter.MaxPerKind) : IDisposable
{
    public const int MaxPerKind = 10_000;

    // Escapes only what JSON must escape: these lines are read by people and never put into a page as they are.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void RunStarted(RunHead head, bool isResumed) => Write(TimeSpan.Zero, isResumed ? "run-resumed" : "run-started", json =>
    {
        json.WriteString("runId", head.RunId);
        json.WriteString("startedAt", head.StartedAt.ToString("O"));
        json.WriteNumber("seed", head.Seed);
        json.WriteString("planHash", head.PlanHash);
        json.WriteString("build", head.Build);
        json.WriteString("engine", head.Engine);
        json.WriteString("algorithm", head.Algorithm);
        json.WriteString("problem", head.Problem);
        json.WriteNumber("workers", head.Workers);
    });

    public void RunEnded(RunReport report, long steps, TimeSpan at)
    {
        foreach ((string kind, long count) in _counts.Where(c => c.Value > maxPerKind).ToArray())
        {
            Write(at, "events-left-out", json =>
            {
                json.WriteString("kind", kind);
                json.WriteNumber("count", count - maxPerKind);
            });
        }

        Write(at, "run-ended", json =>
        {
            json.WriteString("outcome", JsonNamingPolicy.KebabCaseLower.ConvertName(report.Outcome.ToString()));
            json.WriteString("reason", report.Reason);
            json.WriteNumber("steps", steps);
            json.WriteNumber("restarts", report.Restarts);
            json.WriteNumber("violations", report.Violations);
            json.WriteNumber("deliveries", report.Deliveries);
            json.WriteNumber("bytesSent", report.BytesSent);
            if (report.Failure is Exception failure)
            {
                json.WriteString("failure", failure.ToString());
            }
        });
    }

    public void Worker(TimeSpan at, WorkerObserved observed) =>
        Write(at, $"worker-{JsonNamingPolicy.KebabCaseLower.ConvertName(observed.Change.ToString())}", json =>
        {
            json.WriteNumber("worker", observed.Worker);
            json.WriteNumber("step", observed.Step);
        });

    public void Edge(TimeSpan at, EdgeNotice notice) =>
        Write(at, $"edge-{JsonNamingPolicy.KebabCaseLower.ConvertName(notice.Edge.Change.ToString())}", json =>
        {
            json.WriteNumber("participant", notice.Participant);
            json.WriteNumber("neighbour", notice.Edge.Neighbour);
            json.WriteNumber("round", notice.Edge.Round);
        });

    public void Supervised(TimeSpan at, SupervisionEvent supervised) =>
        Write(at, $"supervision-{JsonNamingPolicy.KebabCaseLower.ConvertName(supervised.Action.ToString())}", json =>
        {
            json.WriteString("participant", supervised.Participant.ToString());
            json.WriteString("reason", supervised.Reason);
            if (supervised.Sender is ParticipantId sender)
            {
                json.WriteString("sender", sender.ToString());
            }
        });

    public void Snapshot(TimeSpan at, SnapshotNotice notice) =>
        Write(at, notice.Damage is null ? "snapshot-stored" : "snapshot-damaged", json =>
        {
            json.WriteString("participant", notice.Participant.ToString());
            json.WriteString("file", notice.File);
            if (notice.Damage is string damage)
            {
                json.WriteString("damage", damage);
            }
        });

    /// <summary>Hands on what was written.</summary>
    public void Flush() => log.Flush();

    /// <summary>Closes the log.</summary>
    public void Dispose() => log.Dispose();

    private void Write(TimeSpan at, string kind, Action<Utf8JsonWriter> members)
    {
        long count = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        if (count > maxPerKind)
        {
            return;
        }

        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("seconds", Math.Round(at.TotalSeconds, 6));
            json.WriteString("event", kind);
            members(json);
            json.WriteEndObject();
        }

        log.Write(System.Text.Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
    }
}
