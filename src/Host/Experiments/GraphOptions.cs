using ActorFed.Algorithms.Graph.Topologies;

namespace ActorFed.Host.Experiments;

/// <summary>The graph that neighbours exchange on, for algorithms without a master.</summary>
internal sealed record GraphOptions : TopologyOptions;
