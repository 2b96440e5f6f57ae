using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="RegularizationSelection"/>.</summary>
public sealed record RegularizationSelectionOptions
{
    /// <summary>Factor of the mean over all entries of ψ_d w_dc² in every worker's lower loss; at least 0.</summary>
    [Range(0, double.MaxValue)]
    public double PenaltyFactor { get; init; } = 0.5;

    /// <summary>Standard deviation of the first ψ around 0; at least 0.</summary>
    [Range(0, double.MaxValue)]
    public double InitialUpperDeviation { get; init; } = 1;
}

/// <summary>
/// Selection of regularization coefficients: learn a penalty ψ_d per feature such that the linear softmax model W trained
/// with these penalties does well on validation samples.
/// </summary>
/// <remarks>
/// Upper variable ψ: one entry per feature. Lower variable W: features × classes, row-major, no bias. Worker i:
/// G_i = mean over its validation rows of CE(Wᵀ a, b),
/// g_i = mean over its training rows of CE, + factor / (features · classes) · Σ_{d,c} ψ_d w_dc². Nothing keeps ψ above 0, as
/// in the source. Source: ADBO, arXiv 2212.10048, section 4 and its published code.
/// </remarks>
public sealed class RegularizationSelection : IBilevelProblem
{
    private readonly SoftmaxModel _model;
    private readonly RegularizationSelectionOptions _options;

    /// <summary>The problem over sharded data.</summary>
    /// <exception cref="ArgumentException">Training and test set do not fit together, or there is no shard.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public RegularizationSelection(ShardedData data, RegularizationSelectionOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        _model = new SoftmaxModel(data);
        _options = options;
    }

    /// <inheritdoc/>
    public int UpperLength => _model.Features;

    /// <inheritdoc/>
    public int LowerLength => _model.Length;

    /// <inheritdoc/>
    public int ShardCount => _model.Data.Shards.Length;

    /// <inheritdoc/>
    public IBilevelOracle CreateOracle(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        return new RegularizationSelectionOracle(_model.Data.Train, _model.Data.Shards[shard], _options.PenaltyFactor);
    }

    /// <inheritdoc/>
    public FlatVector InitialUpper(SeededRandom random) =>
        SoftmaxModel.Draw(random, _options.InitialUpperDeviation, UpperLength);

    /// <summary>Kaiming-normal with fan_in, which for a features × classes array is the number of classes.</summary>
    public FlatVector InitialLower(SeededRandom random) => _model.Draw(random, Math.Sqrt(2.0 / _model.Classes));

    /// <summary><c>test-accuracy</c> and <c>test-loss</c>.</summary>
    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower)
    {
        OracleArguments.RequireLength(upper.Length, UpperLength, nameof(upper));
        return _model.Evaluate(lower);
    }
}
