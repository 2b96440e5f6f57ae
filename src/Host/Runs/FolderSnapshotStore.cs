using System.Collections.Concurrent;
using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary>Keeps the two newest intact snapshots of every participant as files, such as <c>master.000012.snap</c>.</summary>
/// <remarks>
/// A file is written under a temporary name, flushed to disk and renamed, so that a name never stands for half a file. The
/// folder's own entry is not flushed: after a power cut the newest rename may be missing, and the snapshot before it serves.
/// </remarks>
internal sealed class FolderSnapshotStore : ISnapshotStore
{
    private const int Kept = 2;

    private readonly string _folder;
    private readonly Action<SnapshotNotice> _notify;
    private readonly ConcurrentDictionary<ParticipantId, Shelf> _shelves = new();

    /// <summary>Opens a store; the caller holds the run folder, so nobody else writes here.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="notify">Told of every stored and every damaged file, on the thread that came upon it.</param>
    public FolderSnapshotStore(string folder, Action<SnapshotNotice> notify)
    {
        _folder = folder;
        _notify = notify;
        RunFolderException.Guard(folder, "open the snapshots", () =>
        {
            foreach (string leftover in Directory.GetFiles(folder, "*.tmp"))
            {
                File.Delete(leftover);
            }
        });
    }

    /// <inheritdoc/>
    public void Store(ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        Shelf shelf = _shelves.GetOrAdd(participant, _ => new Shelf());
        lock (shelf)
        {
            Load(participant, shelf);
            long generation = shelf.LastGeneration + 1;
            string path = PathOf(participant, generation);
            RunFolderException.Guard(path, "store a snapshot", () =>
            {
                RunFolder.ReplaceFile(path, stream => SnapshotFile.Write(stream, participant, incarnation, snapshot));
                shelf.LastGeneration = generation;
                shelf.Intact.Insert(0, generation);
                foreach (long old in shelf.Files.Concat(shelf.Intact).Except(shelf.Intact.Take(Kept)).ToArray())
                {
                    File.Delete(PathOf(participant, old));
                }

                shelf.Files.Clear();
                shelf.Intact.RemoveRange(Math.Min(Kept, shelf.Intact.Count), Math.Max(0, shelf.Intact.Count - Kept));
            });
            _notify(new SnapshotNotice(participant, Path.GetFileName(path)));
        }
    }

    /// <inheritdoc/>
    public StoredSnapshot? Latest(ParticipantId participant)
    {
        Shelf shelf = _shelves.GetOrAdd(participant, _ => new Shelf());
        lock (shelf)
        {
            Load(participant, shelf);
            while (shelf.Intact.Count > 0)
            {
                if (Read(participant, shelf.Intact[0]) is StoredSnapshot stored)
                {
                    return stored;
                }

                shelf.Files.Add(shelf.Intact[0]);   // damaged since it was loaded: goes with the next store
                shelf.Intact.RemoveAt(0);
            }

            return null;
        }
    }

    /// <summary>Finds a participant's files, once, and which of them are intact.</summary>
    private void Load(ParticipantId participant, Shelf shelf)
    {
        if (shelf.IsLoaded)
        {
            return;
        }

        string[] paths = RunFolderException.Guard(
            _folder, "list the snapshots", () => Directory.GetFiles(_folder, $"{participant}.*.snap"));
        foreach (string path in paths)
        {
            string number = Path.GetFileName(path)[(participant.ToString().Length + 1)..^".snap".Length];
            if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long generation))
            {
                shelf.Files.Add(generation);
            }
        }

        shelf.Files.Sort((a, b) => b.CompareTo(a));
        shelf.LastGeneration = shelf.Files.FirstOrDefault();
        foreach (long generation in shelf.Files)
        {
            if (shelf.Intact.Count < Kept && Read(participant, generation) is not null)
            {
                shelf.Intact.Add(generation);
            }
        }

        shelf.Files.RemoveAll(shelf.Intact.Contains);
        shelf.IsLoaded = true;
    }

    private StoredSnapshot? Read(ParticipantId participant, long generation)
    {
        string path = PathOf(participant, generation);
        try
        {
            byte[] file = RunFolderException.Guard(path, "read a snapshot", () => File.ReadAllBytes(path));
            return SnapshotFile.Read(file, participant);
        }
        catch (InvalidDataException e)
        {
            _notify(new SnapshotNotice(participant, Path.GetFileName(path), e.Message));
            return null;
        }
    }

    private string PathOf(ParticipantId participant, long generation) =>
        Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{participant}.{generation:D6}.snap"));

    private sealed class Shelf
    {
        public bool IsLoaded { get; set; }

        public long LastGeneration { get; set; }

        /// <summary>Generations found intact, newest first.</summary>
        public List<long> Intact { get; } = [];

        /// <summary>Other generations on disk: damaged or superseded; removed by the next store.</summary>
        public List<long> Files { get; } = [];
    }
}
