namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>Mixing matrices of graphs.</summary>
public static class MixingWeights
{
    /// <summary>The weights that a rule gives to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="rule">Any but <see cref="WeightRule.Given"/>.</param>
    /// <param name="selfWeight">Of <see cref="WeightRule.Uniform"/>: w_ii, in [0, 1); null: as much as each neighbour's. Others do not ask for it.</param>
    /// <exception cref="ArgumentException">The rule does not fit the graph; the message names the way out.</exception>
    /// <remarks>
    /// Source: Xiao, Boyd and Kim, "Distributed average consensus with least-mean-square deviation", 2007, sections 2 and 5, for the
    /// Metropolis-Hastings and max-degree weights.
    /// </remarks>
    public static MixingMatrix Of(NeighbourGraph graph, WeightRule rule, double? selfWeight = null)
    {
        int most = graph.MaxDegree;
        Func<int, int, double> weight = rule switch
        {
            WeightRule.MetropolisHastings => (i, j) => 1.0 / (1 + Larger(i, j)),
            WeightRule.Lazy => (i, j) => 0.5 / (1 + Larger(i, j)),
            WeightRule.MaxDegree => (_, _) => 1.0 / (1 + most),
            WeightRule.Uniform => Uniform(graph, selfWeight),
            _ => throw new ArgumentException("Weights is Given; that is for graphs of a file that gives them. Take MetropolisHastings, which does for every graph."),
        };
        return new MixingMatrix([.. Enumerable.Range(0, graph.Count).Select(i => graph.SendersTo(i).Select(j => new Weight(j, weight(i, j))).ToArray())]);

        int Larger(int i, int j) => Math.Max(graph.SendersTo(i).Length, graph.SendersTo(j).Length);
    }

    private static Func<int, int, double> Uniform(NeighbourGraph graph, double? selfWeight)
    {
        int degree = graph.MaxDegree;
        int other = Enumerable.Range(0, graph.Count).FirstOrDefault(i => graph.SendersTo(i).Length is int d && d != degree && d != 0, -1); // 0: idle in a matching
        Require.That(
            other < 0,
            other < 0 ? "" : $"Weights is Uniform, which is for graphs whose degrees are all equal; participant {other} has {graph.SendersTo(other).Length} neighbours and another one {degree}. "
            + "Take MetropolisHastings, which does for every graph");
        double own = selfWeight ?? 1.0 / (degree + 1);
        Require.That(own is >= 0 and < 1, $"SelfWeight is {own}; it must be at least 0 and less than 1");
        return (_, _) => (1 - own) / degree;
    }
}
