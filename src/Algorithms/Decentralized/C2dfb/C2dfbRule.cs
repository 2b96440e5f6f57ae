using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Decentralized.C2dfb;

/// <summary>
/// One step of the upper variable in a round, then K steps of two lower ones: y under the penalised loss h = f + λ g, and z under g. The
/// upper direction u = ∂f/∂x (x, y) + λ (∂g/∂x (x, y) − ∂g/∂x (x, z)) takes gradients only. All three are tracked.
/// </summary>
/// <remarks>
/// The first exchange carries the upper variable and its tracker as they are; the K others the lower ones, which the experiment's compression
/// applies to, measured against reference points that live on from round to round.
/// </remarks>
public sealed class C2dfbRule : IGraphRule
{
    private readonly C2dfbOptions _options;
    private readonly IBilevelOracle _oracle;
    private readonly TrackedSequence _penalised;  // y_i, s_y,i
    private readonly TrackedSequence _lower;      // z_i, s_z,i
    private readonly double[] _upperInUpper;      // ∂f/∂x (x, y); stays 0 where f does not see x
    private readonly double[] _lowerInUpper;      // ∂g/∂x (x, y)
    private readonly double[] _lowerInUpperAtZ;   // ∂g/∂x (x, z)
    private readonly double[] _upperInLower;      // ∂f/∂y (x, y)
    private readonly double[] _lowerInLower;      // ∂g/∂y (x, y)
    private FlatVector _mixedTracker;             // s_x after the first exchange
    private double _upperLoss;
    private double _lowerLoss;

    /// <summary>A participant at its starting point.</summary>
    /// <param name="options">Steps.</param>
    /// <param name="oracle">Its losses; owned from now on.</param>
    /// <param name="upper">x_i at first; may differ between participants.</param>
    /// <param name="penalised">y_i at first.</param>
    /// <param name="lower">z_i at first.</param>
    public C2dfbRule(C2dfbOptions options, IBilevelOracle oracle, FlatVector upper, FlatVector penalised, FlatVector lower)
    {
        (_options, _oracle, Upper) = (options, oracle, upper);
        _penalised = new TrackedSequence("penalised-lower", penalised, options.StepPenalised, options.ConsensusLower);
        _lower = new TrackedSequence("lower", lower, options.StepLower, options.ConsensusLower);
        (_upperInUpper, _lowerInUpper, _lowerInUpperAtZ) = (new double[upper.Length], new double[upper.Length], new double[upper.Length]);
        (_upperInLower, _lowerInLower) = (new double[lower.Length], new double[lower.Length]);
        (FlatVector ofPenalised, FlatVector ofLower) = Gradients(withUpper: true);
        _penalised.Begin(ofPenalised);
        _lower.Begin(ofLower);
        UpperTracker = UpperDirection = _mixedTracker = Direction();
        ImmutableArray<StreamSpec> inner = [.. _penalised.Streams, .. _lower.Streams];
        Exchanges =
        [
            [
                new StreamSpec("upper", upper.Length, StreamLevel.Upper, StreamKind.Iterate, MayCompress: false),
                new StreamSpec("tracker-upper", upper.Length, StreamLevel.Upper, StreamKind.Tracker, MayCompress: false),
            ],
            .. Enumerable.Repeat(inner, options.LowerSteps),
        ];
    }

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<StreamSpec>> Exchanges { get; }

    /// <inheritdoc/>
    /// <remarks>f at (x, y) and g at (x, z).</remarks>
    public ImmutableArray<Measure> Measures => [new(MeasureNames.UpperObjective, _upperLoss), new(MeasureNames.LowerObjective, _lowerLoss)];

    /// <inheritdoc/>
    public FlatVector Upper { get; private set; }

    /// <inheritdoc/>
    /// <remarks>z_i, which solves the lower level itself; y_i leans towards the upper loss.</remarks>
    public FlatVector Lower => _lower.Value;

    /// <summary>y_i.</summary>
    public FlatVector Penalised => _penalised.Value;

    /// <summary>s_x,i.</summary>
    public FlatVector UpperTracker { get; private set; }

    /// <summary>u_i.</summary>
    public FlatVector UpperDirection { get; private set; }

    /// <summary>s_y,i.</summary>
    public FlatVector PenalisedTracker => _penalised.Tracker;

