using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary>A folder of snapshot files.</summary>
/// <remarks>
/// A file is written under a temporary name, flushed to disk and renamed. The folder's own entry is not flushed after the
/// renaming: journalling file systems keep the temporary name with the flushed content, so a power cut leaves one of the two.
/// </remarks>
/// <param name="folder">An existing folder; the caller holds the run folder, so nobody else writes here.</param>
internal sealed class SnapshotFolder(string folder) : ISnapshotFiles
{
    /// <inheritdoc/>
    public IReadOnlyList<string> List(ParticipantId participant) => RunFolderException.Guard(
        folder, "list the snapshots", () => Directory.GetFiles(folder, $"{participant}.*").Select(path => Path.GetFileName(path)).ToArray());

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(string name) =>
        RunFolderException.Guard(PathOf(name), "read a snapshot", () => File.ReadAllBytes(PathOf(name)));

    /// <inheritdoc/>
    public void Replace(string name, Action<Stream> write) =>
        RunFolderException.Guard(PathOf(name), "store a snapshot", () => RunFolder.ReplaceFile(PathOf(name), write));

    /// <inheritdoc/>
    public void Delete(string name) =>
        RunFolderException.Guard(PathOf(name), "delete a snapshot", () => File.Delete(PathOf(name)));

    private string PathOf(string name) => Path.Combine(folder, name);
}
