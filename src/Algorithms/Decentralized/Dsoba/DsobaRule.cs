using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Decentralized.Dsoba;

/// <summary>
/// One diffusion step of all three variables in each round, all directions at the same point: y ← W (y − β v), z ← W (z − γ p),
/// x ← W (x − α r) with the moving average r of the hypergradients u.
/// </summary>
public sealed class DsobaRule : IGraphRule
{
    private readonly DsobaOptions _options;
    private readonly IBilevelOracle _oracle;
    private readonly BilevelDirections _directions;
    private readonly Diffusion _upper;      // x_i
    private readonly Diffusion _lower;      // y_i
    private readonly Diffusion _auxiliary;  // z_i
    private double _upperLoss = double.NaN;
    private double _lowerLoss = double.NaN;

    /// <summary>A participant at its starting point.</summary>
    /// <param name="options">Steps.</param>
    /// <param name="oracle">Its losses; owned from now on.</param>
    /// <param name="upper">x_i at first.</param>
    /// <param name="lower">y_i at first.</param>
    /// <param name="auxiliary">z_i at first; null is 0.</param>
    public DsobaRule(DsobaOptions options, IBilevelOracle oracle, FlatVector upper, FlatVector lower, FlatVector? auxiliary = null)
    {
        (_options, _oracle) = (options, oracle);
        _directions = new BilevelDirections(oracle, options.Products, options.Radius, options.RescaleRadius);
        _upper = new Diffusion("upper", upper, StreamLevel.Upper);
        _lower = new Diffusion("lower", lower, StreamLevel.Lower);
        _auxiliary = new Diffusion("auxiliary", auxiliary ?? FlatVector.Zeros(lower.Length), StreamLevel.Auxiliary);
        Average = UpperDirection = FlatVector.Zeros(upper.Length);
        LowerDirection = AuxiliaryDirection = FlatVector.Zeros(lower.Length);
        Exchanges = [[.. _upper.Exchanges[0], .. _lower.Exchanges[0], .. _auxiliary.Exchanges[0]]];
    }

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<StreamSpec>> Exchanges { get; }

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures => [new(MeasureNames.UpperObjective, _upperLoss), new(MeasureNames.LowerObjective, _lowerLoss)];

    /// <inheritdoc/>
    public FlatVector Upper => _upper.Value;

    /// <inheritdoc/>
    public FlatVector Lower => _lower.Value;

    /// <summary>z_i.</summary>
    public FlatVector Auxiliary => _auxiliary.Value;

    /// <summary>r_i.</summary>
    public FlatVector Average { get; private set; }

    /// <summary>u_i of the last round since this participant was made.</summary>
    public FlatVector UpperDirection { get; private set; }

    /// <summary>v_i of the last round since this participant was made.</summary>
    public FlatVector LowerDirection { get; private set; }

    /// <summary>p_i of the last round since this participant was made.</summary>
    public FlatVector AuxiliaryDirection { get; private set; }

    /// <inheritdoc/>
    public ImmutableArray<FlatVector> Prepare(long round, int exchange)
    {
        LowerDirection = _directions.Lower(Upper, Lower);
        _lowerLoss = _directions.LowerLoss;
        (AuxiliaryDirection, UpperDirection) = _directions.AuxiliaryAndUpper(Upper, Lower, Auxiliary);
        _upperLoss = _directions.UpperLoss;
        FlatVector average = FlatVector.Combine(new(1 - _options.Averaging, Average), new(_options.Averaging, UpperDirection));
        _upper.Move(_options.StepUpper, _options.Fresh ? average : Average);
        _lower.Move(_options.StepLower, LowerDirection);
        _auxiliary.Move(_options.StepAuxiliary, AuxiliaryDirection);
        Average = average;
        return [.. _upper.Send(0), .. _lower.Send(0), .. _auxiliary.Send(0)];
    }

    /// <inheritdoc/>
    public void Absorb(long round, int exchange, ImmutableArray<FlatVector> pulls)
    {
        _upper.Take(0, pulls.AsSpan(0, 1));
        _lower.Take(0, pulls.AsSpan(1, 1));
        _auxiliary.Take(0, pulls.AsSpan(2, 1));
    }

    /// <inheritdoc/>
    public void Restart()
    {
        // nothing relies on the old weights
    }

    /// <inheritdoc/>
    /// <remarks>Lower: g. Upper: G, where it depends on x itself. Auxiliary: ½ zᵀ (∂²g/∂y²) z − zᵀ ∂G/∂y, which z minimises.</remarks>
    public double LossOf(StreamSpec stream, FlatVector candidate) => stream.Level switch
    {
        StreamLevel.Lower => _oracle.LowerLoss(Upper.Span, candidate.Span, [], []),
        StreamLevel.Upper when _oracle.UpperLossDependsOnUpper => _oracle.UpperLoss(candidate.Span, Lower.Span, [], []),
        StreamLevel.Auxiliary => AuxiliaryLoss(candidate),
        _ => throw new NotSupportedException(
            "This problem's upper loss sees the upper variable only through the lower one, so that no loss can judge it; choose an acceptance that needs none."),
    };

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        _upper.Save(writer);
        _lower.Save(writer);
        _auxiliary.Save(writer);
        writer.WriteVector(Average);
        writer.WriteDouble(_upperLoss);
        writer.WriteDouble(_lowerLoss);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        _upper.Restore(reader);
        _lower.Restore(reader);
        _auxiliary.Restore(reader);
        Average = VectorCheck.Read(reader, Average.Length, "the average of hypergradients");
        _upperLoss = reader.ReadDouble();
        _lowerLoss = reader.ReadDouble();
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() =>
        [.. _upper.Inspect(), .. _lower.Inspect(), .. _auxiliary.Inspect(), new("hypergradient-average", Average)];

    private double AuxiliaryLoss(FlatVector candidate)
    {
        double[] product = new double[candidate.Length];
        double[] gradient = new double[candidate.Length];
        _oracle.LowerHessianProduct(Upper.Span, Lower.Span, candidate.Span, product);
        _oracle.UpperLoss(Upper.Span, Lower.Span, [], gradient);
        return (VectorMath.Dot(candidate.Span, product) / 2) - VectorMath.Dot(candidate.Span, gradient);
    }
}
