using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Numerics;

public sealed class JacobiRotationsTests
{
    private const double Rounding = 1e-10;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 9)]
    [InlineData(32, 32)]
    [InlineData(20, 70)]
    public void Finds_the_singular_values_that_a_matrix_was_made_of(int rows, int columns)
    {
        SeededRandom random = new(1, $"{rows}x{columns}");
        double[] expected = [.. Enumerable.Range(0, rows).Select(i => i % 3 == 2 ? 0 : 3.0 / (i + 1))];
        double[] values = new double[rows];

        double[] matrix = Compose(random, expected, columns);
        JacobiRotations.Orthogonalise(matrix, values);

        Assert.Equal(expected.OrderDescending(), values.OrderDescending(), (a, b) => Math.Abs(a - b) < Rounding);
    }

    [Fact]
    public void Leaves_unit_vectors_that_are_orthogonal_and_nothing_where_there_is_no_value()
    {
        double[] values = new double[8];
        double[] matrix = Compose(new SeededRandom(2, "vectors"), [4, 4, 4, 1, 1e-3, 0, 0, 0], columns: 10);

        JacobiRotations.Orthogonalise(matrix, values);

        for (int i = 0; i < 8; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double product = VectorMath.Dot(matrix.AsSpan(i * 10, 10), matrix.AsSpan(j * 10, 10));
                double expected = i == j && values[i] > 1e-12 ? 1 : 0;
                if (Math.Min(values[i], values[j]) > 1e-12)
                {
                    Assert.Equal(expected, product, Rounding);
                }
            }
        }

        Assert.Equal(5, values.Count(value => value > 1e-12));
    }

    [Fact]
    public void Comes_to_an_end_on_zeros_on_equal_rows_and_on_what_is_not_a_number()
    {
        double[] values = new double[3];

        JacobiRotations.Orthogonalise(new double[9], values);
        Assert.Equal([0, 0, 0], values);

        JacobiRotations.Orthogonalise([1, 2, 2, 1, 2, 2, 1, 2, 2], values);
        Assert.Equal([Math.Sqrt(27), 0, 0], values.OrderDescending(), (a, b) => Math.Abs(a - b) < Rounding);

        JacobiRotations.Orthogonalise([1, 2, double.NaN, 1, 2, 2, 1, 2, 2], values);
        Assert.Contains(double.NaN, values);
    }

    /// <summary>U diag(values) Vᵀ with U and V products of random reflections.</summary>
    private static double[] Compose(SeededRandom random, double[] values, int columns)
    {
        int rows = values.Length;
        double[][] matrix = [.. Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, columns).Select(j => i == j ? values[i] : 0.0).ToArray())];
        for (int turn = 0; turn < 4; turn++)
        {
            double[] right = Unit(random, columns);
            foreach (double[] row in matrix)
            {
                VectorMath.AddScaled(-2 * VectorMath.Dot(row, right), right, row);
            }

            double[] left = Unit(random, rows);
            for (int j = 0; j < columns; j++)
            {
                double along = Enumerable.Range(0, rows).Sum(i => left[i] * matrix[i][j]);
                for (int i = 0; i < rows; i++)
                {
                    matrix[i][j] -= 2 * along * left[i];
                }
            }
        }

        return [.. matrix.SelectMany(row => row)];
    }

    private static double[] Unit(SeededRandom random, int length)
    {
        double[] vector = [.. Enumerable.Range(0, length).Select(_ => random.NextGaussian())];
        VectorMath.Scale(1 / VectorMath.Norm(vector), vector);
        return vector;
    }
}
