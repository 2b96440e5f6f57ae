namespace ActorFed.Host.Tests.Experiments;

/// <summary>Files of the repository that the tests run in.</summary>
internal static class Checkout
{
    private static readonly string Folder = Find();

    /// <summary>A file by its path within the repository.</summary>
    public static string At(string relative) => Path.Combine([Folder, .. relative.Split('/')]);

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ActorFed.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds ActorFed.sln.");
    }
}
