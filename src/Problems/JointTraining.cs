using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="JointTraining"/>.</summary>
public sealed record JointTrainingOptions
{
    /// <summary>Units of a layer of tanh before the representation; null: there is none.</summary>
    [Range(1, 10_000)]
    public int? FirstUnits { get; init; }

    /// <summary>Outputs of the representation; at least 1.</summary>
    [Range(1, 10_000)]
    public int HiddenUnits { get; init; } = 64;

    /// <summary>Shards that know their labels, the first ones; at least 1. Null: all.</summary>
    [Range(1, 1_000_000)]
    public int? LabelledShards { get; init; }
}

/// <summary>
/// Joint training: a representation that serves two losses at once, the classification of the rows whose labels are known and the reconstruction of
/// all rows.
/// </summary>
/// <remarks>
/// Lower y = (θ, η): θ, one or two layers with tanh; η, a linear layer back to the features. Upper x = φ, a linear layer to the classes. G_i(φ, θ) =
/// mean cross entropy over the validation rows of shard i, the only ones whose labels are used; g_i(θ, η) = mean over all its rows and their features
/// of (x̂ − x)². Source: Saif et al., arXiv 2401.06980, with reconstruction in place of its contrastive loss, and classes in place of characters.
/// </remarks>
public sealed class JointTraining : IBilevelProblem
{
    private readonly JointModel _model;
    private readonly ImmutableArray<(TensorRows<float> All, TensorRows<float>? Labelled)> _shards;
    private readonly ImmutableArray<ImmutableArray<int>> _labels; // of the labelled rows
    private readonly TensorMeasures<float> _measures;
    private readonly RowSelection _selection = new();
    private readonly ulong _seed;

    /// <summary>The problem over sharded data.</summary>
    /// <param name="data">The data; every shard has validation rows.</param>
    /// <param name="options">Its options.</param>
    /// <exception cref="ArgumentException">The data cannot be used, or has fewer shards than are to be labelled.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public JointTraining(ShardedData data, JointTrainingOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        ClassifierRows rows = new(data);
        int labelled = options.LabelledShards ?? data.Shards.Length;
        if (labelled > data.Shards.Length)
        {
            throw new ArgumentException($"LabelledShards is {labelled}; it must be at most {data.Shards.Length}, the number of shards.", nameof(options));
        }

        _model = new JointModel(rows.Features, options.FirstUnits, options.HiddenUnits, rows.Classes);
        _shards =
        [
            .. data.Shards.Select((shard, i) => (
                TensorRows<float>.Of(data.Train, shard.TrainRows.AddRange(shard.ValidationRows)),
                i < labelled ? TensorRows<float>.Of(data.Train, shard.ValidationRows) : null)),
        ];
        _labels = [.. data.Shards.Select(shard => (ImmutableArray<int>)[.. shard.ValidationRows.Select(row => data.Train.Labels[row])])];
        TensorRows<float> test = TensorRows<float>.Of(data.Test);
        _measures = new TensorMeasures<float>(
            [_model.Head, _model.Lower],
            [
                .. rows.Measures((levels, inputs) => _model.Scores(levels, inputs.Features(levels.Tape))),
                new("test-reconstruction", levels => _model.Reconstruction(levels, test.Features(levels.Tape))),
            ]);
    }

    private JointTraining(JointTraining all, RowSelection selection, ulong seed)
    {
        (_model, _shards, _labels, _measures) = (all._model, all._shards, all._labels, all._measures);
        (_selection, _seed) = (selection, seed);
    }

    /// <inheritdoc/>
    public int UpperLength => _model.Head.Length;

    /// <inheritdoc/>
    public int LowerLength => _model.Lower.Length;

    /// <inheritdoc/>
    public int? SharedLength => _model.Encoder.Length;

    /// <inheritdoc/>
    public int ShardCount => _shards.Length;

    /// <inheritdoc/>
    public IBilevelOracle CreateOracle(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        (TensorRows<float> all, TensorRows<float>? labelled) = _shards[shard];
        bool isSelected = _selection.Rule != SelectionRule.All;
        return new JointTrainingOracle(_model, shard, new ChosenRows(all, [], isSelected ? Draws(shard, all.Rows, []) : null))
        {
            Labelled = labelled is null ? null : new ChosenRows(labelled, _labels[shard], isSelected ? Draws(ShardCount + shard, labelled.Rows, _labels[shard]) : null),
        };
    }

    /// <inheritdoc/>
    public FlatVector InitialUpper(SeededRandom random) => _model.DrawHead(random);

    /// <inheritdoc/>
    public FlatVector InitialLower(SeededRandom random) => _model.DrawLower(random);

    /// <summary><c>test-accuracy</c>; <c>test-loss</c>, the mean cross entropy; and <c>test-reconstruction</c>, the mean squared error.</summary>
    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower) => _measures.Evaluate(upper, lower);

    /// <inheritdoc/>
    /// <remarks>Probabilities of labels choose among labelled rows only: those of the others are not known.</remarks>
    IProblem IProblem.Select(RowSelection selection, ulong seed) =>
        selection.Rule == SelectionRule.All ? this : new JointTraining(this, selection, seed);

    private RowDraws Draws(int stream, int rows, ImmutableArray<int> labels) =>
        new(labels.IsEmpty ? _selection with { LabelProbabilities = [] } : _selection, RowDraws.StreamOf(_seed, stream), rows, labels);
}
