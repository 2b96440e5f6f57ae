using System.Text.Json;
using System.Xml.Linq;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Topologies;

public sealed class TopologyCommandsTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public async Task List_names_every_topology_with_what_it_is()
    {
        CliResult words = (await Cli.RunAsync("topology", "list")).MustEnd(ExitCodes.Success);
        CliResult json = (await Cli.RunAsync("topology", "list", "--json")).MustEnd(ExitCodes.Success);

        JsonElement[] listed = [.. json.Json.GetProperty("topologies").EnumerateArray()];
        Assert.Equal(TopologyCatalog.All.Select(entry => entry.Name), listed.Select(entry => entry.GetProperty("name").GetString()!));
        Assert.All(TopologyCatalog.All, entry => Assert.Contains(entry.Summary, words.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Show_gives_the_figures()
    {
        CliResult words = (await Cli.RunAsync("topology", "show", "ring", "--n", "4")).MustEnd(ExitCodes.Success);
        CliResult json = (await Cli.RunAsync("topology", "show", "ring", "--n", "4", "--json")).MustEnd(ExitCodes.Success);

        Assert.Contains("  spectral gap        0.666667", words.Output, StringComparison.Ordinal);
        Assert.Contains("  smallest eigenvalue -0.333333", words.Output, StringComparison.Ordinal);
        Assert.Equal((4, 4, 2, 2), (Number(json, "nodes"), Number(json, "edges"), Number(json, "maxDegree"), Number(json, "floodRounds")));
        Assert.True(json.Json.GetProperty("isSymmetric").GetBoolean());
        Assert.Equal(2 / 3.0, json.Json.GetProperty("spectralGap").GetDouble(), 1e-9);
        Assert.Equal(-1 / 3.0, json.Json.GetProperty("smallestEigenvalue").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task Show_measures_the_rounds_of_a_period_together()
    {
        JsonElement figures = (await Cli.RunAsync("topology", "show", "one-peer-exponential", "--n", "8", "--json")).MustEnd(ExitCodes.Success).Json;

        Assert.Equal(3, figures.GetProperty("rounds").GetInt32());
        Assert.Equal(0, figures.GetProperty("rho").GetDouble());
        Assert.Equal(1, figures.GetProperty("spectralGap").GetDouble());
        Assert.Equal(JsonValueKind.Null, figures.GetProperty("smallestEigenvalue").ValueKind);
        Assert.True(figures.GetProperty("isDirected").GetBoolean());
    }

    [Fact]
    public async Task Show_takes_settings_and_a_seed()
    {
        JsonElement lazy = (await Cli.RunAsync("topology", "show", "ring", "--n", "10", "--set", "graph.weights=uniform", "--set", "graph.self-weight=0.8", "--json")).Json;
        CliResult first = await Cli.RunAsync("topology", "show", "erdos-renyi", "--set", "seed=1", "--json");
        CliResult second = await Cli.RunAsync("topology", "show", "erdos-renyi", "--set", "seed=2", "--json");

        Assert.Equal(0.038197, lazy.GetProperty("spectralGap").GetDouble(), 5e-7);
        Assert.NotEqual(first.Output, second.Output);
        Assert.Equal(first.Output, (await Cli.RunAsync("topology", "show", "erdos-renyi", "--json")).Output);
    }

    [Fact]
    public async Task Show_reads_a_file_with_its_number_of_nodes()
    {
        using TemporaryFolder temporary = new();
        string file = temporary.Write("cycle.txt", "0 1 0.5 0\n1 2 0.5 0\n2 0 0.5 0\n"u8.ToArray());

        JsonElement figures = (await Cli.RunAsync("topology", "show", "file", "--set", $"graph.file=\"{file}\"", "--set", "graph.weights=given", "--json"))
            .MustEnd(ExitCodes.Success).Json;

        Assert.Equal(3, figures.GetProperty("nodes").GetInt32());
        Assert.False(figures.GetProperty("isSymmetric").GetBoolean());
        Assert.Equal(0.5, figures.GetProperty("spectralGap").GetDouble(), 1e-7);   // of I/2 + P/2, P a cycle of three: |1 + e^(2πi/3)| / 2
    }

    [Theory]
    [InlineData("ring", 16, 16, 0, 1)]
    [InlineData("star", 16, 15, 0, 1)]
    [InlineData("torus", 16, 32, 0, 1)]
    [InlineData("exponential", 16, 56, 48, 1)]   // 8 of 64 are pairs across the circle: one line each
    [InlineData("one-peer-exponential", 64, 56, 48, 4)]
    public async Task Draws_every_node_and_edge(string name, int nodes, int edges, int heads, int rounds)
    {
        using TemporaryFolder temporary = new();
        string file = temporary.At("drawing.svg");

        (await Cli.RunAsync("topology", "show", name, "--n", "16", "--out", file)).MustEnd(ExitCodes.Success);

        XElement svg = XElement.Load(file);
        Assert.Equal(Svg + "svg", svg.Name);
        Assert.Equal(nodes, svg.Elements(Svg + "circle").Count());
        Assert.Equal(edges, OfClass(svg, "edge"));
        Assert.Equal(heads, OfClass(svg, "head"));
        Assert.Equal(rounds == 1 ? 0 : rounds, svg.Elements(Svg + "text").Count(text => text.Value.StartsWith("round ", StringComparison.Ordinal)));
        Assert.Contains(svg.Elements(Svg + "text"), text => text.Value == $"{name}, n = 16");
    }

    [Fact]
    public async Task Heavier_edges_are_drawn_wider()
    {
        using TemporaryFolder temporary = new();
        string graph = temporary.Write("g.txt", "0 1 0.5\n1 2 0.25\n"u8.ToArray());
        string file = temporary.At("g.svg");

        (await Cli.RunAsync("topology", "show", "file", "--set", $"graph.file=\"{graph}\"", "--set", "graph.weights=given", "--out", file)).MustEnd(ExitCodes.Success);

        Assert.Equal(["3.5", "1.75"], XElement.Load(file).Elements(Svg + "path").Select(path => path.Attribute("stroke-width")!.Value));
    }

    [Theory]
    [InlineData("graph.degree is 3; a connected graph in which each of 7 participants has as many neighbours needs 2 to 6 of them, an even number.", "random-regular", "--n", "7", "--set", "graph.degree=3")]
    [InlineData("graph.weights is uniform, which is for graphs whose degrees are all equal", "star", "--set", "graph.weights=uniform")]
    [InlineData("graph.weights is given; it must be another rule unless the topology is file", "star", "--set", "graph.weights=given")]
    [InlineData("graph.file is none; it must name the file of the graph", "file")]
    [InlineData("graph.file is 'nowhere.txt', and there is no such file", "file", "--set", "graph.file=nowhere.txt")]
    [InlineData("graph.base is ring-of-fire; it must be one of ring, two-hop-ring", "random-matching", "--set", "graph.base=ring-of-fire")]
    [InlineData("graph.self-weight is 1; it must be at least 0 and less than 1", "ring", "--set", "graph.self-weight=1")]
    [InlineData("graph.edge-probability is 0; it must be more than 0 and at most 1", "erdos-renyi", "--set", "graph.edge-probability=0")]
    [InlineData("unknown key graph.degre; the nearest known key is graph.degree", "ring", "--set", "graph.degre=4")]
    [InlineData("seed: expected a whole number", "ring", "--set", "seed=x")]
    [InlineData("There are 0 participants; a topology has 1 to 1000000.", "ring", "--n", "0")]
    [InlineData("--out is 'ring.png'; the drawing is an SVG file, so its name must end in .svg.", "ring", "--out", "ring.png")]
    [InlineData("has 79800 edges, and at most 40000 are drawn", "complete", "--n", "400", "--out", "never.svg")]
    [InlineData("'rong' not recognized", "rong")]
    public async Task Says_what_is_wrong_by_the_key_that_mends_it(string part, params string[] arguments)
    {
        CliResult result = (await Cli.RunAsync(["topology", "show", .. arguments])).MustEnd(ExitCodes.BadInput);

        Assert.Contains(part, result.Error, StringComparison.Ordinal);
    }

    private static int Number(CliResult result, string name) => result.Json.GetProperty(name).GetInt32();

    private static int OfClass(XElement svg, string name) => svg.Elements(Svg + "path").Count(path => path.Attribute("class")!.Value == name);
}
