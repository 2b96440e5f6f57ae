using System.Collections.Immutable;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>Who exchanges with whom under which weights, in every round. Safe to use from any thread.</summary>
public abstract class Topology
{
    /// <summary>Most steps from one participant to another to look for the exact <see cref="FloodRounds"/>: a fraction of a second.</summary>
    private protected const long MaxFloodSteps = 1L << 26;

    private readonly Lazy<bool> _isConnected;
    private readonly Lazy<int> _floodRounds;

    /// <summary>A topology.</summary>
    protected Topology()
    {
        _isConnected = new Lazy<bool>(() => BreadthFirst.Distances(Count, 0, i => ReceiversOf(i)).Min() == 0 && BreadthFirst.Distances(Count, 0, i => SendersTo(i)).Min() == 0);
        _floodRounds = new Lazy<int>(CountFloodRounds);
    }

    /// <summary>Its name in experiments.</summary>
    public abstract string Name { get; }

    /// <summary>Number of participants, n; at least 1.</summary>
    public abstract int Count { get; }

    /// <summary>Whether <see cref="At"/> depends on the round.</summary>
    public abstract bool IsTimeVarying { get; }

    /// <summary>Whether every matrix is symmetric, so that an edge can be left out at both ends and the rest still mixes.</summary>
    public abstract bool IsSymmetric { get; }

    /// <summary>The weights in force in a round. Asked for again soon, it is cheap.</summary>
    /// <param name="round">From 0.</param>
    public abstract MixingMatrix At(long round);

    /// <summary>Those that i ever sends to, ascending, without i.</summary>
    public abstract ImmutableArray<int> ReceiversOf(int i);

    /// <summary>Those that i ever receives from, ascending, without i.</summary>
    public abstract ImmutableArray<int> SendersTo(int i);

    /// <summary>Whether word from any participant can reach every other one.</summary>
    public bool IsConnected => _isConnected.Value;

    /// <summary>
    /// Rounds after which word from any participant has reached every other one, whichever the first is: the diameter, where weights do not change.
    /// Where they are drawn anew in every round there is no such number; it is then four times what it takes from round 0. On large graphs it is
    /// an upper bound, up to twice as much: what it takes by way of participant 0.
    /// </summary>
    /// <exception cref="InvalidOperationException">The graph is not connected.</exception>
    public int FloodRounds => IsConnected
        ? _floodRounds.Value
        : throw new InvalidOperationException($"The graph '{Name}' of {Count} participants is not connected.");

    /// <summary>What <see cref="FloodRounds"/> is; asked for once, of connected ones.</summary>
    private protected virtual int CountFloodRounds()
    {
        ImmutableArray<int>[] receivers = [.. Enumerable.Range(0, Count).Select(ReceiversOf)];
        if (Count * (Count + receivers.Sum(of => (long)of.Length)) > MaxFloodSteps)
        {
            return BreadthFirst.Distances(Count, 0, SendersTo).Max() + BreadthFirst.Distances(Count, 0, i => receivers[i]).Max();
        }

        return Enumerable.Range(0, Count).Max(start => BreadthFirst.Distances(Count, start, i => receivers[i]).Max());
    }

    /// <summary>Fails unless every matrix is symmetric.</summary>
    /// <param name="neededBy">What needs that, such as <c>sparkle</c>.</param>
    /// <exception cref="ArgumentException">Some matrix is not; the message names the way out.</exception>
    public void RequireSymmetric(string neededBy)
    {
        if (!IsSymmetric)
        {
            throw new ArgumentException($"The topology '{Name}' has weights that are not symmetric, and {neededBy} needs w_ij = w_ji. Choose an undirected one, "
                + "such as ring, torus or symmetric-exponential; in a file, give both directions of every edge the same weight.");
        }
    }
}
