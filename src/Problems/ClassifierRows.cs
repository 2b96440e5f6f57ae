using System.Collections.Immutable;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>The outputs of a network before the softmax, [rows, classes], for rows of a data set.</summary>
internal delegate Tensor<float> Logits(Levels<float> levels, TensorRows<float> rows);

/// <summary>What problems on classifying networks share: the rows of every shard, their losses, and the test metrics.</summary>
internal sealed class ClassifierRows
{
    private readonly ImmutableArray<TensorRows<float>> _training;
    private readonly ImmutableArray<TensorRows<float>> _validation;
    private readonly TensorRows<float> _test;
    private readonly ImmutableArray<int> _testLabels;

    /// <summary>The rows of sharded data.</summary>
    /// <exception cref="ArgumentException">A shard lacks rows, or training and test set do not fit together.</exception>
    public ClassifierRows(ShardedData data)
    {
        OracleArguments.RequireFit(data);
        _training = [.. data.Shards.Select(shard => TensorRows<float>.Of(data.Train, shard.TrainRows))];
        _validation = [.. data.Shards.Select(shard => TensorRows<float>.Of(data.Train, shard.ValidationRows))];
        _test = TensorRows<float>.Of(data.Test);
        _testLabels = data.Test.Labels;
        (Features, Classes) = (data.Train.Features.Columns, data.Train.Classes);
    }

    /// <summary>Features per row.</summary>
    public int Features { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>The mean cross entropy on a shard's validation rows.</summary>
    public LevelLoss<float> ValidationLoss(int shard, Logits logits) =>
        levels => Losses.CrossEntropy(logits(levels, _validation[shard]), _validation[shard].Labels(levels.Tape));

    /// <summary>The cross entropy on each of a shard's training rows, [rows].</summary>
    public LevelLoss<float> TrainingLosses(int shard, Logits logits) =>
        levels => Losses.CrossEntropyPerRow(logits(levels, _training[shard]), _training[shard].Labels(levels.Tape));

    /// <summary><c>test-accuracy</c> and <c>test-loss</c>, the mean cross entropy.</summary>
    public ImmutableArray<TensorMeasure<float>> Measures(Logits logits) =>
    [
        new("test-accuracy", levels => levels.Tape.Fill(Accuracy(logits(levels, _test)), [])),
        new("test-loss", levels => Losses.CrossEntropy(logits(levels, _test), _test.Labels(levels.Tape))),
    ];

    /// <summary>Σ w² over parameters.</summary>
    public static Tensor<float> SquaredNorm(ReadOnlySpan<Tensor<float>> parameters)
    {
        Tensor<float> sum = parameters[0].Square().Sum();
        foreach (Tensor<float> parameter in parameters[1..])
        {
            sum += parameter.Square().Sum();
        }

        return sum;
    }

    private float Accuracy(Tensor<float> logits)
    {
        ReadOnlySpan<float> values = logits.Values;
        int correct = 0;
        for (int row = 0; row < _testLabels.Length; row++)
        {
            ReadOnlySpan<float> scores = values.Slice(row * Classes, Classes);
            int best = 0;
            for (int label = 1; label < Classes; label++)
            {
                best = scores[label] > scores[best] ? label : best;
            }

            correct += best == _testLabels[row] ? 1 : 0;
        }

        return (float)correct / _testLabels.Length;
    }
}
