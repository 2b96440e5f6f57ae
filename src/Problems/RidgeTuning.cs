using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="RidgeTuning"/>.</summary>
public sealed record RidgeTuningOptions
{
    /// <summary>How features are weighed before they are used.</summary>
    public TermWeighting TermWeighting { get; init; } = TermWeighting.TfIdf;

    /// <summary>Keep only this many features, those that are other than zero in the most training rows; null keeps all.</summary>
    [Range(1, int.MaxValue)]
    public int? MostFrequentFeatures { get; init; }

    /// <summary>Every x_a at the start: the factor of a feature's penalty is exp(x_a).</summary>
    [Range(-50.0, 50.0)]
    public double InitialLogPenalty { get; init; }
}

/// <summary>
/// Tuning of ridge penalties: learn the logarithm of a penalty per feature such that multinomial logistic regression, trained with these
/// penalties on sparse rows, does well on validation samples.
/// </summary>
/// <remarks>
/// Upper variable x: one entry per feature. Lower variable y: features × classes, row-major, no bias. Worker i:
/// G_i = mean over its validation rows of the cross entropy, g_i = mean over its training rows of the cross entropy
/// + 1 / (features · classes) · Σ_{a,c} exp(x_a) y_ac². Source: the coefficient tuning of C²DFB, arXiv 2410.14115, on 20 Newsgroups, whose
/// normalisation is not published.
/// </remarks>
public sealed class RidgeTuning : IBilevelProblem
{
    private readonly ShardedData _data;
    private readonly SparseSoftmaxRows _test;
    private readonly double _initial;
    private readonly Lock _gate = new(); // runs may share the problem

    /// <summary>The problem over sharded data.</summary>
    /// <exception cref="ArgumentException">Training and test set do not fit together, there is no shard, or there are too few features.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public RidgeTuning(ShardedData data, RidgeTuningOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        OracleArguments.RequireFit(data);
        (SparseMatrix train, SparseMatrix test) = (SparseMatrix.Of(data.Train.Features), SparseMatrix.Of(data.Test.Features));
        if (options.MostFrequentFeatures is int count)
        {
            (train, test) = TermWeights.MostFrequent(train, test, count);
        }

        if (options.TermWeighting == TermWeighting.TfIdf)
        {
            (train, test) = TermWeights.TfIdf(train, test);
        }

        _data = data with { Train = data.Train with { Features = train }, Test = data.Test with { Features = test } };
        _test = new SparseSoftmaxRows(_data.Test, [.. Enumerable.Range(0, test.Rows)]);
        _initial = options.InitialLogPenalty;
    }

    /// <inheritdoc/>
    public int UpperLength => _data.Train.Features.Columns;

    /// <inheritdoc/>
    public int LowerLength => _test.ParameterLength;

    /// <inheritdoc/>
    public int ShardCount => _data.Shards.Length;

    /// <inheritdoc/>
    public IBilevelOracle CreateOracle(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        return new RidgeTuningOracle(_data.Train, _data.Shards[shard]);
    }

    /// <summary>All entries as the options say.</summary>
    public FlatVector InitialUpper(SeededRandom random) => FlatVector.Create(UpperLength, values => values.Fill(_initial));

    /// <summary>Zeros: all classes are equally likely.</summary>
    public FlatVector InitialLower(SeededRandom random) => FlatVector.Zeros(LowerLength);

    /// <summary><c>test-accuracy</c>, and <c>test-loss</c>, the mean cross entropy.</summary>
    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower)
    {
        OracleArguments.RequireLength(upper.Length, UpperLength, nameof(upper));
        OracleArguments.RequireLength(lower.Length, LowerLength, nameof(lower));
        lock (_gate)
        {
            return
            [
                new Measure("test-accuracy", (double)_test.CountCorrect(lower.Span) / _test.RowCount),
                new Measure("test-loss", _test.Loss(lower.Span, [])),
            ];
        }
    }
}
