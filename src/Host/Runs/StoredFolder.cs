using System.Text;
using ActorFed.Actors;

namespace ActorFed.Host.Runs;

/// <summary>The folder of a run, to look at.</summary>
/// <param name="folder">Full path, without a slash at its end; has a <c>plan.conf</c>, or is about to get one.</param>
internal class StoredFolder(string folder) : IStoredRun
{
    public const string ModelName = "model.safetensors";
    public const string ReportName = "report.html";
    public const string ResultName = "result.json";

    protected const string PlanName = "plan.conf";
    protected const string LockName = "run.lock";
    protected const string HolderName = "run.pid";

    private const string MetricsName = "metrics.csv";
    private const string EventsName = "events.jsonl";
    private const byte LineEnd = (byte)'\n';

    private static readonly string[] NoFiles = [PlanName, LockName, HolderName, MetricsName, EventsName];

    /// <summary>Full path, without a slash at its end.</summary>
    public string Folder => folder;

    /// <inheritdoc/>
    public string Id => Path.GetFileName(folder);

    /// <inheritdoc/>
    public string Place => $"the folder '{folder}'";

    /// <inheritdoc/>
    public virtual bool IsOpen
    {
        get
        {
            try
            {
                if (File.Exists(In(LockName)))
                {
                    using FileStream free = new(In(LockName), FileMode.Open, FileAccess.Read, FileShare.Read);
                }

                return false;
            }
            catch (IOException)
            {
                return true; // whoever holds it shares nothing
            }
        }
    }

    public string PlanPath => In(PlanName);

    public string MetricsPath => In(MetricsName);

    public string EventsPath => In(EventsName);

    public string ModelPath => In(ModelName);

    public string SnapshotsPath => In("snapshots");

    public string ReportPath => In(ReportName);

    /// <inheritdoc/>
    public string ReadPlan() => RunFolderException.Guard(PlanPath, "read the plan", () => File.ReadAllText(PlanPath));

    /// <inheritdoc/>
    public MetricsTable ReadMetrics(int newest)
    {
        if (!File.Exists(MetricsPath) || new FileInfo(MetricsPath).Length == 0)
        {
            return new MetricsTable(["step", "seconds"], []);
        }

        MetricsTable table = MetricsFile.Read(MetricsPath);
        return table with { Rows = [.. table.Rows.Skip(Math.Max(0, table.Rows.Count - newest))] };
    }

    /// <inheritdoc/>
    /// <remarks>Positions are bytes of the file.</remarks>
    public EventPage ReadEvents(long position, int most) => RunFolderException.Guard(EventsPath, "read the events", () =>
    {
        List<string> lines = [];
        if (!File.Exists(EventsPath))
        {
            return new EventPage(lines, position);
        }

        using BufferedStream stream = new(new FileStream(EventsPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), 1 << 16);
        stream.Position = position;
        List<byte> line = [];
        for (int next = stream.ReadByte(); next >= 0 && lines.Count < most; next = lines.Count < most ? stream.ReadByte() : -1)
        {
            if (next != LineEnd)
            {
                line.Add((byte)next);
                continue;
            }

            lines.Add(Encoding.UTF8.GetString([.. line]));
            position += line.Count + 1; // a line without an end is still being written
            line.Clear();
        }

        return new EventPage(lines, position);
    });

    /// <inheritdoc/>
    public string? LastEvent() => RunFolderException.Guard(EventsPath, "read the events", () =>
    {
        if (!File.Exists(EventsPath))
        {
            return null;
        }

        using FileStream stream = new(EventsPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        long length = stream.Length;
        for (long size = Math.Min(length, 1 << 12); size > 0; size = Math.Min(length, size * 4))
        {
            byte[] tail = new byte[size];
            stream.Position = length - size;
            stream.ReadExactly(tail);
            int end = tail.AsSpan().LastIndexOf(LineEnd);
            int before = end <= 0 ? -1 : tail.AsSpan(0, end).LastIndexOf(LineEnd);
            if (end > 0 && (before >= 0 || size == length))
            {
                return Encoding.UTF8.GetString(tail, before + 1, end - before - 1);
            }

            if (size == length)
            {
                break;
            }
        }

        return null;
    });

    /// <inheritdoc/>
    public IReadOnlyList<string> FileNames() => RunFolderException.Guard(folder, "list the files", () => (string[])
    [
        .. Directory.GetFiles(folder).Select(path => Path.GetFileName(path))
            .Where(name => !NoFiles.Contains(name) && !name.EndsWith(ISnapshotFiles.UnfinishedEnding, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ]);

    /// <inheritdoc/>
    public Stream OpenFile(string name) => RunFolderException.Guard(
        In(name), "read the file", () => new FileStream(In(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));

    /// <inheritdoc/>
    public ISnapshotStore Snapshots(Action<SnapshotNotice> notify) => new GenerationStore(new SnapshotFolder(SnapshotsPath), notify);

    protected string In(string name) => Path.Combine(folder, name);
}
