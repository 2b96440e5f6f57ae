using ActorFed.Problems.Data;

namespace ActorFed.Problems.Tests;

/// <summary>The softmax model one number at a time, in double.</summary>
internal static class NaiveSoftmax
{
    /// <summary>Relative error allowed to a float loss: some units of 2⁻²³ for each of the product, exp and log.</summary>
    public const double LossTolerance = 2e-6;

    public static double[] Probabilities(LabelledData data, int row, double[] parameters)
    {
        double[] logits = Logits(data, row, parameters);
        double max = logits.Max();
        double sum = logits.Sum(logit => Math.Exp(logit - max));
        return [.. logits.Select(logit => Math.Exp(logit - max) / sum)];
    }

    public static double[] Logits(LabelledData data, int row, double[] parameters)
    {
        float[] features = new float[data.Features.Columns];
        data.Features.CopyRow(row, features);
        double[] logits = new double[data.Classes];
        for (int f = 0; f < features.Length; f++)
        {
            for (int c = 0; c < logits.Length; c++)
            {
                logits[c] += features[f] * parameters[(f * logits.Length) + c];
            }
        }

        return logits;
    }

    public static double Entropy(LabelledData data, int row, double[] parameters)
    {
        double[] logits = Logits(data, row, parameters);
        double max = logits.Max();
        return max + Math.Log(logits.Sum(logit => Math.Exp(logit - max))) - logits[data.Labels[row]];
    }

    public static int Predict(LabelledData data, int row, double[] parameters)
    {
        double[] logits = Logits(data, row, parameters);
        return Array.IndexOf(logits, logits.Max());
    }

    /// <summary>Σ_r a_r factors[r]ᵀ, features × classes.</summary>
    public static double[] OuterSum(LabelledData data, int[] rows, double[][] factors)
    {
        float[] features = new float[data.Features.Columns];
        double[] sum = new double[features.Length * data.Classes];
        for (int r = 0; r < rows.Length; r++)
        {
            data.Features.CopyRow(rows[r], features);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += features[i / data.Classes] * factors[r][i % data.Classes];
            }
        }

        return sum;
    }
}
