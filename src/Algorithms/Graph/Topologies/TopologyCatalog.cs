using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>The one list that a new topology joins.</summary>
public static class TopologyCatalog
{
    /// <summary>Most participants of any topology; <see cref="NeighbourGraph.MaxEdges"/> limits dense ones before.</summary>
    public const int MaxCount = 1_000_000;

    /// <summary>Of which stream of a seed graphs are drawn.</summary>
    internal const string RandomStream = "topology";

    /// <summary>All topologies.</summary>
    public static ImmutableArray<TopologyEntry> All { get; } =
    [
        new("ring", "i and i ± 1", request => RegularGraphs.Ring(request.Count)),
        new("two-hop-ring", "i and i ± 1, i ± 2", request => RegularGraphs.TwoHopRing(request.Count)),
        new("torus", "rows and columns that close to rings", request => RegularGraphs.Torus(request.Count, request.Options.Rows)),
        new("exponential", "i hears i + 1, i + 2, i + 4, …; directed", request => RegularGraphs.Exponential(request.Count), isDirected: true),
        new("symmetric-exponential", "i and i ± 1, ± 2, ± 4, …", request => RegularGraphs.SymmetricExponential(request.Count)),
        new("hypercube", "numbers that differ in one binary digit; n a power of two", request => RegularGraphs.Hypercube(request.Count)),
        new("star", "participant 0 and everyone else", request => RegularGraphs.Star(request.Count)),
        new("complete", "everyone and everyone else", request => RegularGraphs.Complete(request.Count)),
        new("path", "i and i + 1, not closed", request => RegularGraphs.Path(request.Count)),
        new("erdos-renyi", "every pair with the same probability, drawn again until connected",
            request => RandomGraphs.ErdosRenyi(request.Count, request.Options.EdgeProbability, Random(request))),
        new("random-regular", "random, everyone with as many neighbours", request => RandomGraphs.Regular(request.Count, request.Options.Degree, Random(request))),
        new("circulant-regular", "i and i ± 1, …, ± degree / 2", request => RegularGraphs.Circulant(request.Count, request.Options.Degree)),
        new("small-world", "a circulant-regular graph of which some edges are moved at random (Watts and Strogatz)",
            request => RandomGraphs.SmallWorld(request.Count, request.Options.Degree, request.Options.RewireProbability, Random(request))),
        new("one-peer-exponential", "in turn i hears i + 1 only, then i + 2, i + 4, …; time-varying, directed",
            request => PeriodicTopology.OnePeerExponential("one-peer-exponential", request.Count, request.Weigh)),
        new("random-matching", "neighbours in another topology pair up at random, anew in every round; time-varying",
            request => new RandomMatching("random-matching", BaseOf(request), request.Seed, request.Weigh)),
        new("file", "the edges, and weights if you like, of a file", FromFile, request => FileOf(request).ToGraph()),
    ];

    /// <summary>Those that are undirected and do not change, so that a random matching can pair neighbours in them.</summary>
    public static IEnumerable<TopologyEntry> Bases => All.Where(entry => entry.UndirectedGraph is not null);

    /// <summary>Makes the topology that the options name.</summary>
    /// <param name="options">The options.</param>
    /// <param name="count">n, 1 to <see cref="MaxCount"/>.</param>
    /// <param name="seed">The run's seed: random topologies are equal for equal seeds, on every machine.</param>
    /// <param name="file">What stands in the file of the options; needed where a topology is or builds on <c>file</c>.</param>
    /// <returns>A connected topology.</returns>
    /// <exception cref="ArgumentException">There is none such; the message names value, limit and way out.</exception>
    public static Topology Create(TopologyOptions options, int count, ulong seed, TopologyFile? file = null)
    {
        Require.That(count is >= 1 and <= MaxCount, $"There are {count} participants; a topology has 1 to {MaxCount}");
        Topology topology = Find(options.Topology, "Topology", All).Make(new TopologyRequest(options, count, seed, file));
        int lost = BreadthFirst.Distances(count, 0, i => topology.ReceiversOf(i)).IndexOf(-1);
        int mute = BreadthFirst.Distances(count, 0, i => topology.SendersTo(i)).IndexOf(-1);
        string wayOut = $"add edges that connect them{(file is null ? "" : $" to {file.Name}")}";
        Require.That(lost < 0, $"The graph '{topology.Name}' is not connected: word from participant 0 never reaches participant {lost}; {wayOut}");
        Require.That(mute < 0, $"The graph '{topology.Name}' is not connected: word from participant {mute} never reaches participant 0; {wayOut}");
        return topology;
    }

    private static SeededRandom Random(TopologyRequest request) => new(request.Seed, RandomStream);

    private static TopologyEntry Find(string name, string option, IEnumerable<TopologyEntry> among) =>
        among.FirstOrDefault(entry => entry.Name == name)
        ?? throw new ArgumentException($"{option} is '{name}'; it must be one of {string.Join(", ", among.Select(entry => entry.Name))}.");

    private static NeighbourGraph BaseOf(TopologyRequest request) =>
        Find(request.Options.Base, "Base", Bases).UndirectedGraph!(request);

    private static StaticTopology FromFile(TopologyRequest request) =>
        new("file", request.Options.Weights == WeightRule.Given ? FileOf(request).ToMatrix() : request.Weigh(FileOf(request).ToGraph()));

    private static TopologyFile FileOf(TopologyRequest request)
    {
        TopologyFile file = request.File ?? throw new ArgumentException("Topology is 'file', and File is none; name the file of the graph there.");
        Require.That(file.Count == request.Count, $"{file.Name} has {file.Count} nodes, and there are {request.Count} participants; make them as many");
        return file;
    }
}
