using System.Diagnostics;

namespace ActorFed.Repository.Tests;

/// <summary>The files of the repository as git sees them: tracked or new, never ignored.</summary>
internal static class RepositoryFiles
{
    private static readonly Lazy<IReadOnlyList<string>> Listed = new(List);

    /// <summary>The folder of <c>ActorFed.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file, relative to <see cref="Root"/>, with <c>/</c> between parts.</summary>
    public static IReadOnlyList<string> All => Listed.Value;

    /// <summary>The files under <paramref name="folder"/> (which ends in <c>/</c>, or is empty) whose names end in <paramref name="ending"/>.</summary>
    public static IEnumerable<string> Under(string folder, string ending) => All.Where(path =>
        path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>Every file that is text.</summary>
    public static IEnumerable<string> Texts => All.Where(path => !Read(path).Contains('\0', StringComparison.Ordinal));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Whether <paramref name="path"/> is a file of the repository or a folder that holds one.</summary>
    public static bool Exists(string path) =>
        path.Length == 0 || All.Any(file => file == path || file.StartsWith(path + "/", StringComparison.Ordinal));

    /// <summary>What git prints for <paramref name="arguments"/>, split at NUL.</summary>
    public static IEnumerable<string> Git(params string[] arguments)
    {
        // A checkout owned by another user, as in a container, is still the checkout to look at.
        using Process git = Process.Start(new ProcessStartInfo("git", ["-c", "safe.directory=*", "-C", Root, .. arguments])
        {
            RedirectStandardOutput = true,
        })!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0
            ? output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException(
                $"git {string.Join(' ', arguments)} ended with {git.ExitCode} in {Root}: the repository tests need a git checkout.");
    }

    private static List<string> List() =>
        [.. Git("ls-files", "-z", "--cached", "--others", "--exclude-standard").Distinct().Where(path => File.Exists(Path.Combine(Root, path)))];

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ActorFed.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds ActorFed.sln.");
    }
}
