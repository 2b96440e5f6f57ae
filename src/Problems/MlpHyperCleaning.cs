using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="MlpHyperCleaning"/>.</summary>
public sealed record MlpHyperCleaningOptions
{
    /// <summary>Units of the hidden layer; at least 1.</summary>
    [Range(1, 10_000)]
    public int HiddenUnits { get; init; } = 32;

    /// <summary>Factor of the squared norm of all parameters in every worker's lower loss; at least 0.</summary>
    [Range(0, 1e6)]
    public double WeightDecay { get; init; } = 0.001;

    /// <summary>Whether weights are learned at all; false is the baseline without cleaning, in which every sample weighs ½.</summary>
    public bool LearnWeights { get; init; } = true;
}

/// <summary><see cref="HyperCleaning"/> with a hidden layer: a weight sigmoid(ψ_j) per training sample, some of them mislabelled.</summary>
/// <remarks>
/// Upper ψ: one entry per row of the training set. Lower y: a perceptron with tanh. G_i = mean over validation rows of the cross entropy,
/// g_i = mean over training rows of sigmoid(ψ_j) CE_j, + decay ‖y‖².
/// </remarks>
public static class MlpHyperCleaning
{
    /// <summary>The problem over sharded data.</summary>
    /// <exception cref="ArgumentException">The data cannot be used.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static TensorBilevelProblem<float> Create(ShardedData data, MlpHyperCleaningOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        ClassifierRows rows = new(data);
        MlpModel model = new(rows.Features, options.HiddenUnits, rows.Classes);
        ImmutableArray<TensorMeasure<float>> measures = rows.Measures(Scores);
        return new TensorBilevelProblem<float>
        {
            Name = "mlp-hyper-cleaning",
            ShardCount = data.Shards.Length,
            UpperLossDependsOnUpper = false,
            Upper = new TensorLevel<float>
            {
                Layout = new ParameterLayout([data.Train.Features.Rows, 1]),
                Loss = shard => rows.ValidationLoss(shard, Scores),
            },
            Lower = new TensorLevel<float>
            {
                Layout = model.Layout,
                Loss = TrainingLoss,
                Initial = model.Draw,
            },
            Measures = CleaningQuality.CanMeasure(data)
                ?
                [
                    .. measures,
                    new("cleaning-auc", levels => levels.Tape.Fill((float)CleaningQuality.Area(data, Psi(levels)), [])),
                    new("cleaning-f1", levels => levels.Tape.Fill((float)CleaningQuality.F1(data, Psi(levels)), [])),
                ]
                : measures,
        };

        Tensor<float> Scores(Levels<float> levels, TensorRows<float> inputs) => model.Output(levels[1], inputs.Features(levels.Tape));

        LevelLoss<float> TrainingLoss(int shard)
        {
            LevelLoss<float> losses = rows.TrainingLosses(shard, Scores);
            ImmutableArray<int> own = data.Shards[shard].TrainRows;
            Shape list = Shape.Create([own.Length]);
            float decay = (float)options.WeightDecay;
            return levels =>
            {
                Tensor<float> psi = levels[0][0].Gather(levels.Tape.Indices(own.AsSpan())).Reshape(list);
                Tensor<float> weights = (options.LearnWeights ? psi : psi * 0f).Sigmoid();
                return (weights * losses(levels)).Mean() + (ClassifierRows.SquaredNorm(levels[1]) * decay);
            };
        }

        double[] Psi(Levels<float> levels)
        {
            double[] psi = new double[data.Train.Features.Rows];
            levels[0][0].CopyTo(psi);
            return psi;
        }
    }
}
