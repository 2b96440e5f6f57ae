using System.Text.Json;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Host.Configuration;
using ActorFed.Host.Experiments;

namespace ActorFed.Host.Topologies;

/// <summary>What <c>actorfed topology list</c> and <c>show</c> do. Each returns the exit code of the program.</summary>
/// <param name="output">Receives the result.</param>
/// <param name="isJson">Whether the result is for programs.</param>
internal sealed class TopologyCommands(TextWriter output, bool isJson)
{
    /// <summary>Lists what <c>graph.topology</c> can be.</summary>
    public int List()
    {
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new { topologies = TopologyCatalog.All.Select(entry => new { entry.Name, entry.Summary }) }, JsonSerializerOptions.Web));
            return ExitCodes.Success;
        }

        int width = TopologyCatalog.All.Max(entry => entry.Name.Length);
        foreach (TopologyEntry entry in TopologyCatalog.All)
        {
            output.WriteLine($"{entry.Name.PadRight(width)}  {entry.Summary}");
        }

        return ExitCodes.Success;
    }

    /// <summary>Measures a topology, and draws it if a file is named.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="count">n; null: as many as its file has, else 16.</param>
    /// <param name="settings">Keys of section <c>graph</c>, and <c>seed</c>, such as <c>graph.degree=6</c>.</param>
    /// <param name="file">Where the drawing goes; null: nowhere.</param>
    /// <exception cref="ArgumentException">There is no such topology, or it cannot be drawn.</exception>
    public int Show(string name, int? count, IEnumerable<string> settings, string? file)
    {
        if (file is not null && !file.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"--out is '{file}'; the drawing is an SVG file, so its name must end in .svg.");
        }

        HoconObject root = ConfigurationLoader.Load(ConfigurationSources.OfThisMachine(null, [.. settings, $"graph.topology={name}"]));
        GraphOptions options = HoconBinder.Bind<GraphOptions>(root, "graph");
        Topology topology = TopologyLoader.Load(options, count, SeedOf(root));
        TopologyFigures figures = TopologyFigures.Of(topology, options);
        if (file is not null)
        {
            File.WriteAllText(file, new TopologyDrawing(topology, LayoutOf(topology, options), figures).ToSvg());
        }

        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(figures, JsonSerializerOptions.Web));
            return ExitCodes.Success;
        }

        output.WriteLine(name);
        (string Name, string Value)[] lines = [.. figures.Lines(), .. file is null ? [] : (ReadOnlySpan<(string, string)>)[("drawn in", file)]];
        foreach ((string what, string value) in lines)
        {
            output.WriteLine($"  {what,-20}{value}");
        }

        return ExitCodes.Success;
    }

    private static ulong SeedOf(HoconObject root)
    {
        HoconField seed = root.Find("seed")!;
        string problem = "expected a number";
        return seed.Value is HoconScalar scalar && ScalarText.Parse(scalar.Text, typeof(ulong), isBytes: false, out problem) is ulong value
            ? value
            : throw new ConfigurationException(seed.Origin, $"seed: {problem}");
    }

    private static TopologyLayout LayoutOf(Topology topology, TopologyOptions options)
    {
        int count = topology.Count;
        switch (TopologyLoader.ShapeOf(options))
        {
            case "star":
                return TopologyLayout.Hub(count);
            case "torus":
                int rows = RegularGraphs.TorusRows(count, options.Rows);
                return TopologyLayout.Grid(rows, count / rows);
            default:
                return TopologyLayout.Circle(count);
        }
    }
}
