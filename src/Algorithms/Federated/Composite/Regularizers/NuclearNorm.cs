using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.Composite.Regularizers;

/// <summary>ψ(W) = λ ‖W‖_*, the sum of the singular values of a matrix whose entries are the variable, row by row.</summary>
/// <remarks>With W = U S Vᵀ, what it computes is W V f(S) Vᵀ, so that no U is needed: f(s) = max(1 − t / s, 0) shrinks by t, f(s) = 1 / s is the subgradient.</remarks>
public sealed class NuclearNorm : Regularizer
{
    /// <summary>Singular values below this share of the largest count as zero, where a subgradient must know.</summary>
    private const double Negligible = 1e-12;

    private readonly double _weight;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _count;      // the shorter side: number of singular values
    private readonly double[] _wide;  // the matrix with the shorter side as its rows
    private readonly double[] _right; // right singular vectors of that as rows
    private readonly double[] _values;
    private readonly double[] _result;

    /// <summary>The norm of matrices of one shape.</summary>
    /// <param name="weight">λ; at least 0.</param>
    /// <param name="rows">Rows; at least 1.</param>
    /// <param name="columns">Columns; at least 1.</param>
    public NuclearNorm(double weight, int rows, int columns)
    {
        (_weight, _rows, _columns, _count) = (weight, rows, columns, Math.Min(rows, columns));
        _wide = new double[rows * columns];
        _right = new double[rows * columns];
        _result = new double[rows * columns];
        _values = new double[_count];
    }

    /// <inheritdoc/>
    public override void Shrink(double strength, Span<double> point)
    {
        double threshold = strength * _weight;
        if (threshold > 0)
        {
            Decompose(point);
            Rebuild(value => value <= threshold ? 0 : 1 - (threshold / value));
            Turn(_result, point, _rows <= _columns);
        }
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> point)
    {
        Decompose(point);
        return _weight * _values.Sum();
    }

    /// <inheritdoc/>
    public override void AddSubgradient(double factor, ReadOnlySpan<double> point, Span<double> result)
    {
        Decompose(point);
        double least = Negligible * _values.Max();
        Rebuild(value => value <= least ? 0 : 1 / value);
        Turn(_result, _right, _rows <= _columns);
        VectorMath.AddScaled(factor * _weight, _right, result);
    }

    private void Decompose(ReadOnlySpan<double> point)
    {
        if (_rows <= _columns)
        {
            point.CopyTo(_wide);
        }
        else
        {
            Transpose(point, _rows, _wide);
        }

        _wide.CopyTo(_right, 0);
        JacobiRotations.Orthogonalise(_right, _values);
    }

    /// <summary>Each row a of the matrix becomes Σ f(s_i) (aᵀ v_i) v_i.</summary>
    private void Rebuild(Func<double, double> factor)
    {
        int width = _wide.Length / _count;
        Array.Clear(_result);
        for (int i = 0; i < _count; i++)
        {
            double share = factor(_values[i]);
            ReadOnlySpan<double> direction = _right.AsSpan(i * width, width);
            for (int row = 0; row < _count && share != 0; row++)
            {
                double along = VectorMath.Dot(_wide.AsSpan(row * width, width), direction);
                VectorMath.AddScaled(share * along, direction, _result.AsSpan(row * width, width));
            }
        }
    }

    private void Turn(ReadOnlySpan<double> wide, Span<double> point, bool isSame)
    {
        if (isSame)
        {
            wide.CopyTo(point);
        }
        else
        {
            Transpose(wide, _count, point);
        }
    }

    private static void Transpose(ReadOnlySpan<double> matrix, int rows, Span<double> result)
    {
        int columns = matrix.Length / rows;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                result[(j * rows) + i] = matrix[(i * columns) + j];
            }
        }
    }
}
