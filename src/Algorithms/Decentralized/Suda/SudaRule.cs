using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Decentralized.Suda;

/// <summary>One gradient in a round, of all rows or of some, given to a consensus optimiser.</summary>
public sealed class SudaRule : IGraphRule
{
    private readonly SudaOptions _options;
    private readonly ILossOracle _oracle;
    private readonly RowSampler _sampler;
    private readonly ConsensusOptimiser _model; // x_i
    private double _loss = double.NaN;

    /// <summary>A participant at its starting point.</summary>
    /// <param name="options">Method and step.</param>
    /// <param name="oracle">Its loss; owned from now on.</param>
    /// <param name="start">x_i at first; the same for everyone.</param>
    /// <param name="seed">Seed of the mini-batches.</param>
    /// <param name="index">Which participant.</param>
    public SudaRule(SudaOptions options, ILossOracle oracle, FlatVector start, ulong seed, int index)
    {
        (_options, _oracle) = (options, oracle);
        _sampler = new RowSampler(seed, index, oracle.RowCount, options.BatchRows);
        _model = ConsensusMethods.Create(options.Method, "model", start, StreamLevel.Lower);
    }

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<StreamSpec>> Exchanges => _model.Exchanges;

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures => [new(MeasureNames.LowerObjective, _loss)];

    /// <inheritdoc/>
    public FlatVector Upper => FlatVector.Empty;

    /// <inheritdoc/>
    public FlatVector Lower => _model.Value;

    /// <inheritdoc/>
    public ImmutableArray<FlatVector> Prepare(long round, int exchange)
    {
        _oracle.BeginEpoch(round);
        if (_model.MovesFirst && exchange == 0)
        {
            Move(round);
        }

        return _model.Send(exchange);
    }

    /// <inheritdoc/>
    public void Absorb(long round, int exchange, ImmutableArray<FlatVector> pulls)
    {
        _model.Take(exchange, pulls.AsSpan());
        if (!_model.MovesFirst)
        {
            Move(round);
        }
    }

    /// <inheritdoc/>
    public void Restart() => _model.Restart();

    /// <inheritdoc/>
    public double LossOf(StreamSpec stream, FlatVector candidate) => _oracle.Loss(candidate.Span, [], []);

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        _model.Save(writer);
        writer.WriteDouble(_loss);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        _model.Restore(reader);
        _loss = reader.ReadDouble();
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() => _model.Inspect();

    private void Move(long round)
    {
        FlatVector gradient = FlatVector.Create(
            _model.Value.Length, values => _loss = _oracle.Loss(_model.Value.Span, _sampler.Draw(round, 0), values));
        _model.Move(_options.Step, gradient);
    }
}
