using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;

namespace ActorFed.Problems;

/// <summary>Makes the loss of a classifier over rows of a data set.</summary>
internal delegate IRowLoss CreateRowLoss(LabelledData data, ImmutableArray<int> rows);

/// <summary>A problem of one level: train a classifier on all rows of the shards, the validation rows among them.</summary>
internal sealed class RowLossProblem : ILossProblem
{
    private readonly ShardedData _data;
    private readonly CreateRowLoss _create;
    private readonly double _weightDecay;
    private readonly Func<SeededRandom, FlatVector> _draw;
    private readonly ulong _seed;
    private readonly IRowLoss _test;
    private readonly Lock _gate = new(); // runs may share the problem

    /// <summary>The problem over sharded data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="create">Makes the classifier's loss.</param>
    /// <param name="weightDecay">Factor of the squared norm of the parameters.</param>
    /// <param name="draw">Draws a starting point.</param>
    /// <param name="seed">Seed of poisoned features.</param>
    /// <exception cref="ArgumentException">There is no shard, or training and test set do not fit together.</exception>
    public RowLossProblem(ShardedData data, CreateRowLoss create, double weightDecay, Func<SeededRandom, FlatVector> draw, ulong seed)
    {
        OracleArguments.RequireFit(data);
        (_data, _create, _weightDecay, _draw, _seed) = (data, create, weightDecay, draw, seed);
        _test = create(data.Test, [.. Enumerable.Range(0, data.Test.Features.Rows)]);
    }

    /// <summary>Whether features are numbers, which noise can take the place of; characters are not.</summary>
    public bool HasNumbers { get; init; } = true;

    public int Length => _test.ParameterLength;

    public int ShardCount => _data.Shards.Length;

    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning = DataPoisoning.None)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        if (poisoning == DataPoisoning.NoisyFeatures && !HasNumbers)
        {
            throw new NotSupportedException($"The features of '{_data.Train.Name}' are characters, which noise cannot take the place of. Flip the labels.");
        }

        Shard own = _data.Shards[shard];
        (LabelledData data, ImmutableArray<int> rows) = PoisonedRows.Of(
            _data.Train, own.TrainRows.AddRange(own.ValidationRows), poisoning, new SeededRandom(_seed, $"poisoning/{shard}"));
        return new RowLossOracle(_create(data, rows), [.. rows.Select(row => data.Labels[row])], _weightDecay);
    }

    public FlatVector Initial(SeededRandom random) => _draw(random);

    /// <summary><c>test-accuracy</c>, and <c>test-loss</c>, the mean cross entropy.</summary>
    public ImmutableArray<Measure> Evaluate(FlatVector point)
    {
        OracleArguments.RequireLength(point.Length, Length, nameof(point));
        lock (_gate)
        {
            return
            [
                new Measure("test-accuracy", (double)_test.CountCorrect(point.Span) / _test.RowCount),
                new Measure("test-loss", _test.MeanLoss(point.Span, [], [])),
            ];
        }
    }
}
