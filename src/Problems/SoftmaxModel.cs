using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;

namespace ActorFed.Problems;

/// <summary>What the problems on a linear softmax model share: the data, the model's shape and its test metrics.</summary>
internal sealed class SoftmaxModel
{
    private readonly SoftmaxRows _test;

    /// <summary>Checks that training and test set fit together.</summary>
    /// <exception cref="ArgumentException">They do not, or there is no shard or no test sample.</exception>
    public SoftmaxModel(ShardedData data)
    {
        OracleArguments.RequireFit(data);
        Data = data;
        _test = new SoftmaxRows(data.Test, [.. Enumerable.Range(0, data.Test.Features.Rows)]);
    }

    /// <summary>The data.</summary>
    public ShardedData Data { get; }

    /// <summary>Number of features, the rows of W.</summary>
    public int Features => Data.Train.Features.Columns;

    /// <summary>Number of classes, the columns of W.</summary>
    public int Classes => Data.Train.Classes;

    /// <summary>Length of W.</summary>
    public int Length => Features * Classes;

    /// <summary>W with independent normal entries of mean 0.</summary>
    /// <param name="random">Source of the draws.</param>
    /// <param name="deviation">Their standard deviation.</param>
    public FlatVector Draw(SeededRandom random, double deviation) => Draw(random, deviation, Length);

    /// <summary>A vector of independent normal entries of mean 0; no number is drawn when the deviation is 0.</summary>
    public static FlatVector Draw(SeededRandom random, double deviation, int length) =>
        deviation == 0 ? FlatVector.Zeros(length) : FlatVector.Create(length, values =>
        {
            foreach (ref double value in values)
            {
                value = deviation * random.NextGaussian();
            }
        });

    /// <summary>Accuracy and mean cross entropy of W on the test set.</summary>
    public ImmutableArray<Measure> Evaluate(FlatVector lower) =>
    [
        new Measure("test-accuracy", (double)_test.CountCorrect(lower.Span) / _test.RowCount),
        new Measure("test-loss", _test.Loss(lower.Span, [])),
    ];
}
