using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Decentralized.Dsgd;

/// <summary>x_i ← Σ_j w_ij (x_j − η ∇f_j(x_j)): a step of one's own, then the average with the neighbours.</summary>
public sealed class DsgdRule : IGraphRule
{
    private readonly DsgdOptions _options;
    private readonly ILossOracle _oracle;
    private readonly RowSampler _sampler;
    private readonly double[] _point;
    private readonly double[] _gradient;
    private FlatVector _model;      // x_i
    private FlatVector _half;       // after the own steps
    private double _loss = double.NaN;
    private long _round;

    /// <summary>A participant at its starting point.</summary>
    /// <param name="options">Steps.</param>
    /// <param name="oracle">Its loss; owned from now on.</param>
    /// <param name="start">x_i at first; the same for everyone.</param>
    /// <param name="seed">Seed of the mini-batches.</param>
    /// <param name="index">Which participant.</param>
    public DsgdRule(DsgdOptions options, ILossOracle oracle, FlatVector start, ulong seed, int index)
    {
        (_options, _oracle, _model, _half) = (options, oracle, start, start);
        _sampler = new RowSampler(seed, index, oracle.RowCount, options.BatchRows);
        (_point, _gradient) = (new double[start.Length], new double[start.Length]);
        Exchanges = [[new StreamSpec("model", start.Length, StreamLevel.Lower, StreamKind.Iterate)]];
    }

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<StreamSpec>> Exchanges { get; }

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures => [new(MeasureNames.LowerObjective, _loss)];

    /// <inheritdoc/>
    public FlatVector Upper => FlatVector.Empty;

    /// <inheritdoc/>
    public FlatVector Lower => _model;

    /// <inheritdoc/>
    public ImmutableArray<FlatVector> Prepare(long round, int exchange)
    {
        _round = round;
        _oracle.BeginEpoch(round);
        _model.Span.CopyTo(_point);
        for (int step = 0; step < _options.LocalSteps; step++)
        {
            _loss = _oracle.Loss(_point, _sampler.Draw(round, step), _gradient);
            VectorMath.AddScaled(-_options.Step, _gradient, _point);
        }

        _half = FlatVector.CopyOf(_point);
        return [_half];
    }

    /// <inheritdoc/>
    public void Absorb(long round, int exchange, ImmutableArray<FlatVector> pulls) =>
        _model = FlatVector.Combine(new(1, _half), new(1, pulls[0]));

    /// <inheritdoc/>
    public void Restart()
    {
        // nothing relies on the old weights
    }

    /// <inheritdoc/>
    /// <remarks>Over one more batch of the round, which no step was made on.</remarks>
    public double LossOf(StreamSpec stream, FlatVector candidate) =>
        _oracle.Loss(candidate.Span, _sampler.Draw(_round, _options.LocalSteps), []);

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteVector(_model);
        writer.WriteDouble(_loss);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        _model = VectorCheck.Read(reader, _model.Length, "the model");
        _loss = reader.ReadDouble();
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() => [new("model", _model)];
}
