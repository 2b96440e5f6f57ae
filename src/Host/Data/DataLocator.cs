using System.Collections.Immutable;

namespace ActorFed.Host.Data;

/// <summary>A folder that may hold data sets, and who named it.</summary>
/// <param name="Path">The folder; it need not exist.</param>
/// <param name="Origin">Who named it: <c>--data</c>, <c>ACTORFED_DATA</c> or <c>the user's cache</c>.</param>
internal sealed record DataRoot(string Path, string Origin);

/// <summary>Finds the files of data sets: under <c>--data</c>, then <c>ACTORFED_DATA</c>, then the user's cache.</summary>
internal sealed class DataLocator
{
    /// <summary>Origin of the folder that downloads go to by default.</summary>
    public const string CacheOrigin = "the user's cache";

    private readonly ImmutableArray<DataSetEntry> _sets;
    private readonly string? _cache;

    /// <summary>Reads the environment once.</summary>
    /// <param name="option">The value of <c>--data</c>, or null.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <param name="sets">The known sets; null for <see cref="DataCatalog.Sets"/>.</param>
    public DataLocator(string? option, Func<string, string?> environment, ImmutableArray<DataSetEntry>? sets = null)
    {
        _sets = sets ?? DataCatalog.Sets;
        _cache = CacheFolder(environment);
        Option = string.IsNullOrEmpty(option) ? null : Path.GetFullPath(option);
        string? variable = environment("ACTORFED_DATA");
        List<DataRoot> roots = [];
        if (Option is not null)
        {
            roots.Add(new DataRoot(Option, "--data"));
        }

        if (!string.IsNullOrEmpty(variable))
        {
            roots.Add(new DataRoot(Path.GetFullPath(variable), "ACTORFED_DATA"));
        }

        if (_cache is not null)
        {
            roots.Add(new DataRoot(_cache, CacheOrigin));
        }

        Roots = [.. roots];
    }

    /// <summary>The folder given by <c>--data</c>, or null.</summary>
    public string? Option { get; }

    /// <summary>The folders in the order in which they are searched.</summary>
    public ImmutableArray<DataRoot> Roots { get; }

    /// <summary>Where downloads go: <c>--data</c> when it was given, else the user's cache; never <c>ACTORFED_DATA</c>, which may be shared.</summary>
    /// <exception cref="DataSetException">There is no such folder.</exception>
    public string DownloadRoot => Option ?? _cache ?? throw new DataSetException(
        "There is no cache folder to download to: neither XDG_CACHE_HOME nor HOME is set. Set one of them or pass --data DIR.");

    /// <summary>The path of file <paramref name="fileName"/> of data set <paramref name="setName"/>; its content is not checked.</summary>
    /// <exception cref="DataSetException">The set or file is unknown, or no folder holds it.</exception>
    public string Find(string setName, string fileName)
    {
        DataSetEntry set = DataCatalog.Get(_sets, setName);
        DataFile file = set.Files.FirstOrDefault(file => file.Name == fileName) ?? throw new DataSetException(
            $"Data set '{setName}' has no file '{fileName}'. " + (set.IsGenerated
                ? "It is generated and has no files."
                : $"Its files are: {string.Join(", ", set.Files.Select(known => known.Name))}."));
        return TryFind(file) ?? throw Missing(set, file);
    }

    /// <summary>The first path at which <paramref name="file"/> lies, or null.</summary>
    public string? TryFind(DataFile file) =>
        Roots.Select(root => file.Under(root.Path)).FirstOrDefault(File.Exists);

    private static string? CacheFolder(Func<string, string?> environment)
    {
        string? cache = environment("XDG_CACHE_HOME");
        if (!string.IsNullOrEmpty(cache))
        {
            return Path.Combine(cache, "actorfed", "data");
        }

        string? home = environment("HOME") is { Length: > 0 } unix ? unix : environment("USERPROFILE");
        return string.IsNullOrEmpty(home) ? null : Path.Combine(home, ".cache", "actorfed", "data");
    }

    private DataSetException Missing(DataSetEntry set, DataFile file)
    {
        string looked = Roots.IsEmpty
            ? "nowhere, since none of --data, ACTORFED_DATA, XDG_CACHE_HOME and HOME is given"
            : string.Join(", ", Roots.Select(root => $"{file.Under(root.Path)} ({root.Origin})"));
        string wayOut = file.Urls.IsEmpty
            ? $"It cannot be downloaded directly; make it by hand: {file.ByHand}. Then put it in one of these places"
            : $"Fetch it with 'actorfed data get {set.Name}'";
        return new DataSetException(
            $"File {file.Path} of data set '{set.Name}' was not found. Looked in: {looked}. {wayOut}, or name its folder with --data DIR.");
    }
}
