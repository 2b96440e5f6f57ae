using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Problems;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace OwnProblem;

/// <summary>The keys of section <c>own-problem</c>; what stands here is their default.</summary>
public sealed record OwnOptions
{
    [Description("Sensors, the first of which is better than the others; 2 to 100.")]
    [Range(2, 100)]
    public int Sensors { get; init; } = 4;

    [Description("Training rows of each worker, and as many validation rows; 1 to 100000.")]
    [Range(1, 100_000)]
    public int Rows { get; init; } = 50;

    [Description("Standard deviation of the noise of all sensors but the first, which has a third of it; at least 0.")]
    [Range(0, 100.0)]
    public double Noise { get; init; } = 0.5;

    [Description("Variance of the disturbance that the adversary spreads over the sensors, in all, while the upper variable is 0; at least 0.")]
    [Range(0, 1000.0)]
    public double Disturbance { get; init; } = 1;

    [Description("What it costs the adversary to disturb some sensors more than others; more than 0.")]
    [Range(0, 1e6, MinimumIsExclusive = true)]
    public double Price { get; init; } = 1;
}

/// <summary>
/// Robust regression: a quantity is read off several noisy sensors, one of which may be disturbed later. Upper: how much disturbance to
/// be ready for, judged by validation rows. Middle: an adversary who spreads it over the sensors. Lower: the coefficients.
/// </summary>
public sealed class RobustRegression : IProblemPlugin
{
    /// <summary>What the catalogue is told.</summary>
    public ProblemEntry Entry { get; } = new(
        "own-problem",
        "linear regression over sensors, one of which may be disturbed",
        typeof(OwnOptions),
        NeedsData: false,
        (options, _, workers, seed) => Create((OwnOptions)options, workers, seed),
        Levels: 3);

    private static TensorTrilevelProblem<double> Create(OwnOptions options, int workers, ulong seed)
    {
        TensorRows<double>[] training = [.. Enumerable.Range(0, workers).Select(worker => Draw($"training {worker}", options.Rows, 0))];
        TensorRows<double>[] validation = [.. Enumerable.Range(0, workers).Select(worker => Draw($"validation {worker}", options.Rows, 0))];
        (TensorRows<double> test, TensorRows<double> disturbed) = (Draw("test", 1000, 0), Draw("test", 1000, 1));

        // levels[0] is the upper level, [1] the middle, [2] the lower one; levels[2][0] is the first parameter of the lower level.
        Tensor<double> Error(Levels<double> levels, TensorRows<double> rows) =>
            (rows.Features(levels.Tape).MatMul(levels[2][0]) - rows.Targets(levels.Tape)).Square().Mean();

        // What the disturbance adds to the expected error: the variance at each sensor times the square of its coefficient.
        Tensor<double> Disturbance(Levels<double> levels) =>
            options.Disturbance * levels[0][0].Exp() * levels[1][0].Softmax().MatMul(levels[2][0].Square()).Sum();

        return new TensorTrilevelProblem<double>
        {
            Name = "own-problem",
            ShardCount = workers,
            Upper = new TensorLevel<double>
            {
                Layout = new ParameterLayout([1]),
                Loss = shard => levels => Error(levels, validation[shard]),
            },
            Middle = new TensorLevel<double>
            {
                Layout = new ParameterLayout([1, options.Sensors]),
                Loss = _ => levels => (options.Price * levels[1][0].Square().Sum()) - Disturbance(levels),
            },
            Lower = new TensorLevel<double>
            {
                Layout = new ParameterLayout([options.Sensors, 1]),
                Loss = shard => levels => Error(levels, training[shard]) + Disturbance(levels),
            },
            Measures =
            [
                new("test-loss", levels => Error(levels, test)),
                new("test-disturbed-loss", levels => Error(levels, disturbed)),
                new("disturbance", levels => Disturbance(levels)),
            ],
        };

        // Every sensor shows the quantity and noise of its own; the first one, where wanted, a disturbance as well.
        TensorRows<double> Draw(string stream, int rows, double disturbance)
        {
            SeededRandom random = new(seed, stream);
            double[] quantity = new double[rows];
            float[] shown = new float[rows * options.Sensors];
            for (int row = 0; row < rows; row++)
            {
                quantity[row] = random.NextGaussian();
                for (int sensor = 0; sensor < options.Sensors; sensor++)
                {
                    double noise = random.NextGaussian() * (sensor == 0 ? options.Noise / 3 : options.Noise);
                    shown[(row * options.Sensors) + sensor] = (float)(quantity[row] + noise);
                }

                shown[row * options.Sensors] += (float)(random.NextGaussian() * disturbance);
            }

            return TensorRows<double>.Of(new RegressionData("own-problem", new DenseMatrix(shown, options.Sensors), [.. quantity]));
        }
    }
}
