using System.Text.Json;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Host.Verify;

/// <summary>½ (x − c)ᵀ H (x − c) of a vector file, which counts as the mean over a number of rows.</summary>
/// <param name="hessian">H, row-major.</param>
/// <param name="centre">c.</param>
/// <param name="rowCount">Rows that it says it has.</param>
internal sealed class MatrixQuadraticOracle(double[] hessian, double[] centre, int rowCount) : ILossOracle
{
    private readonly double[] _offset = new double[centre.Length];
    private readonly double[] _gradient = new double[centre.Length];

    public int Length => centre.Length;

    public int RowCount => rowCount;

    /// <summary>The shards of a file's problem, with fields <c>H</c>, <c>c</c> and perhaps <c>n</c>.</summary>
    public static MatrixQuadraticOracle[] ReadAll(JsonElement problem)
    {
        double[][] hessians = [.. problem.Field("H").EnumerateArray().Select(VectorJson.Doubles)];
        double[][] centres = [.. problem.Field("c").EnumerateArray().Select(VectorJson.Doubles)];
        int[] rows = problem.TryGetProperty("n", out JsonElement counts) ? [.. counts.EnumerateArray().Select(count => count.GetInt32())] : new int[centres.Length];
        return [.. centres.Select((centre, i) => new MatrixQuadraticOracle(hessians[i], centre, rows[i]))];
    }

    public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
    {
        VectorMath.Subtract(point, centre, _offset);
        for (int i = 0; i < _gradient.Length; i++)
        {
            _gradient[i] = VectorMath.Dot(hessian.AsSpan(i * centre.Length, centre.Length), _offset);
        }

        if (!gradient.IsEmpty)
        {
            _gradient.CopyTo(gradient);
        }

        return VectorMath.Dot(_offset, _gradient) / 2;
    }
}
