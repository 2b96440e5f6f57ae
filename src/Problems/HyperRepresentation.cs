using System.ComponentModel.DataAnnotations;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="HyperRepresentation"/>.</summary>
public sealed record HyperRepresentationOptions
{
    /// <summary>Units of a layer of tanh before the representation's last one; null: there is none.</summary>
    [Range(1, 10_000)]
    public int? FirstUnits { get; init; }

    /// <summary>Outputs of the representation; at least 1.</summary>
    [Range(1, 10_000)]
    public int HiddenUnits { get; init; } = 32;

    /// <summary>Factor of the squared norm of the head in every worker's lower loss; more than 0, which makes that strongly convex.</summary>
    [Range(1e-9, 1e6)]
    public double WeightDecay { get; init; } = 0.01;
}

/// <summary>
/// Hyper-representation: learn a representation such that a linear head, trained on top of it on training rows, does well on validation
/// rows.
/// </summary>
/// <remarks>
/// Upper x: weights and biases of one or two layers with tanh. Lower y: weights and biases of the head. G_i = mean cross entropy over
/// validation rows, which depends on both; g_i = mean cross entropy over training rows + decay ‖y‖². Source: Franceschi, Frasconi, Salzo,
/// Grazzi, Pontil, "Bilevel Programming for Hyperparameter Optimization and Meta-Learning" (ICML 2018), as used by FedNest.
/// </remarks>
public static class HyperRepresentation
{
    /// <summary>The problem over sharded data.</summary>
    /// <exception cref="ArgumentException">The data cannot be used.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static TensorBilevelProblem<float> Create(ShardedData data, HyperRepresentationOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        ClassifierRows rows = new(data);
        MlpModel representation = options.FirstUnits is int first ? new(rows.Features, first, options.HiddenUnits) : new(rows.Features, options.HiddenUnits);
        MlpModel head = new(options.HiddenUnits, rows.Classes);
        float decay = (float)options.WeightDecay;
        return new TensorBilevelProblem<float>
        {
            Name = "hyper-representation",
            ShardCount = data.Shards.Length,
            Upper = new TensorLevel<float>
            {
                Layout = representation.Layout,
                Loss = shard => rows.ValidationLoss(shard, Scores),
                Initial = representation.Draw,
            },
            Lower = new TensorLevel<float>
            {
                Layout = head.Layout,
                Loss = shard =>
                {
                    LevelLoss<float> losses = rows.TrainingLosses(shard, Scores);
                    return levels => losses(levels).Mean() + (ClassifierRows.SquaredNorm(levels[1]) * decay);
                },
            },
            Measures = rows.Measures(Scores),
        };

        Tensor<float> Scores(Levels<float> levels, TensorRows<float> inputs) =>
            head.Output(levels[1], representation.Output(levels[0], inputs.Features(levels.Tape)).Tanh());
    }
}
