using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary><c>actorfed list runs</c>, <c>status</c>, <c>logs</c> and <c>report</c>: what a store knows of its runs.</summary>
/// <param name="store">The store.</param>
/// <param name="output">Where results go.</param>
/// <param name="isJson">Whether the end is one JSON object.</param>
/// <param name="clock">Paces looking for new events.</param>
internal sealed class RunsCommands(IRunStore store, TextWriter output, bool isJson, TimeProvider clock)
{
    private const int StatusRows = 200; // test metrics are not in every row
    private const int PageLines = 10_000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>One line for each run, newest first.</summary>
    public int List()
    {
        RunStatus[] runs = [.. store.List().Select(id => RunStatus.Of(store.Find(id), cluster: store.Cluster))];
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new { store = store.Place, runs }, Json));
            return ExitCodes.Success;
        }

        output.WriteLine($"Runs in {store.Place}");
        int width = runs.Select(run => run.Run.Length).DefaultIfEmpty(0).Max();
        foreach (RunStatus run in runs)
        {
            string started = run.StartedAt?.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";
            string what = run.StartedAt is null ? "" : $"  {run.Algorithm} on {run.Problem}"; // told by who begins it
            output.WriteLine($"  {run.Run.PadRight(width)}  {run.State,-11}  {started,-16}  step {Display.Count(run.Steps),-9}{what}");
        }

        return ExitCodes.Success;
    }

    /// <summary>How one run stands.</summary>
    public int Status(string name)
    {
        IStoredRun run = store.Find(name);
        RunStatus status = RunStatus.Of(run, StatusRows, store.Cluster);
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(status, Json));
            return ExitCodes.Success;
        }

        output.WriteLine($"run {status.Run}: {status.State}{(status.Reason is string reason ? $", {reason}" : "")}");
        output.WriteLine($"  in {run.Place}");
        if (status.StartedAt is DateTimeOffset at)
        {
            output.WriteLine($"  {status.Algorithm} on {status.Problem}, {status.Engine} engine, {status.Workers} workers, seed {status.Seed}");
            output.WriteLine($"  begun {at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}");
        }

        output.WriteLine($"  step {Display.Count(status.Steps)} after {Display.Duration(TimeSpan.FromSeconds(status.Seconds))}");
        foreach ((string measure, double value) in status.Measures)
        {
            output.WriteLine($"  {measure} {Display.Number(value)}");
        }

        foreach (IGrouping<string, string> node in status.Holders.GroupBy(holder => holder.Value, holder => holder.Key).OrderBy(node => node.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"  node {node.Key}: {string.Join(", ", node.Order(StringComparer.Ordinal))}");
        }

        if (status.State == RunStatus.Waiting)
        {
            output.WriteLine("  No node hosts it at present; why, says: actorfed nodes");
        }
        else if (status.State == RunStatus.Stopped)
        {
            output.WriteLine($"  Go on with it: actorfed resume {run.Id}");
        }
        else if (status.State == RunStatus.Interrupted)
        {
            output.WriteLine($"  Its process ended without a word; go on with it: actorfed run --resume {run.Folder ?? run.Id}");
        }

        return ExitCodes.Success;
    }

    /// <summary>The events of one run.</summary>
    /// <param name="name">The run.</param>
    /// <param name="follows">Whether to wait for further ones until the run ends.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<int> LogsAsync(string name, bool follows, CancellationToken cancellation)
    {
        IStoredRun run = store.Find(name);
        long position = 0;
        long count = 0;
        int code = ExitCodes.Success;
        try
        {
            for (bool goesOn = true; goesOn;)
            {
                bool isOpen = follows && run.IsOpen; // before reading: what it writes last is read still
                EventPage page = run.ReadEvents(position, PageLines);
                foreach (string line in page.Lines)
                {
                    output.WriteLine(isJson ? line : Words(line));
                }

                position = page.Next;
                count += page.Lines.Count;
                goesOn = isOpen || page.Lines.Count > 0;
                if (page.Lines.Count == 0 && goesOn)
                {
                    await Task.Delay(LookEvery, clock, cancellation);
                }
            }
        }
        catch (OperationCanceledException)
        {
            code = ExitCodes.Cancelled;
        }

        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new { run = run.Id, events = count }, Json));
        }

        return code;
    }

    /// <summary>Puts all that a run has to show into a folder: report, result, model, plan, metrics and events.</summary>
    /// <param name="name">The run.</param>
    /// <param name="folder">The folder, absent or empty; null: the run's id.</param>
    public int Report(string name, string? folder)
    {
        IStoredRun run = store.Find(name);
        string path = Path.GetFullPath(folder ?? run.Id);
        RunFolderException.Guard(path, "write the report", () => Directory.CreateDirectory(path));
        if (Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new RunFolderException($"'{path}' is not empty. Choose an empty or a new folder: --out FOLDER.");
        }

        StoredFolder copy = new(path);
        RunFolder.ReplaceText(copy.PlanPath, run.ReadPlan());
        CopyMetrics(run.ReadMetrics(), copy.MetricsPath);
        CopyEvents(run, copy.EventsPath);
        IReadOnlyList<string> names = run.FileNames();
        foreach (string file in names)
        {
            using Stream content = run.OpenFile(file);
            RunFolderException.Guard(path, "write the report", () => RunFolder.ReplaceFile(Path.Combine(path, file), content.CopyTo));
        }

        bool hasReport = names.Contains(StoredFolder.ReportName);
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new { run = run.Id, folder = path, report = hasReport ? copy.ReportPath : null }, Json));
        }
        else
        {
            output.WriteLine(hasReport
                ? $"Report: {copy.ReportPath}"
                : $"Run {run.Id} has not ended, so there is no report yet; what there is lies in {path}");
        }

        return ExitCodes.Success;
    }

    private static void CopyMetrics(MetricsTable metrics, string path)
    {
        using MetricsWriter writer = new(path);
        for (int row = 0; row < metrics.Rows.Count; row++)
        {
            double[] values = metrics.Rows[row];
            Measure[] measures = [.. Enumerable.Range(MetricsTable.FirstValue, values.Length - MetricsTable.FirstValue)
                .Where(column => !double.IsNaN(values[column]))
                .Select(column => new Measure(metrics.Columns[column], values[column]))];
            writer.Write(metrics.Step(row), TimeSpan.FromSeconds(metrics.Seconds(row)), measures);
        }
    }

    private static void CopyEvents(IStoredRun run, string path)
    {
        using EventFile file = new(path);
        for (EventPage page = run.ReadEvents(0, PageLines); page.Lines.Count > 0; page = run.ReadEvents(page.Next, PageLines))
        {
            foreach (string line in page.Lines)
            {
                file.Write(line);
            }
        }
    }

    /// <summary>An event as a person reads it: time, name, then the rest.</summary>
    private static string Words(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        string seconds = root.GetProperty("seconds").GetDouble().ToString("0.000", CultureInfo.InvariantCulture);
        IEnumerable<string> rest = root.EnumerateObject().Where(member => member.Name is not ("seconds" or "event")).Select(member => $"{member.Name}={member.Value}");
        return $"{seconds,12}  {root.GetProperty("event").GetString()}  {string.Join("  ", rest)}".TrimEnd();
    }
}
