using System.Globalization;
using System.Numerics;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>Graphs that their name and number of participants determine.</summary>
public static class RegularGraphs
{
    /// <summary>i and i ± 1.</summary>
    /// <param name="count">n; at least 3.</param>
    /// <exception cref="ArgumentException">n is too small.</exception>
    public static NeighbourGraph Ring(int count)
    {
        Require.AtLeast(3, count, "ring", "complete does for fewer");
        return NeighbourGraph.Circulant(count, [1]);
    }

    /// <summary>i and i ± 1, i ± 2.</summary>
    /// <param name="count">n; at least 5.</param>
    /// <exception cref="ArgumentException">n is too small.</exception>
    public static NeighbourGraph TwoHopRing(int count)
    {
        Require.AtLeast(5, count, "two-hop ring", "it would be complete");
        return NeighbourGraph.Circulant(count, [1, 2]);
    }

    /// <summary>Rows and columns that both close to a ring; participants are numbered row by row.</summary>
    /// <param name="count">n, a product of two numbers of at least 2.</param>
    /// <param name="rows">A divisor of n, 2 to n / 2; null: the one nearest to a square.</param>
    /// <exception cref="ArgumentException">There is no such torus.</exception>
    public static NeighbourGraph Torus(int count, int? rows)
    {
        int height = TorusRows(count, rows);
        int width = count / height;
        return NeighbourGraph.Undirected(count, Enumerable.Range(0, count).SelectMany(i =>
        {
            (int row, int column) = (i / width, i % width);
            return new[] { (i, (row * width) + ((column + 1) % width)), (i, ((row + 1) % height * width) + column) };
        }));
    }

    /// <summary>The number of rows of a torus.</summary>
    /// <param name="count">n.</param>
    /// <param name="rows">What is wished for; null: nearest to a square.</param>
    /// <exception cref="ArgumentException">There is no such torus.</exception>
    public static int TorusRows(int count, int? rows)
    {
        int[] divisors = [.. Enumerable.Range(2, Math.Max(0, (count / 2) - 1)).Where(divisor => count % divisor == 0)];
        Require.That(divisors.Length > 0, $"a torus of {count} participants has no rows and columns of at least 2; take a number that is no prime, or a ring");
        int[] upToSquare = [.. divisors.Where(divisor => divisor <= count / divisor)];
        int chosen = rows ?? upToSquare[^1];
        Require.That(divisors.Contains(chosen), $"Rows is {chosen}; for a torus of {count} participants it must be one of {string.Join(", ", divisors)}, or none for {upToSquare[^1]}");
        return chosen;
    }

    /// <summary>i receives from i + 1, i + 2, i + 4, … as long as the offset is below n.</summary>
    /// <param name="count">n; at least 2.</param>
    /// <exception cref="ArgumentException">n is too small.</exception>
    /// <remarks>Source: Ying et al., "Exponential graph is provably efficient for decentralized deep training", 2021, section 3.</remarks>
    public static NeighbourGraph Exponential(int count) => NeighbourGraph.DirectedCirculant(count, ExponentialOffsets(count));

    /// <summary>The powers of two below n.</summary>
    /// <param name="count">n; at least 2.</param>
    /// <exception cref="ArgumentException">n is too small.</exception>
    public static int[] ExponentialOffsets(int count)
    {
        Require.AtLeast(2, count, "exponential graph", "there is no one to exchange with");
        return [.. Enumerable.Range(0, 31 - BitOperations.LeadingZeroCount((uint)count - 1) + 1).Select(k => 1 << k)];
    }

    /// <summary>i and i ± 1, ± 2, ± 4, … up to half the ring: the undirected relative of the exponential graph.</summary>
    /// <param name="count">n; at least 2.</param>
    /// <exception cref="ArgumentException">n is too small.</exception>
    public static NeighbourGraph SymmetricExponential(int count) =>
        NeighbourGraph.Circulant(count, [.. ExponentialOffsets(count).Where(offset => 2 * offset <= count)]);

    /// <summary>Numbers that differ in one binary digit are neighbours.</summary>
    /// <param name="count">n, a power of two of at least 2.</param>
    /// <exception cref="ArgumentException">n is no power of two.</exception>
    public static NeighbourGraph Hypercube(int count)
    {
        Require.That(
            count >= 2 && BitOperations.IsPow2(count),
            $"a hypercube of {count} participants does not exist; take a power of two, such as {Math.Max(2, BitOperations.RoundUpToPowerOf2((uint)count))}, or symmetric-exponential");
        int digits = BitOperations.Log2((uint)count);
        return NeighbourGraph.Undirected(count, Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(0, digits).Select(digit => (i, i ^ (1 << digit)))));
    }

    /// <summary>0 and everyone else.</summary>
    /// <param name="count">n; at least 2.</param>
    /// <exception cref="ArgumentException">n is too small.</exception>
    public static NeighbourGraph Star(int count)
    {
        Require.AtLeast(2, count, "star", "there is no one to exchange with");
        return NeighbourGraph.Undirected(count, Enumerable.Range(1, count - 1).Select(i => (0, i)));
    }

    /// <summary>Everyone and everyone else.</summary>
    /// <param name="count">n; at least 1.</param>
    public static NeighbourGraph Complete(int count) =>
        NeighbourGraph.Undirected(count, Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(0, i).Select(j => (i, j))));

    /// <summary>i and i + 1, without closing to a ring.</summary>
    /// <param name="count">n; at least 2.</param>
    /// <exception cref="ArgumentException">n is too small.</exception>
    public static NeighbourGraph Path(int count)
    {
        Require.AtLeast(2, count, "path", "there is no one to exchange with");
        return NeighbourGraph.Undirected(count, Enumerable.Range(1, count - 1).Select(i => (i - 1, i)));
    }

    /// <summary>i and i ± 1, …, ± v/2; for odd v also the participant opposite.</summary>
    /// <param name="count">n; more than v, and even where v is odd.</param>
    /// <param name="degree">v; at least 2, or 1 between two participants.</param>
    /// <exception cref="ArgumentException">There is no such graph.</exception>
    public static NeighbourGraph Circulant(int count, int degree)
    {
        Require.That(
            degree < count && degree >= (count == 2 ? 1 : 2) && (degree % 2 == 0 || count % 2 == 0),
            $"Degree is {degree.ToString(CultureInfo.InvariantCulture)}; a connected graph in which each of {count} participants has as many neighbours needs 2 to {count - 1} of them"
            + (count % 2 == 0 ? "" : ", an even number"));
        int[] near = [.. Enumerable.Range(1, degree / 2)];
        return NeighbourGraph.Circulant(count, degree % 2 == 0 ? near : [.. near, count / 2]);
    }
}
