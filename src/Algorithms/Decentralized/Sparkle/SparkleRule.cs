using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Decentralized.Sparkle;

/// <summary>
/// One step of each variable in a round, lower, auxiliary, upper, each direction at the newest iterates, and each variable by a consensus
/// optimiser of its own choice. Exchanges are as few as the directions' dependence allows: what is known when a round begins travels at once.
/// </summary>
public sealed class SparkleRule : IGraphRule
{
    private const int LowerVariable = 0;
    private const int AuxiliaryVariable = 1;
    private const int UpperVariable = 2;

    private readonly SparkleOptions _options;
    private readonly BilevelDirections _directions;
    private readonly ConsensusOptimiser[] _variables; // y_i, z_i, x_i: in the order in which they move
    private readonly SparklePlan _plan;
    private int _next; // the variable that is to move next, or whose exchanges go on
    private double _upperLoss = double.NaN;
    private double _lowerLoss = double.NaN;

    /// <summary>A participant at its starting point, which is the same for everyone.</summary>
    /// <param name="options">Methods and steps.</param>
    /// <param name="oracle">Its losses; owned from now on.</param>
    /// <param name="upper">x_i at first.</param>
    /// <param name="lower">y_i at first. z_i begins at 0.</param>
    public SparkleRule(SparkleOptions options, IBilevelOracle oracle, FlatVector upper, FlatVector lower)
    {
        _options = options;
        _directions = new BilevelDirections(oracle, options.Products, options.Radius, options.RescaleRadius);
        _variables =
        [
            ConsensusMethods.Create(options.Lower, "lower", lower, StreamLevel.Lower),
            ConsensusMethods.Create(options.Auxiliary, "auxiliary", FlatVector.Zeros(lower.Length), StreamLevel.Auxiliary),
            ConsensusMethods.Create(options.Upper, "upper", upper, StreamLevel.Upper),
        ];
        _plan = new SparklePlan(_variables);
        Average = UpperDirection = FlatVector.Zeros(upper.Length);
        LowerDirection = AuxiliaryDirection = FlatVector.Zeros(lower.Length);
    }

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<StreamSpec>> Exchanges => _plan.Streams;

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures => [new(MeasureNames.UpperObjective, _upperLoss), new(MeasureNames.LowerObjective, _lowerLoss)];

    /// <inheritdoc/>
    public FlatVector Upper => _variables[UpperVariable].Value;

    /// <inheritdoc/>
    public FlatVector Lower => _variables[LowerVariable].Value;

    /// <summary>z_i.</summary>
    public FlatVector Auxiliary => _variables[AuxiliaryVariable].Value;

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
        _next = exchange == 0 ? LowerVariable : _next;
        ImmutableArray<FlatVector>.Builder vectors = ImmutableArray.CreateBuilder<FlatVector>(Exchanges[exchange].Length);
        foreach ((int variable, int part) in _plan.Parts[exchange])
        {
            if (_variables[variable].MovesFirst && part == 0)
            {
                Move(variable);
            }

            vectors.AddRange(_variables[variable].Send(part));
        }

        return vectors.MoveToImmutable();
    }

    /// <inheritdoc/>
    public void Absorb(long round, int exchange, ImmutableArray<FlatVector> pulls)
    {
        int at = 0;
        foreach ((int variable, int part) in _plan.Parts[exchange])
        {
            int count = _variables[variable].Exchanges[part].Length;
            _variables[variable].Take(part, pulls.AsSpan(at, count));
            at += count;
        }

        for (; _next < _variables.Length && _plan.LastExchangeOf(_next) <= exchange; _next++)
        {
            if (!_variables[_next].MovesFirst)
            {
                Move(_next);
            }
        }
    }

    /// <inheritdoc/>
    public void Restart()
    {
        foreach (ConsensusOptimiser variable in _variables)
        {
            variable.Restart();
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        foreach (ConsensusOptimiser variable in _variables)
        {
            variable.Save(writer);
        }

        writer.WriteVector(Average);
        writer.WriteDouble(_upperLoss);
        writer.WriteDouble(_lowerLoss);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        foreach (ConsensusOptimiser variable in _variables)
        {
            variable.Restore(reader);
        }

        Average = VectorCheck.Read(reader, Average.Length, "the average of hypergradients");
        _upperLoss = reader.ReadDouble();
        _lowerLoss = reader.ReadDouble();
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() => [.. _variables.SelectMany(variable => variable.Inspect()), new("hypergradient-average", Average)];

    private void Move(int variable)
    {
        switch (variable)
        {
            case LowerVariable:
                LowerDirection = _directions.Lower(Upper, Lower);
                _lowerLoss = _directions.LowerLoss;
                _variables[variable].Move(_options.StepLower, LowerDirection);
                break;
            case AuxiliaryVariable:
                AuxiliaryDirection = _directions.Auxiliary(Upper, Lower, Auxiliary);
                _variables[variable].Move(_options.StepAuxiliary, AuxiliaryDirection);
                break;
            default:
                UpperDirection = _directions.Upper(Upper, Lower, Auxiliary);
                _upperLoss = _directions.UpperLoss;
                Average = FlatVector.Combine(new(1 - _options.Averaging, Average), new(_options.Averaging, UpperDirection));
                _variables[variable].Move(_options.StepUpper, Average);
                break;
        }
    }
}
