using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Scenarios.Tests;

/// <summary>Keeps every snapshot of the master ever stored: what a crash at some moment would have left.</summary>
internal sealed class HistoryStore : ISnapshotStore
{
    private readonly Lock _gate = new();
    private readonly List<StoredSnapshot> _master = [];

    public IReadOnlyList<StoredSnapshot> Master
    {
        get
        {
            lock (_gate)
            {
                return [.. _master];
            }
        }
    }

    public void Store(ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        if (participant == ParticipantId.Master)
        {
            lock (_gate)
            {
                _master.Add(new StoredSnapshot(incarnation, snapshot));
            }
        }
    }

    public StoredSnapshot? Latest(ParticipantId participant) => participant == ParticipantId.Master ? Master.LastOrDefault() : null;
}
