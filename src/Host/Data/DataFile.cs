using System.Collections.Immutable;
using System.IO.Compression;

namespace ActorFed.Host.Data;

/// <summary>One file of a data set: where it lies under a data root, how to recognise it and where it comes from.</summary>
internal sealed record DataFile
{
    /// <summary>Path below a data root, with <c>/</c> between its parts: <c>mnist/train-images-idx3-ubyte.gz</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The file as it is stored.</summary>
    public required Fingerprint Stored { get; init; }

    /// <summary>The decompressed bytes of a <c>.gz</c> file; null for any other. A copy that differs in compression alone is accepted.</summary>
    public Fingerprint? Content { get; init; }

    /// <summary>Public places that serve the same bytes, tried in this order; empty when none does.</summary>
    public ImmutableArray<string> Urls { get; init; } = [];

    /// <summary>Whether <see cref="Urls"/> serve the decompressed bytes, which are then compressed on arrival.</summary>
    public bool IsServedPlain { get; init; }

    /// <summary>How to make the file by hand where no URL serves it.</summary>
    public string? ByHand { get; init; }

    /// <summary>The last part of <see cref="Path"/>.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>What a URL must deliver.</summary>
    public Fingerprint Served => IsServedPlain ? Content!.Value : Stored;

    /// <summary>Where the file lies under <paramref name="root"/>.</summary>
    public string Under(string root) => System.IO.Path.Combine([root, .. Path.Split('/')]);

    /// <summary>Compares the file at <paramref name="path"/> with what it should be; reads all of it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public FileCheck Check(string path)
    {
        if (!File.Exists(path))
        {
            return new FileCheck(FileState.Missing, null);
        }

        using FileStream file = File.OpenRead(path);
        Fingerprint actual = Fingerprint.Of(file);
        bool isOk = actual == Stored || (Content is Fingerprint content && HasContent(file, content));
        return new FileCheck(isOk ? FileState.Ok : FileState.Corrupt, actual);
    }

    private static bool HasContent(FileStream file, Fingerprint content)
    {
        file.Position = 0;
        using GZipStream decompressed = new(file, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            return Fingerprint.Of(decompressed) == content;
        }
        catch (InvalidDataException)
        {
            return false; // not gzip at all, or damaged inside
        }
    }
}

/// <summary>What became of a file on disk.</summary>
internal enum FileState
{
    /// <summary>It is what it should be.</summary>
    Ok,

    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It is there, but other bytes.</summary>
    Corrupt,
}

/// <summary>The result of <see cref="DataFile.Check"/>.</summary>
/// <param name="State">What was found.</param>
/// <param name="Actual">The file as it is; null when it is missing.</param>
internal readonly record struct FileCheck(FileState State, Fingerprint? Actual);
