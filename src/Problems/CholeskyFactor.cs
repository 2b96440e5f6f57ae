namespace ActorFed.Problems;

/// <summary>The factor L of a small symmetric positive definite matrix A = L Lᵀ.</summary>
internal sealed class CholeskyFactor
{
    private readonly double[] _factor; // row-major; only the lower triangle is used
    private readonly int _size;

    /// <summary>Factors a matrix.</summary>
    /// <param name="matrix">A, row-major, size × size; only its lower triangle is read.</param>
    /// <param name="size">Number of rows.</param>
    /// <exception cref="ArithmeticException">A is not positive definite.</exception>
    public CholeskyFactor(ReadOnlySpan<double> matrix, int size)
    {
        _factor = matrix.ToArray();
        _size = size;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = _factor[(i * size) + j];
                for (int k = 0; k < j; k++)
                {
                    sum -= _factor[(i * size) + k] * _factor[(j * size) + k];
                }

                if (i == j && !(sum > 0))
                {
                    throw new ArithmeticException($"A matrix of size {size} is not positive definite: pivot {i} is {sum}.");
                }

                _factor[(i * size) + j] = i == j ? Math.Sqrt(sum) : sum / _factor[(j * size) + j];
            }
        }
    }

    /// <summary>Replaces b by A⁻¹ b.</summary>
    public void Solve(Span<double> vector)
    {
        for (int i = 0; i < _size; i++)
        {
            for (int k = 0; k < i; k++)
            {
                vector[i] -= _factor[(i * _size) + k] * vector[k];
            }

            vector[i] /= _factor[(i * _size) + i];
        }

        for (int i = _size - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < _size; k++)
            {
                vector[i] -= _factor[(k * _size) + i] * vector[k];
            }

            vector[i] /= _factor[(i * _size) + i];
        }
    }
}
