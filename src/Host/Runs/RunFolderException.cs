using ActorFed.Actors;

namespace ActorFed.Host.Runs;

/// <summary>A run folder or a file in it cannot be used; the message names the path, the cause and the way out.</summary>
internal sealed class RunFolderException(string message, Exception? cause = null) : RunStoreException(message, cause)
{
    // ENOSPC and EDQUOT of Linux, EDQUOT of macOS, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
    private static readonly int[] DiskFullCodes = [28, 122, 69, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <summary>Whether the cause is that no space is left.</summary>
    public bool IsDiskFull => IsFull(InnerException);

    /// <summary>
    /// Runs <paramref name="access"/>; an error of the file system comes out as a <see cref="RunFolderException"/>.
    /// </summary>
    /// <param name="path">The folder or file touched.</param>
    /// <param name="purpose">What was to be done, such as <c>write the metrics</c>.</param>
    /// <param name="access">What touches it.</param>
    public static T Guard<T>(string path, string purpose, Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.SecurityException)
        {
            throw Because(path, purpose, e);
        }
    }

    /// <inheritdoc cref="Guard{T}(string, string, Func{T})"/>
    public static void Guard(string path, string purpose, Action access) => Guard(path, purpose, () =>
    {
        access();
        return true;
    });

    private static RunFolderException Because(string path, string purpose, Exception cause)
    {
        string wayOut = cause switch
        {
            _ when IsFull(cause) => "Free space on that disk, then resume the run, or choose a folder on another disk.",
            UnauthorizedAccessException => "Choose a folder that you may write to, or change its permissions.",
            _ => "Choose another run folder, or repair this one.",
        };
        return new RunFolderException($"Cannot {purpose} at '{path}': {cause.Message} {wayOut}", cause);
    }

    private static bool IsFull(Exception? cause) => cause is IOException && DiskFullCodes.Contains(cause.HResult);
}
