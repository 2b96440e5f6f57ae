using System.Collections.Concurrent;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>Keeps snapshots in memory: they outlive a participant, not the process. Enough for tests and runs nobody resumes.</summary>
public sealed class MemorySnapshotStore : ISnapshotStore
{
    private readonly ConcurrentDictionary<ParticipantId, StoredSnapshot> _latest = new();

    /// <inheritdoc/>
    public void Store(ParticipantId participant, int incarnation, Snapshot snapshot) =>
        _latest[participant] = new StoredSnapshot(incarnation, snapshot);

    /// <inheritdoc/>
    public StoredSnapshot? Latest(ParticipantId participant) => _latest.GetValueOrDefault(participant);
}
