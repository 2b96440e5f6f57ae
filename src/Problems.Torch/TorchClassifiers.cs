using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ActorFed.Problems.Torch;

/// <summary>The bilevel problems on classifiers; what each of them is stands at its managed twin.</summary>
internal static class TorchClassifiers
{
    /// <summary><see cref="HyperCleaning"/>.</summary>
    public static IBilevelProblem HyperCleaning(TorchRuntime runtime, ShardedData data, HyperCleaningOptions options)
    {
        HyperCleaning managed = new(data, options);
        ParameterLayout lower = new([data.Train.Features.Columns, data.Train.Classes]);
        return Cleaning("hyper-cleaning", runtime, data, managed, lower, TorchNetworks.Linear, options.WeightDecay, options.LearnWeights);
    }

    /// <summary><see cref="MlpHyperCleaning"/>.</summary>
    public static IBilevelProblem MlpHyperCleaning(TorchRuntime runtime, ShardedData data, MlpHyperCleaningOptions options)
    {
        TensorBilevelProblem<float> managed = Problems.MlpHyperCleaning.Create(data, options);
        return Cleaning(
            managed.Name, runtime, data, managed, managed.Lower.Layout, TorchNetworks.Perceptron, options.WeightDecay, options.LearnWeights);
    }

    /// <summary><see cref="HyperRepresentation"/>.</summary>
    public static IBilevelProblem HyperRepresentation(TorchRuntime runtime, ShardedData data, HyperRepresentationOptions options)
    {
        TensorBilevelProblem<float> managed = Problems.HyperRepresentation.Create(data, options);
        Scalar decay = options.WeightDecay;
        return new TorchBilevelProblem(managed)
        {
            Name = managed.Name,
            Runtime = runtime,
            UpperLossDependsOnUpper = true,
            Upper = managed.Upper.Layout,
            Lower = managed.Lower.Layout,
            Losses = shard =>
            {
                (TorchRows training, TorchRows validation) = RowsOf(runtime, data, shard);
                return (levels => validation.CrossEntropy(Scores(levels, validation)),
                    levels => training.CrossEntropy(Scores(levels, training)) + (SquaredNorm(levels) * decay));
            },
        };

        static Tensor Scores(TorchLevels levels, TorchRows rows) =>
            TorchNetworks.Perceptron(levels[1], TorchNetworks.Perceptron(levels[0], rows.Features).tanh());
    }

    /// <summary><see cref="RegularizationSelection"/>.</summary>
    public static IBilevelProblem RegularizationSelection(TorchRuntime runtime, ShardedData data, RegularizationSelectionOptions options)
    {
        RegularizationSelection managed = new(data, options);
        Scalar scale = options.PenaltyFactor / managed.LowerLength;
        return new TorchBilevelProblem(managed)
        {
            Name = "regularization-selection",
            Runtime = runtime,
            Upper = new ParameterLayout([managed.UpperLength, 1]),
            Lower = new ParameterLayout([managed.UpperLength, managed.LowerLength / managed.UpperLength]),
            Losses = shard =>
            {
                (TorchRows training, TorchRows validation) = RowsOf(runtime, data, shard);
                return (levels => validation.CrossEntropy(TorchNetworks.Linear(levels[1], validation.Features)), Lower);

                Tensor Lower(TorchLevels levels)
                {
                    Tensor[] weights = levels[1];
                    return training.CrossEntropy(TorchNetworks.Linear(weights, training.Features)) + ((levels[0][0] * weights[0] * weights[0]).sum() * scale);
                }
            },
        };
    }

    /// <summary>A weight per training row, learned by validation rows, for a network that is the lower variable.</summary>
    private static TorchBilevelProblem Cleaning(
        string name, TorchRuntime runtime, ShardedData data, IBilevelProblem managed, ParameterLayout lower, TorchScores scores, double weightDecay, bool learnWeights)
    {
        Scalar decay = weightDecay;
        Scalar none = 0;
        return new TorchBilevelProblem(managed)
        {
            Name = name,
            Runtime = runtime,
            Upper = new ParameterLayout([managed.UpperLength]),
            Lower = lower,
            Losses = shard =>
            {
                (TorchRows training, TorchRows validation) = RowsOf(runtime, data, shard);
                Tensor own = runtime.Keep(() => runtime.Indices(data.Shards[shard].TrainRows.AsSpan()));
                return (levels => validation.CrossEntropy(scores(levels[1], validation.Features)), Lower);

                Tensor Lower(TorchLevels levels)
                {
                    Tensor psi = levels.Flat(0).index_select(0, own);
                    Tensor weights = (learnWeights ? psi : psi * none).sigmoid();
                    return (weights * training.CrossEntropyPerRow(scores(levels[1], training.Features))).mean() + (SquaredNorm(levels) * decay);
                }
            },
        };
    }

    private static Tensor SquaredNorm(TorchLevels levels)
    {
        Tensor lower = levels.Flat(1);
        return (lower * lower).sum();
    }

    private static (TorchRows Training, TorchRows Validation) RowsOf(TorchRuntime runtime, ShardedData data, int shard) =>
        (new TorchRows(runtime, data.Train, data.Shards[shard].TrainRows), new TorchRows(runtime, data.Train, data.Shards[shard].ValidationRows));
}
