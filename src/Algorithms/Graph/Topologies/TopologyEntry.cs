namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>What a topology is made from.</summary>
/// <param name="Options">The options.</param>
/// <param name="Count">n.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="File">The graph of the file; null: there is none.</param>
internal sealed record TopologyRequest(TopologyOptions Options, int Count, ulong Seed, TopologyFile? File)
{
    public MixingMatrix Weigh(NeighbourGraph graph) => MixingWeights.Of(graph, Options.Weights, Options.SelfWeight);
}

/// <summary>A topology that experiments can name.</summary>
public sealed class TopologyEntry
{
    private readonly Func<TopologyRequest, Topology> _make;

    /// <summary>A graph that is the same in every round.</summary>
    internal TopologyEntry(string name, string summary, Func<TopologyRequest, NeighbourGraph> graph, bool isDirected = false)
        : this(name, summary, request => new StaticTopology(name, request.Weigh(graph(request))), isDirected ? null : graph)
    {
    }

    internal TopologyEntry(string name, string summary, Func<TopologyRequest, Topology> make, Func<TopologyRequest, NeighbourGraph>? undirectedGraph = null)
    {
        (Name, Summary, UndirectedGraph) = (name, summary, undirectedGraph);
        _make = make;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it is, in one line.</summary>
    public string Summary { get; }

    /// <summary>The graph without weights, if it is static and undirected, so that others can be built on it.</summary>
    internal Func<TopologyRequest, NeighbourGraph>? UndirectedGraph { get; }

    internal Topology Make(TopologyRequest request) => _make(request);
}
