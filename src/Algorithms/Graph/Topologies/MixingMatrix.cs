using System.Globalization;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>A neighbour's weight in a row of the mixing matrix.</summary>
/// <param name="Neighbour">j.</param>
/// <param name="Value">w_ij, more than 0: what the vector received from j is multiplied by.</param>
public readonly record struct Weight(int Neighbour, double Value);

/// <summary>W, n × n and sparse: non-negative, rows and columns sum to 1, checked when it is made.</summary>
/// <remarks>Source: shared properties of gossip matrices, such as Xiao and Boyd, "Fast linear iterations for distributed averaging", 2004.</remarks>
public sealed class MixingMatrix
{
    private const double Tolerance = 1e-12;

    private readonly Weight[][] _rows;       // ascending by neighbour, without the diagonal
    private readonly int[][] _receivers;     // i → those that have i in their row
    private readonly double[] _self;

    /// <summary>A matrix by its off-diagonal entries; the diagonal is what is left to 1.</summary>
    /// <param name="rows">Row i: the weights of i's neighbours, in any order; each at most once, none of i itself, none 0.</param>
    /// <exception cref="ArgumentException">It is not doubly stochastic; the message names row or column, its sum and the way out.</exception>
    public MixingMatrix(IReadOnlyList<IReadOnlyList<Weight>> rows)
    {
        Count = rows.Count;
        _rows = [.. rows.Select((row, i) => Sorted(row, i))];
        _self = [.. _rows.Select(row => 1 - row.Sum(weight => weight.Value))];
        double[] columns = [.. _self];
        List<int>[] receivers = [.. Enumerable.Range(0, Count).Select(_ => new List<int>())];
        for (int i = 0; i < Count; i++)
        {
            Require(_self[i] >= -Tolerance, $"row {i} of the mixing matrix has weights that sum to {Show(1 - _self[i])} without its own; at most 1 is left for them");
            _self[i] = Math.Max(0, _self[i]);
            foreach (Weight weight in _rows[i])
            {
                columns[weight.Neighbour] += weight.Value;
                receivers[weight.Neighbour].Add(i);
            }
        }

        _receivers = [.. receivers.Select(list => list.ToArray())];
        for (int j = 0; j < Count; j++)
        {
            Require(Math.Abs(columns[j] - 1) <= 1e-9, $"column {j} of the mixing matrix sums to {Show(columns[j])}; it must be 1, as every row does");
        }

        IsSymmetric = Enumerable.Range(0, Count).All(i => _rows[i].All(weight => Math.Abs(WeightOf(weight.Neighbour, i) - weight.Value) <= Tolerance));
    }

    /// <summary>n; at least 1.</summary>
    public int Count { get; }

    /// <summary>Whether w_ij = w_ji everywhere.</summary>
    public bool IsSymmetric { get; }

    /// <summary>w_ii.</summary>
    public double Self(int i) => _self[i];

    /// <summary>Those that i receives from and their weights, ascending, without i.</summary>
    public ReadOnlySpan<Weight> Row(int i) => _rows[i];

    /// <summary>Those that receive from i, ascending, without i.</summary>
    public ReadOnlySpan<int> Receivers(int i) => _receivers[i];

    /// <summary>w_ij; 0 where i does not receive from j.</summary>
    public double WeightOf(int i, int j)
    {
        if (i == j)
        {
            return _self[i];
        }

        int at = Array.BinarySearch(_rows[i], new Weight(j, 0), ByNeighbour.Instance);
        return at < 0 ? 0 : _rows[i][at].Value;
    }

    private Weight[] Sorted(IReadOnlyList<Weight> row, int i)
    {
        Weight[] sorted = [.. row.OrderBy(weight => weight.Neighbour)];
        for (int k = 0; k < sorted.Length; k++)
        {
            (int j, double value) = sorted[k];
            Require(j >= 0 && j < Count && j != i, $"row {i} of the mixing matrix names neighbour {j}; it must be one of the {Count} participants, from 0, and another one than {i}");
            Require(value > 0 && double.IsFinite(value), $"row {i} of the mixing matrix has weight {Show(value)} for neighbour {j}; it must be more than 0 and finite");
            Require(k == 0 || sorted[k - 1].Neighbour != j, $"row {i} of the mixing matrix names neighbour {j} twice");
        }

        return sorted;
    }

    private static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException($"The weights do not mix: {otherwise}. Metropolis-Hastings weights do for every undirected graph.");
        }
    }

    private sealed class ByNeighbour : IComparer<Weight>
    {
        public static readonly ByNeighbour Instance = new();

        public int Compare(Weight x, Weight y) => x.Neighbour.CompareTo(y.Neighbour);
    }
}
