namespace ActorFed.Tests.Shared;

/// <summary>
/// Finds published data sets: in the folder that the environment variable <c>ACTORFED_DATA</c> names, else in the nearest
/// <c>shared/data</c> beside any parent folder of the test.
/// </summary>
public static class RealData
{
    /// <summary>The folder, or null when none is at hand.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>Why tests of <paramref name="set"/> cannot run here; null when they can.</summary>
    public static string? WhyMissing(string set) =>
        Folder is null
            ? "no data folder: set ACTORFED_DATA to one, or keep it at shared/data beside the repository"
            : Directory.Exists(Path.Combine(Folder, set)) ? null : $"no folder '{set}' in {Folder}";

    /// <summary>Opens a file by its path within the data folder.</summary>
    public static FileStream Open(string path) => File.OpenRead(Path.Combine(Folder!, path));

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("ACTORFED_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        for (DirectoryInfo? parent = new(AppContext.BaseDirectory); parent is not null; parent = parent.Parent)
        {
            string candidate = Path.Combine(parent.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
