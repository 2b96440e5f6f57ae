using ActorFed.Actors;

namespace ActorFed.Host.Runs;

/// <summary>Runs as folders of plain files, one each: what one machine needs.</summary>
/// <param name="newRun">Where a new run goes; null: below <paramref name="root"/>, under its id.</param>
/// <param name="root">The folder with the folders of runs.</param>
internal sealed class FolderRunStore(string? newRun = null, string root = FolderRunStore.DefaultRoot) : IRunStore
{
    private const string DefaultRoot = "runs";

    /// <inheritdoc/>
    public string Place => $"the folder '{Path.GetFullPath(root)}'";

    /// <summary>Where what has an id is kept unless the user says otherwise.</summary>
    public static string DefaultPath(string id) => Path.Combine(DefaultRoot, id);

    /// <inheritdoc/>
    /// <remarks>Runs in folders of their own are found by their path, and not listed.</remarks>
    public IReadOnlyList<string> List() => RunFolderException.Guard(root, "list the runs", () => (string[])(!Directory.Exists(root) ? [] :
    [
        .. Directory.GetDirectories(root)
            .Where(folder => File.Exists(new StoredFolder(folder).PlanPath))
            .OrderByDescending(Directory.GetCreationTimeUtc)
            .ThenByDescending(folder => folder, StringComparer.Ordinal)
            .Select(folder => Path.GetFileName(folder)),
    ]));

    /// <inheritdoc/>
    public IStoredRun Find(string run)
    {
        StoredFolder found = new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(PathOf(run))));
        return File.Exists(found.PlanPath)
            ? found
            : throw new RunFolderException($"'{found.Folder}' is not a run folder: it has no plan.conf. Check the path or the id of the run.");
    }

    /// <inheritdoc/>
    public IOpenRun Create(string id, string plan) => RunFolder.Create(newRun ?? Path.Combine(root, id), plan);

    /// <inheritdoc/>
    public IOpenRun Resume(string run, bool takesOver = false) => takesOver
        ? throw new RunFolderException($"The run folder '{PathOf(run)}' cannot be taken from its holder: stop that process, then resume the run.")
        : RunFolder.OpenForResume(PathOf(run));

    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds nothing; the runs it opened are held by themselves.
    }

    private string PathOf(string run) => Directory.Exists(run) ? run : Path.Combine(root, run);
}
