using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Tests.Decentralized;

/// <summary>The mean over rows of c/2 ‖x − row‖², its rows drawn by shard.</summary>
internal sealed class MeanOfSquares : ILossOracle
{
    private readonly double _curvature;
    private readonly double[][] _rows;

    public MeanOfSquares(int shard, int rows, double curvature = 1)
    {
        SeededRandom random = new(11, $"rows-{shard}");
        _curvature = curvature;
        _rows = [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, Length).Select(_ => shard + random.NextGaussian()).ToArray())];
    }

    public int Length => 3;

    public int RowCount => _rows.Length;

    /// <summary>What the shard's own loss pulls to.</summary>
    public double[] Mean => [.. Enumerable.Range(0, Length).Select(a => _rows.Average(row => row[a]))];

    public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
    {
        double[] x = point.ToArray();
        double[][] chosen = rows.IsEmpty ? _rows : [.. rows.ToArray().Select(r => _rows[r])];
        for (int a = 0; a < gradient.Length; a++)
        {
            gradient[a] = _curvature * chosen.Average(row => x[a] - row[a]);
        }

        return chosen.Average(row => _curvature * row.Zip(x, (r, value) => (value - r) * (value - r)).Sum() / 2);
    }
}
