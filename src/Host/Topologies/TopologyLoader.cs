using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Host.Experiments;

namespace ActorFed.Host.Topologies;

/// <summary>Makes the topology that options name, opening its file; errors are worded in the keys of an experiment.</summary>
internal static class TopologyLoader
{
    /// <summary>A file of edges is short; what is longer is another kind of file.</summary>
    private const long MaxFileBytes = 256L << 20;

    /// <summary>Makes a topology.</summary>
    /// <param name="options">Section <c>graph</c>.</param>
    /// <param name="count">n; null: as many as the file has, else 16.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentException">There is none such; the message names key, value, limit and way out.</exception>
    public static Topology Load(TopologyOptions options, int? count, ulong seed)
    {
        try
        {
            TopologyFile? file = NeedsFile(options) && options.File is string path ? TopologyFile.Parse(Read(path), path) : null;
            return TopologyCatalog.Create(options, count ?? file?.Count ?? 16, seed, file);
        }
        catch (ArgumentException misfit)
        {
            throw new ArgumentException(KeyWords.InKeys(misfit.Message, "graph", typeof(TopologyOptions)), misfit);
        }
    }

    /// <summary>The entry whose graph tells how to draw it.</summary>
    public static string ShapeOf(TopologyOptions options) => options.Topology == "random-matching" ? options.Base : options.Topology;

    private static bool NeedsFile(TopologyOptions options) => ShapeOf(options) == "file";

    private static string Read(string path)
    {
        FileInfo file = new(path);
        return !file.Exists ? throw new ArgumentException($"File is '{path}', and there is no such file; a path is looked up from the working folder.")
            : file.Length > MaxFileBytes ? throw new ArgumentException($"File is '{path}', which has {file.Length} bytes; a graph has at most {MaxFileBytes}.")
            : File.ReadAllText(path);
    }
}
