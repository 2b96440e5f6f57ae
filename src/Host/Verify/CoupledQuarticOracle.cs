using System.Text.Json;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Host.Verify;

/// <summary>
/// The two levels of the vector files of decentralized algorithms: G = ½ Σ q_a (y_a − t_a)² + xᵀEy + ρ/2 ‖x − s‖² and
/// g = ½ yᵀHy − yᵀ(Bx + c) + κ/4 Σ y_a⁴ + π/2 Σ_{a &lt; min(n, m)} x_a y_a².
/// </summary>
internal sealed class CoupledQuarticOracle : IBilevelOracle
{
    private readonly double _upperCurvature;  // ρ
    private readonly double _quartic;         // κ, in files q4
    private readonly double _product;         // π, in files p
    private readonly double[][] _hessian;     // H
    private readonly double[][] _coupling;    // B, m rows
    private readonly double[] _linear;        // c
    private readonly double[] _target;        // t
    private readonly double[] _targetWeights; // q
    private readonly double[][] _cross;       // E, n rows
    private readonly double[] _centre;        // s

    public CoupledQuarticOracle(JsonElement problem, JsonElement node)
    {
        static double[][] Rows(JsonElement matrix) => [.. matrix.EnumerateArray().Select(VectorJson.Doubles)];

        (_upperCurvature, _quartic, _product) = (problem.Number("rho"), problem.Number("q4"), problem.Number("p"));
        (_hessian, _coupling, _cross) = (Rows(node.Field("H")), Rows(node.Field("B")), Rows(node.Field("E")));
        (_linear, _target, _targetWeights) = (node.Field("c").Doubles(), node.Field("t").Doubles(), node.Field("q").Doubles());
        _centre = node.Field("s").Doubles();
    }

    public int UpperLength => _centre.Length;

    public int LowerLength => _target.Length;

    public bool UpperLossDependsOnUpper => true;

    /// <summary>One oracle for each node of a file's problem.</summary>
    public static CoupledQuarticOracle[] ReadAll(JsonElement problem) =>
        [.. problem.Field("nodes").EnumerateArray().Select(node => new CoupledQuarticOracle(problem, node))];

    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        double loss = 0;
        for (int a = 0; a < lower.Length; a++)
        {
            double away = lower[a] - _target[a];
            double slope = _targetWeights[a] * away;
            loss += slope * away / 2;
            for (int b = 0; b < upper.Length; b++)
            {
                slope += upper[b] * _cross[b][a];
            }

            if (!lowerGradient.IsEmpty)
            {
                lowerGradient[a] = slope;
            }
        }

        for (int b = 0; b < upper.Length; b++)
        {
            double away = upper[b] - _centre[b];
            double coupled = Dot(_cross[b], lower);
            loss += (_upperCurvature * away * away / 2) + (upper[b] * coupled);
            if (!upperGradient.IsEmpty)
            {
                upperGradient[b] = (_upperCurvature * away) + coupled;
            }
        }

        return loss;
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        double loss = 0;
        upperGradient.Clear();
        for (int a = 0; a < lower.Length; a++)
        {
            double y = lower[a];
            double scale = a < upper.Length ? _product * upper[a] : 0;
            double curved = Dot(_hessian[a], lower);
            double pulled = Dot(_coupling[a], upper) + _linear[a];
            loss += (y * ((curved / 2) - pulled)) + (_quartic * y * y * y * y / 4) + (scale * y * y / 2);
            if (!lowerGradient.IsEmpty)
            {
                lowerGradient[a] = curved - pulled + (_quartic * y * y * y) + (scale * y);
            }
        }

        for (int b = 0; b < upperGradient.Length; b++)
        {
            upperGradient[b] = b < lower.Length ? _product * lower[b] * lower[b] / 2 : 0;
            for (int a = 0; a < lower.Length; a++)
            {
                upperGradient[b] -= lower[a] * _coupling[a][b];
            }
        }

        return loss;
    }

    public void LowerHessianProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        for (int a = 0; a < lower.Length; a++)
        {
            double scale = a < upper.Length ? _product * upper[a] : 0;
            product[a] = Dot(_hessian[a], direction) + (((3 * _quartic * lower[a] * lower[a]) + scale) * direction[a]);
        }
    }

    public void LowerCrossProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        for (int b = 0; b < upper.Length; b++)
        {
            product[b] = b < lower.Length ? _product * lower[b] * direction[b] : 0;
            for (int a = 0; a < lower.Length; a++)
            {
                product[b] -= _coupling[a][b] * direction[a];
            }
        }
    }

    private static double Dot(double[] row, ReadOnlySpan<double> vector)
    {
        double sum = 0;
        for (int k = 0; k < row.Length; k++)
        {
            sum += row[k] * vector[k];
        }

        return sum;
    }
}
