using ActorFed.Algorithms.Oracles;

namespace ActorFed.Host.Verify;

/// <summary>
/// Regularisation-coefficient selection in plain double loops: exact where the kernels of the real problem compute in float, and
/// hence fit for vectors with a tolerance of 1e-9.
/// </summary>
/// <param name="rows">All samples; each of length d.</param>
/// <param name="labels">Their labels in [0, classes).</param>
/// <param name="classes">C, number of classes. y is d × C, row-major.</param>
/// <param name="train">Rows of the lower level.</param>
/// <param name="validation">Rows of the upper level.</param>
internal sealed class DoubleSoftmaxOracle(double[][] rows, int[] labels, int classes, Range train, Range validation) : IBilevelOracle
{
    public int UpperLength => rows[0].Length;

    public int LowerLength => rows[0].Length * classes;

    public bool UpperLossDependsOnUpper => false;

    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        upperGradient.Clear();
        return CrossEntropy(lower, validation, lowerGradient);
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        double loss = CrossEntropy(lower, train, lowerGradient);
        upperGradient.Clear();
        for (int j = 0; j < lower.Length; j++)
        {
            double weight = upper[j / classes] / (2.0 * lower.Length); // ψ_d w² / (2 d C)
            loss += weight * lower[j] * lower[j];
            if (!upperGradient.IsEmpty)
            {
                upperGradient[j / classes] += lower[j] * lower[j] / (2.0 * lower.Length);
            }

            if (!lowerGradient.IsEmpty)
            {
                lowerGradient[j] += 2 * weight * lower[j];
            }
        }

        return loss;
    }

    public void LowerHessianProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        product.Clear();
        double[] p = new double[classes];
        double[] s = new double[classes];
        (int start, int count) = train.GetOffsetAndLength(rows.Length);
        for (int r = start; r < start + count; r++)
        {
            Probabilities(rows[r], lower, p);
            double mean = 0;
            for (int c = 0; c < classes; c++)
            {
                s[c] = Logit(rows[r], direction, c);
                mean += p[c] * s[c];
            }

            for (int c = 0; c < classes; c++)
            {
                Accumulate(rows[r], p[c] * (s[c] - mean) / count, c, product);
            }
        }

        for (int j = 0; j < lower.Length; j++)
        {
            product[j] += upper[j / classes] / lower.Length * direction[j];
        }
    }

    public void LowerCrossProduct(
        ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
    {
        product.Clear();
        for (int j = 0; j < lower.Length; j++)
        {
            product[j / classes] += lower[j] * direction[j] / lower.Length;
        }
    }

    private double CrossEntropy(ReadOnlySpan<double> lower, Range range, Span<double> gradient)
    {
        gradient.Clear();
        double[] p = new double[classes];
        (int start, int count) = range.GetOffsetAndLength(rows.Length);
        double loss = 0;
        for (int r = start; r < start + count; r++)
        {
            Probabilities(rows[r], lower, p);
            loss -= Math.Log(p[labels[r]]) / count;
            for (int c = 0; c < classes && !gradient.IsEmpty; c++)
            {
                Accumulate(rows[r], (p[c] - (c == labels[r] ? 1 : 0)) / count, c, gradient);
            }
        }

        return loss;
    }

    private double Logit(double[] row, ReadOnlySpan<double> weights, int c)
    {
        double sum = 0;
        for (int d = 0; d < row.Length; d++)
        {
            sum += row[d] * weights[(d * classes) + c];
        }

        return sum;
    }

    private void Accumulate(double[] row, double factor, int c, Span<double> result)
    {
        for (int d = 0; d < row.Length; d++)
        {
            result[(d * classes) + c] += factor * row[d];
        }
    }

    private void Probabilities(double[] row, ReadOnlySpan<double> lower, double[] p)
    {
        double max = double.NegativeInfinity;
        for (int c = 0; c < classes; c++)
        {
            p[c] = Logit(row, lower, c);
            max = Math.Max(max, p[c]);
        }

        double sum = 0;
        for (int c = 0; c < classes; c++)
        {
            p[c] = Math.Exp(p[c] - max);
            sum += p[c];
        }

        for (int c = 0; c < classes; c++)
        {
            p[c] /= sum;
        }
    }
}
