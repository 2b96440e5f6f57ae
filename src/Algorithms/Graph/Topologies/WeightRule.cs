namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>How the edges of a graph are weighted. d_i is the number of neighbours of i.</summary>
public enum WeightRule
{
    /// <summary>1 / (1 + max(d_i, d_j)): each end needs to know no more than the other's degree.</summary>
    MetropolisHastings,

    /// <summary>Half of the Metropolis-Hastings weights, the rest to oneself: no eigenvalue is negative.</summary>
    Lazy,

    /// <summary>1 / (1 + the largest degree in the graph).</summary>
    MaxDegree,

    /// <summary>Everyone keeps the same own weight and shares the rest evenly; for graphs whose degrees are all equal.</summary>
    Uniform,

    /// <summary>As the file of the graph says.</summary>
    Given,
}
