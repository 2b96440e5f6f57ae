using System.Collections.Concurrent;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>
/// Keeps the two newest intact snapshots of every participant, each as a file of its own with a checksum, so that a damaged
/// file costs one generation and not the run.
/// </summary>
/// <param name="files">Where the files lie; nobody else writes there.</param>
/// <param name="notify">Told of every stored and every damaged file, on the thread that came upon it.</param>
public sealed class GenerationStore(ISnapshotFiles files, Action<SnapshotNotice> notify) : ISnapshotStore
{
    private const int Kept = 2;

    private readonly ConcurrentDictionary<ParticipantId, Shelf> _shelves = new();

    /// <inheritdoc/>
    public void Store(ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        Shelf shelf = _shelves.TryGetValue(participant, out Shelf? known) ? known : Look(participant, out _);
        SnapshotName name = new(participant, ++shelf.LastGeneration);
        files.Replace(name.ToString(), stream => SnapshotFile.Write(stream, participant, incarnation, snapshot));
        shelf.Intact.Insert(0, name.ToString());
        foreach (string old in shelf.Others.Concat(shelf.Intact.Skip(Kept)))
        {
            files.Delete(old);
        }

        shelf.Others.Clear();
        shelf.Intact.RemoveRange(Math.Min(Kept, shelf.Intact.Count), Math.Max(0, shelf.Intact.Count - Kept));
        notify(new SnapshotNotice(participant, name.ToString()));
    }

    /// <inheritdoc/>
    /// <remarks>Each call looks at the files anew: it knows what a process that has just begun would know, and no more.</remarks>
    public StoredSnapshot? Latest(ParticipantId participant)
    {
        Look(participant, out StoredSnapshot? newest);
        return newest;
    }

    /// <summary>Finds a participant's files, and which of them are intact.</summary>
    private Shelf Look(ParticipantId participant, out StoredSnapshot? newest)
    {
        List<SnapshotName> names = [];
        foreach (string file in files.List(participant))
        {
            if (SnapshotName.TryParse(file, participant, out SnapshotName name))
            {
                names.Add(name);
            }
        }

        Shelf shelf = new();
        newest = null;
        foreach (SnapshotName name in names.OrderByDescending(name => name.Generation))
        {
            shelf.LastGeneration = Math.Max(shelf.LastGeneration, name.Generation);
            if (shelf.Intact.Count < Kept && Read(name) is StoredSnapshot stored)
            {
                newest ??= stored;
                shelf.Intact.Add(name.ToString());
            }
            else
            {
                shelf.Others.Add(name.ToString());
            }
        }

        return _shelves[participant] = shelf;
    }

    private StoredSnapshot? Read(SnapshotName name)
    {
        try
        {
            return SnapshotFile.Read(files.Read(name.ToString()), name.Participant);
        }
        catch (InvalidDataException damage)
        {
            notify(new SnapshotNotice(name.Participant, name.ToString(), damage.Message));
            return null;
        }
    }

    /// <summary>What is known of a participant's files.</summary>
    private sealed class Shelf
    {
        public long LastGeneration { get; set; }

        /// <summary>Files found intact, newest first.</summary>
        public List<string> Intact { get; } = [];

        /// <summary>Damaged or superseded files; the next store removes them.</summary>
        public List<string> Others { get; } = [];
    }
}
