using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems.Data;

/// <summary>Shape of a generated Gaussian mixture.</summary>
public sealed record GaussianMixtureOptions
{
    /// <summary>Number of classes, each one Gaussian.</summary>
    [Range(2, 1000)]
    public int Classes { get; init; } = 3;

    /// <summary>Features per sample.</summary>
    [Range(1, 100_000)]
    public int Features { get; init; } = 8;

    /// <summary>Expected distance of a class centre from the origin.</summary>
    [Range(0.0, 1e6)]
    public double Separation { get; init; } = 3;

    /// <summary>Standard deviation of each feature about its centre.</summary>
    [Range(0.0, 1e6)]
    public double Noise { get; init; } = 1;
}

/// <summary>A generated data set: one isotropic Gaussian per class, centres drawn at random. For small tests.</summary>
public static class GaussianMixture
{
    /// <summary>Draws samples; a row depends on the seed, the stream and its number only, the centres on the seed only.</summary>
    /// <param name="rows">Number of samples; at least 1.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="options">Shape of the mixture.</param>
    /// <param name="stream">Tells independent sets of one mixture apart: <c>train</c>, <c>test</c>.</param>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    public static LabelledData Generate(int rows, ulong seed, GaussianMixtureOptions options, string stream = "train")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);

        SeededRandom centreRandom = new(seed, "gaussian-mixture/centres");
        double spread = options.Separation / Math.Sqrt(options.Features);
        double[] centres = new double[options.Classes * options.Features];
        for (int i = 0; i < centres.Length; i++)
        {
            centres[i] = spread * centreRandom.NextGaussian();
        }

        float[] values = new float[rows * options.Features];
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            SeededRandom random = new(seed, $"gaussian-mixture/{stream}/{row}");
            labels[row] = random.NextInt32(options.Classes);
            for (int i = 0; i < options.Features; i++)
            {
                double centre = centres[(labels[row] * options.Features) + i];
                values[(row * options.Features) + i] = (float)(centre + (options.Noise * random.NextGaussian()));
            }
        }

        return new LabelledData("gaussian-mixture", new DenseMatrix(values, options.Features), [.. labels], options.Classes);
    }
}
