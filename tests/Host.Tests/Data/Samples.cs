using System.Collections.Immutable;
using System.IO.Compression;
using System.Net.Sockets;
using ActorFed.Host.Data;

namespace ActorFed.Host.Tests.Data;

/// <summary>Bytes and catalogue entries that tests share.</summary>
internal static class Samples
{
    /// <summary>A little more than three blocks of the downloader, no two blocks alike.</summary>
    public static byte[] Bytes { get; } = [.. Enumerable.Range(0, 200_003).Select(i => (byte)((i * 31) ^ (i >> 8)))];

    public static DataFile File(params string[] urls) => new()
    {
        Path = "toy/toy.bin",
        Stored = FingerprintOf(Bytes),
        Urls = [.. urls],
    };

    /// <summary>The catalogue of a single set, <c>toy</c>, of one file.</summary>
    public static ImmutableArray<DataSetEntry> Catalogue(DataFile file) =>
    [
        new DataSetEntry { Name = "toy", Description = "A toy", Shape = "1 x 1", Licence = "none", Files = [file] },
        new DataSetEntry { Name = "made-up", Description = "A generated toy", Shape = "1 x 1", Licence = "none" },
    ];

    public static Fingerprint FingerprintOf(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        return Fingerprint.Of(stream);
    }

    public static byte[] Gzip(byte[] bytes, CompressionLevel level)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, level))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>A downloader that neither waits between attempts nor uses a proxy for the loopback address.</summary>
    public static DataDownloader Downloader(HttpMessageHandler? handler = null, TimeProvider? time = null) => new(
        DataDownloader.CreateClient(handler ?? new SocketsHttpHandler { UseProxy = false }),
        new DownloadOptions { MaxAttempts = 3, RetryDelay = TimeSpan.Zero, Time = time ?? TimeProvider.System });

    /// <summary>A base URL on which nobody listens.</summary>
    public static string DeadUrl()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0)); // bound, never listening, and closed again
        return $"http://{socket.LocalEndPoint}/";
    }
}
