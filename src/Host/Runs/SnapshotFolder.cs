using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary>A folder of snapshot files.</summary>
/// <remarks>
/// A file is written under a temporary name, flushed to disk and renamed, so that a name never stands for half a file. The
/// folder's own entry is not flushed: after a power cut the newest rename may be missing, and the snapshot before it serves.
/// </remarks>
internal sealed class SnapshotFolder : ISnapshotFiles
{
    private readonly string _folder;

    /// <summary>Opens the folder; the caller holds the run folder, so nobody else writes here.</summary>
    /// <param name="folder">An existing folder.</param>
    public SnapshotFolder(string folder)
    {
        _folder = folder;
        RunFolderException.Guard(folder, "open the snapshots", () =>
        {
            foreach (string leftover in Directory.GetFiles(folder, "*.tmp"))
            {
                File.Delete(leftover);
            }
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(ParticipantId participant) => RunFolderException.Guard(
        _folder, "list the snapshots", () => Directory.GetFiles(_folder, $"{participant}.*.snap").Select(path => Path.GetFileName(path)).ToArray());

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(string name) =>
        RunFolderException.Guard(PathOf(name), "read a snapshot", () => File.ReadAllBytes(PathOf(name)));

    /// <inheritdoc/>
    public void Replace(string name, Action<Stream> write) =>
        RunFolderException.Guard(PathOf(name), "store a snapshot", () => RunFolder.ReplaceFile(PathOf(name), write));

    /// <inheritdoc/>
    public void Delete(string name) =>
        RunFolderException.Guard(PathOf(name), "delete a snapshot", () => File.Delete(PathOf(name)));

    private string PathOf(string name) => Path.Combine(_folder, name);
}