    /// <summary>s_z,i.</summary>
    public FlatVector LowerTracker => _lower.Tracker;

    /// <inheritdoc/>
    public ImmutableArray<FlatVector> Prepare(long round, int exchange)
    {
        if (exchange == 0)
        {
            return [Upper, UpperTracker];
        }

        _penalised.Step();
        _lower.Step();
        (FlatVector ofPenalised, FlatVector ofLower) = Gradients(withUpper: exchange == _options.LowerSteps);
        _penalised.Track(ofPenalised);
        _lower.Track(ofLower);
        return [_penalised.Value, _penalised.Tracker, _lower.Value, _lower.Tracker];
    }

    /// <inheritdoc/>
    public void Absorb(long round, int exchange, ImmutableArray<FlatVector> pulls)
    {
        if (exchange == 0)
        {
            MoveUpper(pulls);
            return;
        }

        _penalised.Take(pulls[0], pulls[1]);
        _lower.Take(pulls[2], pulls[3]);
        if (exchange == _options.LowerSteps)
        {
            FlatVector direction = Direction();
            UpperTracker = FlatVector.Combine(new(1, _mixedTracker), new(1, direction), new(-1, UpperDirection));
            UpperDirection = direction;
        }
    }

    /// <inheritdoc/>
    public void Restart()
    {
        _penalised.Restart();
        _lower.Restart();
        UpperTracker = UpperDirection;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteVector(Upper);
        writer.WriteVector(UpperTracker);
        writer.WriteVector(UpperDirection);
        _penalised.Save(writer);
        _lower.Save(writer);
        writer.WriteDouble(_upperLoss);
        writer.WriteDouble(_lowerLoss);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        Upper = VectorCheck.Read(reader, Upper.Length, "the upper variable");
        UpperTracker = VectorCheck.Read(reader, Upper.Length, "the upper tracker");
        UpperDirection = VectorCheck.Read(reader, Upper.Length, "the upper direction");
        _penalised.Restore(reader);
        _lower.Restore(reader);
        _upperLoss = reader.ReadDouble();
        _lowerLoss = reader.ReadDouble();
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() =>
    [
        new("upper", Upper), new("tracker-upper", UpperTracker), new("tracked-upper", UpperDirection),
        .. _penalised.Inspect(), .. _lower.Inspect(),
    ];

    private void MoveUpper(ImmutableArray<FlatVector> pulls)
    {
        Upper = FlatVector.Combine(new(1, Upper), new(_options.ConsensusUpper, pulls[0]), new(-_options.StepUpper, UpperTracker));
        _mixedTracker = FlatVector.Combine(new(1, UpperTracker), new(_options.ConsensusUpper, pulls[1]));
        (FlatVector ofPenalised, FlatVector ofLower) = Gradients(withUpper: false);
        if (_options.RestartTrackers)
        {
            _penalised.Begin(ofPenalised);
            _lower.Begin(ofLower);
        }
        else
        {
            _penalised.Rebase(ofPenalised);
            _lower.Rebase(ofLower);
        }
    }

    /// <summary>∂h/∂y at (x, y) and ∂g/∂y at (x, z); on demand also what <see cref="Direction"/> needs.</summary>
    private (FlatVector OfPenalised, FlatVector OfLower) Gradients(bool withUpper)
    {
        _upperLoss = _oracle.UpperLoss(
            Upper.Span, Penalised.Span, withUpper && _oracle.UpperLossDependsOnUpper ? _upperInUpper : [], _upperInLower);
        _oracle.LowerLoss(Upper.Span, Penalised.Span, withUpper ? _lowerInUpper : [], _lowerInLower);
        FlatVector ofLower = FlatVector.Create(Lower.Length, values =>
            _lowerLoss = _oracle.LowerLoss(Upper.Span, Lower.Span, withUpper ? _lowerInUpperAtZ : [], values));
        return (FlatVector.Combine(new(1, _upperInLower), new(_options.Penalty, _lowerInLower)), ofLower);
    }

    /// <summary>u_i where the gradients were asked last.</summary>
    private FlatVector Direction() => FlatVector.Combine(
        new(1, _upperInUpper), new(_options.Penalty, _lowerInUpper), new(-_options.Penalty, _lowerInUpperAtZ));
}
