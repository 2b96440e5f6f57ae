using System.Collections.Concurrent;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>
/// Keeps the two newest intact snapshots of every participant, each as a file of its own with a checksum, so that a damaged
/// file costs one generation and not the run.
/// </summary>
/// <remarks>
/// Incarnations must only grow, whatever is damaged: one that was used names messages that may still be under way. They
/// therefore stand in the names of the files, too, and <see cref="Latest"/> answers with the highest of all names it finds.
/// A name that a power cut took back is found under its unfinished name, and its content, which was flushed before, is as
/// good as any other; a half-written unfinished file was never stored, nobody heard of it, and it goes with the next store.
/// What cannot be healed is a newest file that is gone under both names, as when a person deletes it: its state is lost,
/// and its incarnation may come again.
/// </remarks>
/// <param name="files">Where the files lie; nobody else writes there.</param>
/// <param name="notify">Told of every stored and every damaged file, on the thread that came upon it.</param>
public sealed class GenerationStore(ISnapshotFiles files, Action<SnapshotNotice> notify) : ISnapshotStore
{
    private const int Kept = 2;

    private readonly ConcurrentDictionary<ParticipantId, Shelf> _shelves = new();

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">Before the participant's first call: as <see cref="Latest"/>.</exception>
    public void Store(ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        Shelf shelf = _shelves.TryGetValue(participant, out Shelf? known) ? known : Look(participant, out _);
        SnapshotName name = new(participant, ++shelf.LastGeneration, incarnation);
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
    /// <exception cref="InvalidDataException">There are files and none is intact; the message names them.</exception>
    public StoredSnapshot? Latest(ParticipantId participant)
    {
        Look(participant, out StoredSnapshot? newest);
        return newest;
    }

    /// <summary>Finds a participant's files, and which of them are intact.</summary>
    private Shelf Look(ParticipantId participant, out StoredSnapshot? newest)
    {
        List<string> unusable = [];
        List<SnapshotName> names = Names(participant, unusable);
        Shelf shelf = new();
        newest = null;
        foreach (SnapshotName name in names)
        {
            if (shelf.Intact.Count < Kept && Read(name, unusable) is StoredSnapshot stored)
            {
                newest ??= stored;
                shelf.Intact.Add(name.ToString());
            }
            else
            {
                shelf.Others.Add(name.ToString());
            }
        }

        if (newest is not null)
        {
            newest = newest with { Incarnation = Math.Max(newest.Incarnation, names.Max(name => name.Incarnation)) };
        }
        else if (unusable.Count > 0)
        {
            throw new InvalidDataException(
                $"No snapshot of {participant} is intact ({string.Join("; ", unusable)}). Put one back from a copy, or begin a new run.");
        }

        shelf.LastGeneration = names.Select(name => name.Generation).FirstOrDefault();
        return _shelves[participant] = shelf;
    }

    /// <summary>The names of a participant's files, newest first.</summary>
    private List<SnapshotName> Names(ParticipantId participant, List<string> unusable)
    {
        List<SnapshotName> names = [];
        foreach (string file in files.List(participant))
        {
            if (SnapshotName.TryParse(file, participant, out SnapshotName name))
            {
                names.Add(name);
            }
            else
            {
                unusable.Add($"{file}: its name is not of the form {new SnapshotName(participant, 12, 3)}");
            }
        }

        names.Sort((a, b) => b.Generation.CompareTo(a.Generation)); // no two are of one generation
        return names;
    }

    private StoredSnapshot? Read(SnapshotName name, List<string> unusable)
    {
        try
        {
            return SnapshotFile.Read(files.Read(name.ToString()), name.Participant);
        }
        catch (InvalidDataException damage)
        {
            if (!name.IsUnfinished)
            {
                unusable.Add($"{name}: {damage.Message}");
                notify(new SnapshotNotice(name.Participant, name.ToString(), damage.Message));
            }

            return null;
        }
    }

    /// <summary>What is known of a participant's files.</summary>
    private sealed class Shelf
    {
        public long LastGeneration { get; set; }

        /// <summary>Files found intact, newest first.</summary>
        public List<string> Intact { get; } = [];

        /// <summary>Damaged, superseded or half-written files; the next store removes them.</summary>
        public List<string> Others { get; } = [];
    }
}
