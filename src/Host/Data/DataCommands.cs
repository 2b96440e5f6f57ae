using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace ActorFed.Host.Data;

/// <summary>What <c>actorfed data list</c>, <c>get</c> and <c>check</c> do. Each returns the exit code of the program.</summary>
/// <param name="locator">Where to look and where to write.</param>
/// <param name="downloader">Fetches files; used by <see cref="GetAsync"/> only.</param>
/// <param name="output">Receives the result: text, or with <paramref name="json"/> one object on one line.</param>
/// <param name="error">Receives progress and failures.</param>
/// <param name="json">Whether the result is for programs.</param>
/// <param name="sets">The known sets; null for <see cref="DataCatalog.Sets"/>.</param>
internal sealed class DataCommands(
    DataLocator locator, DataDownloader downloader, TextWriter output, TextWriter error, bool json,
    ImmutableArray<DataSetEntry>? sets = null)
{
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web);

    private readonly ImmutableArray<DataSetEntry> _sets = sets ?? DataCatalog.Sets;

    /// <summary>Lists the known sets and where their files lie.</summary>
    public int List()
    {
        List<ListedSet> listed = [.. _sets.Select(Describe)];
        if (json)
        {
            WriteJson(new { command = "data list", roots = locator.Roots, sets = listed });
            return ExitCodes.Success;
        }

        foreach (ListedSet set in listed)
        {
            output.WriteLine($"{set.Name,-17}{set.State,-11}{set.Shape,-38}{(set.Bytes > 0 ? Size(set.Bytes) : ""),9}  {set.Description}");
        }

        output.WriteLine();
        output.WriteLine(locator.Roots.IsEmpty ? "No folder to look in: pass --data DIR." : "Looked in:");
        foreach (DataRoot root in locator.Roots)
        {
            output.WriteLine($"  {root.Path} ({root.Origin})");
        }

        return ExitCodes.Success;
    }

    /// <summary>Fetches the named sets into <see cref="DataLocator.DownloadRoot"/>; a right file found elsewhere is left alone unless <c>--data</c> names the place.</summary>
    public async Task<int> GetAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        if (names.Count == 0)
        {
            return Refuse("data get", $"Name the sets to get. Known are: {string.Join(", ", _sets.Select(set => set.Name))}.");
        }

        if (!TrySelect(names, out List<DataSetEntry> selected, out string problem))
        {
            return Refuse("data get", problem);
        }

        List<FetchedFile> fetched = [];
        foreach (DataFile file in selected.SelectMany(set => set.Files))
        {
            FetchedFile result = await FetchAsync(file, cancellation);
            fetched.Add(result);
            if (result.Error is not null)
            {
                error.WriteLine(result.Error);
            }
            else if (!json)
            {
                output.WriteLine($"{result.Path}: {result.Outcome} ({result.Location})");
            }
        }

        bool isOk = fetched.TrueForAll(file => file.Error is null);
        if (json)
        {
            WriteJson(new { command = "data get", ok = isOk, files = fetched });
        }
        else
        {
            foreach (DataSetEntry generated in selected.Where(set => set.IsGenerated))
            {
                output.WriteLine($"{generated.Name}: generated, nothing to fetch");
            }
        }

        return isOk ? ExitCodes.Success : ExitCodes.Failed;
    }

    /// <summary>Recomputes the hashes of the named sets, or of every set of which some file is present.</summary>
    public int Check(IReadOnlyList<string> names)
    {
        if (!TrySelect(names, out List<DataSetEntry> selected, out string problem))
        {
            return Refuse("data check", problem);
        }

        if (names.Count == 0)
        {
            selected = [.. _sets.Where(set => set.Files.Any(file => locator.TryFind(file) is not null))];
            if (selected.Count == 0)
            {
                error.WriteLine("No data set is present, so there is nothing to check. 'actorfed data list' shows where sets are looked for.");
            }
        }

        List<CheckedFile> files = [.. selected.SelectMany(set => set.Files).Select(CheckFile)];
        bool isOk = selected.Count > 0 && files.TrueForAll(file => file.State == "ok");
        if (json)
        {
            WriteJson(new { command = "data check", ok = isOk, files });
        }
        else
        {
            foreach (CheckedFile file in files)
            {
                output.WriteLine(file.State == "corrupt"
                    ? $"{file.Path}: corrupt ({file.Location}): SHA-256 is {file.ActualSha256}, expected is {file.ExpectedSha256}"
                    : $"{file.Path}: {file.State}{(file.Location is null ? "" : $" ({file.Location})")}");
            }
        }

        return isOk ? ExitCodes.Success : ExitCodes.Failed;
    }

    private ListedSet Describe(DataSetEntry set)
    {
        List<ListedFile> files =
            [.. set.Files.Select(file => new ListedFile(file.Path, file.Stored.Bytes, file.Stored.Sha256, file.Urls, file.ByHand, locator.TryFind(file)))];
        int present = files.Count(file => file.Location is not null);
        string state = set.IsGenerated ? "generated" : present == 0 ? "missing" : present < files.Count ? "partial" : "present";
        return new ListedSet(set.Name, state, set.Shape, files.Sum(file => file.Bytes), set.Description, set.Licence, files);
    }

    private async Task<FetchedFile> FetchAsync(DataFile file, CancellationToken cancellation)
    {
        try
        {
            string? elsewhere = locator.Option is null ? locator.TryFind(file) : null;
            if (elsewhere is not null && file.Check(elsewhere).State == FileState.Ok)
            {
                return new FetchedFile(file.Path, Word(DownloadOutcome.AlreadyPresent), elsewhere, null);
            }

            string root = locator.DownloadRoot;
            DownloadOutcome outcome = await downloader.FetchAsync(file, root, ReportTenths(), cancellation);
            return new FetchedFile(file.Path, Word(outcome), file.Under(root), null);
        }
        catch (Exception e) when (e is DataSetException or IOException or UnauthorizedAccessException)
        {
            return new FetchedFile(file.Path, "failed", null, e.Message);
        }
    }

    /// <summary>A line for every tenth of a file: enough to see it move, few enough for a log.</summary>
    private Action<DownloadProgress> ReportTenths()
    {
        long reported = 0;
        return progress =>
        {
            long tenths = 10 * progress.Bytes / progress.TotalBytes;
            if (tenths > reported)
            {
                reported = tenths;
                error.WriteLine(
                    $"{progress.File.Path}: {Size(progress.Bytes)} of {Size(progress.TotalBytes)}, {Size((long)progress.BytesPerSecond)}/s");
            }
        };
    }

    private CheckedFile CheckFile(DataFile file)
    {
        string? path = locator.TryFind(file);
        if (path is null)
        {
            return new CheckedFile(file.Path, "missing", null, file.Stored.Sha256, null);
        }

        try
        {
            FileCheck check = file.Check(path);
            return new CheckedFile(
                file.Path, check.State == FileState.Ok ? "ok" : "corrupt", path, file.Stored.Sha256, check.Actual?.Sha256);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{path} cannot be read: {e.Message}");
            return new CheckedFile(file.Path, "unreadable", path, file.Stored.Sha256, null);
        }
    }

    private bool TrySelect(IReadOnlyList<string> names, out List<DataSetEntry> selected, out string problem)
    {
        try
        {
            selected = [.. names.Distinct().Select(name => DataCatalog.Get(_sets, name))];
            problem = "";
            return true;
        }
        catch (DataSetException e)
        {
            selected = [];
            problem = e.Message;
            return false;
        }
    }

    private int Refuse(string command, string problem)
    {
        error.WriteLine(problem);
        if (json)
        {
            WriteJson(new { command, ok = false, error = problem });
        }

        return ExitCodes.BadInput;
    }

    private void WriteJson(object value) => output.WriteLine(JsonSerializer.Serialize(value, JsonOptions));

    private static string Word(DownloadOutcome outcome) => outcome switch
    {
        DownloadOutcome.Downloaded => "downloaded",
        DownloadOutcome.Replaced => "replaced; the damaged file is kept beside it as .bad",
        _ => "already present",
    };

    private static string Size(long bytes) => bytes < 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} kB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");

    private sealed record ListedFile(
        string Path, long Bytes, string Sha256, ImmutableArray<string> Urls, string? ByHand, string? Location);

    private sealed record ListedSet(
        string Name, string State, string Shape, long Bytes, string Description, string Licence, List<ListedFile> Files);

    private sealed record FetchedFile(string Path, string Outcome, string? Location, string? Error);

    private sealed record CheckedFile(string Path, string State, string? Location, string ExpectedSha256, string? ActualSha256);
}
