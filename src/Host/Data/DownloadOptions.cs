namespace ActorFed.Host.Data;

/// <summary>Bounds of a download.</summary>
internal sealed record DownloadOptions
{
    /// <summary>Most requests to one URL for one file, resumed ones included; at least 1.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Wait before the second request to a URL; grows by as much for each further one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest silence of a server, before its answer or within it.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Measures rates, waits and silences.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>How far a download is.</summary>
/// <param name="File">Which file.</param>
/// <param name="Bytes">Bytes on disk, those of earlier attempts included.</param>
/// <param name="TotalBytes">Bytes to expect.</param>
/// <param name="BytesPerSecond">Mean rate since the current request began; 0 when no time has passed.</param>
internal readonly record struct DownloadProgress(DataFile File, long Bytes, long TotalBytes, double BytesPerSecond);

/// <summary>How a download ended well.</summary>
internal enum DownloadOutcome
{
    /// <summary>The file was fetched and is right.</summary>
    Downloaded,

    /// <summary>The right file was there already.</summary>
    AlreadyPresent,

    /// <summary>A damaged file was there, which is kept as <c>NAME.bad</c>; the right one was fetched.</summary>
    Replaced,
}
