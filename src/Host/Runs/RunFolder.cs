using System.Globalization;
using System.Text;
using ActorFed.Actors;

namespace ActorFed.Host.Runs;

/// <summary>The folder of one run, held exclusively from opening to disposal.</summary>
/// <remarks>
/// The hold is a lock of the operating system on <c>run.lock</c>, so it ends with its process, however that dies. A locked file
/// cannot be read by others everywhere; who holds it therefore stands beside it, in <c>run.pid</c>.
/// </remarks>
internal sealed class RunFolder : StoredFolder, IOpenRun
{
    // EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION of Windows: what opening a locked file reports.
    private static readonly int[] LockedCodes = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _lock;

    private RunFolder(string folder, FileStream heldLock, bool isResumed)
        : base(folder)
    {
        IsResumed = isResumed;
        _lock = heldLock;
    }

    /// <summary>Whether the folder held a run before: metrics and events are appended, snapshots are resumed from.</summary>
    public bool IsResumed { get; }

    /// <inheritdoc/>
    public override bool IsOpen => true;

    /// <summary>Makes the folder of a new run and writes its plan.</summary>
    /// <param name="path">The folder: absent or empty.</param>
    /// <param name="plan">Text of <c>plan.conf</c>.</param>
    /// <exception cref="RunFolderException">It is not empty, in use, or cannot be written.</exception>
    public static RunFolder Create(string path, string plan)
    {
        string folder = FullPath(path);
        RunFolderException.Guard(folder, "create the run folder", () => Directory.CreateDirectory(folder));
        if (File.Exists(Path.Combine(folder, "plan.conf")))
        {
            ThrowWhenHeld(folder);
            throw new RunFolderException($"'{folder}' already holds a run. Resume it, or choose another folder.");
        }

        if (Directory.EnumerateFileSystemEntries(folder).Any(e => Path.GetFileName(e) is not (LockName or HolderName)))
        {
            throw new RunFolderException($"'{folder}' is not empty and not a run folder. Choose an empty or a new folder.");
        }

        return Hold(folder, isResumed: false, () =>
        {
            Directory.CreateDirectory(Path.Combine(folder, "snapshots"));
            ReplaceFile(Path.Combine(folder, "plan.conf"), stream => stream.Write(Encoding.UTF8.GetBytes(plan)));
        });
    }

    /// <summary>Opens the folder of an earlier run to go on with it.</summary>
    /// <exception cref="RunFolderException">It is no run folder, in use, or cannot be written.</exception>
    public static RunFolder OpenForResume(string path)
    {
        string folder = FullPath(path);
        if (!Directory.Exists(folder))
        {
            throw new RunFolderException($"'{folder}' does not exist, so no run can be resumed from it. Check the path.");
        }

        if (!File.Exists(Path.Combine(folder, "plan.conf")))
        {
            throw new RunFolderException($"'{folder}' is not a run folder: it has no plan.conf. Check the path.");
        }

        return Hold(folder, isResumed: true, () => Directory.CreateDirectory(Path.Combine(folder, "snapshots")));
    }

    /// <inheritdoc/>
    public void ReplacePlan(string plan) => ReplaceText(PlanPath, plan);

    /// <inheritdoc/>
    public IMetricsLog OpenMetrics() => new MetricsWriter(MetricsPath);

    /// <inheritdoc/>
    public IEventLog OpenEvents() => new EventFile(EventsPath);

    /// <inheritdoc/>
    void IOpenRun.ReplaceFile(string name, Action<Stream> write) =>
        RunFolderException.Guard(In(name), "write the file", () => ReplaceFile(In(name), write));

    /// <inheritdoc/>
    public Stream AppendFile(string name) => NewFile(In(name));

    /// <inheritdoc/>
    public void MarkEnded()
    {
        // No cluster carries out what lies in a folder.
    }

    /// <summary>Makes a file; there must be none.</summary>
    public static FileStream NewFile(string path) => RunFolderException.Guard(
        path, "write the file", () => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0));

    /// <summary>Writes a whole text file so that readers see the old content or the new, never a part.</summary>
    public static void ReplaceText(string path, string text) => RunFolderException.Guard(
        path, "write the file", () => ReplaceFile(path, stream => stream.Write(Encoding.UTF8.GetBytes(text))));

    /// <summary>
    /// Writes a whole file so that readers see the old content or the new, never a part; it is on disk on return.
    /// </summary>
    public static void ReplaceFile(string path, Action<Stream> write)
    {
        string temporary = path + ISnapshotFiles.UnfinishedEnding;
        using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Lets the folder go.</summary>
    public void Dispose()
    {
        if (_lock.CanRead)
        {
            // While the lock is still held; the lock file itself stays, since deleting it would race.
            File.Delete(In(HolderName));
            _lock.Dispose();
        }
    }

    /// <summary>Without a slash at its end, since the last name of the path is the id of the run.</summary>
    private static string FullPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static RunFolder Hold(string folder, bool isResumed, Action prepare)
    {
        FileStream heldLock = TakeLock(folder);
        try
        {
            RunFolderException.Guard(folder, "write the run folder", () =>
            {
                File.WriteAllText(
                    Path.Combine(folder, HolderName),
                    string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} on {Environment.MachineName}"));
                prepare();
            });
            return new RunFolder(folder, heldLock, isResumed);
        }
        catch
        {
            heldLock.Dispose();
            throw;
        }
    }

    private static void ThrowWhenHeld(string folder)
    {
        using FileStream free = TakeLock(folder);
    }

    private static FileStream TakeLock(string folder)
    {
        string path = Path.Combine(folder, LockName);
        try
        {
            return RunFolderException.Guard(
                path, "lock the run folder", () => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (RunFolderException e) when (e.InnerException is IOException cause && LockedCodes.Contains(cause.HResult))
        {
            throw new RunFolderException(
                $"The run folder '{folder}' is in use by process {Holder(folder)}. Wait for it to end or stop it, or choose another folder.",
                cause);
        }
    }

    private static string Holder(string folder)
    {
        string path = Path.Combine(folder, HolderName);
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"(unknown: {e.Message})";   // the holder is just starting or ending; its number is a courtesy, not a need
        }
    }
}
