using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="HyperCleaning"/>.</summary>
public sealed record HyperCleaningOptions
{
    /// <summary>Factor of ‖W‖² in every worker's lower loss; at least 0.</summary>
    [Range(0, double.MaxValue)]
    public double WeightDecay { get; init; } = 0.001;

    /// <summary>Standard deviation of the first ψ around 0; at least 0. With 0 every sample starts with weight ½.</summary>
    [Range(0, double.MaxValue)]
    public double InitialUpperDeviation { get; init; }

    /// <summary>Whether weights are learned at all; false is the baseline without cleaning, in which every sample weighs ½.</summary>
    public bool LearnWeights { get; init; } = true;
}

/// <summary>
/// Data hyper-cleaning: learn a weight sigmoid(ψ_j) per training sample, some of which are mislabelled, such that the linear
/// softmax model W trained with these weights does well on clean validation samples.
/// </summary>
/// <remarks>
/// Upper variable ψ: one entry per row of the training set; a worker reads and moves only those of its own training rows.
/// Lower variable W: features × classes, row-major, no bias. Worker i:
/// G_i = mean over its validation rows of CE(Wᵀ a, b), g_i = mean over its training rows of sigmoid(ψ_j) CE_j, + decay ‖W‖².
/// Source: ADBO, arXiv 2212.10048, section 4 and its published code.
/// </remarks>
public sealed class HyperCleaning : IBilevelProblem
{
    private readonly SoftmaxModel _model;
    private readonly HyperCleaningOptions _options;

    /// <summary>The problem over sharded data.</summary>
    /// <exception cref="ArgumentException">Training and test set do not fit together, or there is no shard.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public HyperCleaning(ShardedData data, HyperCleaningOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        _model = new SoftmaxModel(data);
        _options = options;
    }

    /// <inheritdoc/>
    public int UpperLength => _model.Data.Train.Features.Rows;

    /// <inheritdoc/>
    public int LowerLength => _model.Length;

    /// <inheritdoc/>
    public int ShardCount => _model.Data.Shards.Length;

    /// <inheritdoc/>
    public IBilevelOracle CreateOracle(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        return new HyperCleaningOracle(_model.Data.Train, _model.Data.Shards[shard], _options);
    }

    /// <inheritdoc/>
    public FlatVector InitialUpper(SeededRandom random) =>
        SoftmaxModel.Draw(random, _options.InitialUpperDeviation, UpperLength);

    /// <summary>Kaiming-normal with fan_out, which for a features × classes array is the number of features.</summary>
    public FlatVector InitialLower(SeededRandom random) => _model.Draw(random, Math.Sqrt(2.0 / _model.Features));

    /// <summary>
    /// <c>test-accuracy</c>, <c>test-loss</c> and, when some training labels are known to be corrupted, <c>cleaning-auc</c>:
    /// the chance that a clean training sample has a larger weight than a corrupted one, ties counting half; and <c>cleaning-f1</c>: the F1 score of
    /// taking those for clean that weigh at least ½.
    /// </summary>
    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower)
    {
        OracleArguments.RequireLength(upper.Length, UpperLength, nameof(upper));
        ImmutableArray<Measure> measures = _model.Evaluate(lower);
        double area = CleaningQuality.Area(_model.Data, upper.Span);
        return double.IsNaN(area)
            ? measures
            : measures.AddRange(new Measure("cleaning-auc", area), new Measure("cleaning-f1", CleaningQuality.F1(_model.Data, upper.Span)));
    }
}
