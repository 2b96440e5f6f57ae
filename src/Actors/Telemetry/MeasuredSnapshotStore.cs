using System.Diagnostics;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>Hands everything on, and measures what is stored.</summary>
internal sealed class MeasuredSnapshotStore(ISnapshotStore snapshots, RunTelemetry run) : ISnapshotStore
{
    public void Store(ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        Instruments instruments = run.Instruments;
        long begun = Stopwatch.GetTimestamp();
        TagList tags = new() { run.Run, RunTelemetry.RoleOf(participant) };
        try
        {
            snapshots.Store(participant, incarnation, snapshot);
            instruments.SnapshotSize.Record(snapshot.Content.Length, tags);
        }
        catch (Exception failure)
        {
            tags.Add(Attributes.Error, failure.GetType().FullName);
            throw;
        }
        finally
        {
            instruments.SnapshotDuration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, tags);
        }
    }

    public StoredSnapshot? Latest(ParticipantId participant) => snapshots.Latest(participant);

    public BegunIncarnation Begin(ParticipantId participant, int last) => snapshots.Begin(participant, last);
}
