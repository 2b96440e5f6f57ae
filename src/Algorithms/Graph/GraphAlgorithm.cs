using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Graph;

/// <summary>An algorithm among neighbours, as the catalogue knows it.</summary>
/// <typeparam name="TOptions">Its settings.</typeparam>
public abstract class GraphAlgorithm<TOptions> : IAlgorithm
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public abstract int Levels { get; }

    /// <inheritdoc/>
    public Type OptionsType => typeof(TOptions);

    /// <inheritdoc/>
    public ProtocolShape Shape => ProtocolShape.Graph;

    /// <inheritdoc/>
    /// <remarks>A round is an epoch.</remarks>
    public virtual bool SelectsRows => false;

    /// <inheritdoc/>
    public bool MeasuresGap(object options) => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Weights are not symmetric, and the algorithm needs them to be.</exception>
    /// <exception cref="NotSupportedException">Attackers are to train on poisoned data, and this algorithm or its problem cannot.</exception>
    public IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom)
    {
        if (id.Role != Role.Neighbour)
        {
            throw new ArgumentException($"{Name} has neighbours only; {id} is none.", nameof(id));
        }

        if (setup.Graph.Attack is { Poisoning: not DataPoisoning.None } attack && !CanPoison)
        {
            throw new NotSupportedException(
                $"the attack '{attack.Name}' trains on poisoned data, which {Name} has no way to. Choose an attack that alters what is sent, or the algorithm dsgd.");
        }

        if (NeedsSymmetricWeights((TOptions)options))
        {
            setup.Graph.Lower.RequireSymmetric(Name);
            setup.Graph.Upper.RequireSymmetric(Name);
            setup.Graph.Auxiliary.RequireSymmetric(Name);
        }

        return new GraphNeighbour(CreateRule(setup, (TOptions)options, id.Index), setup.Graph, id.Index, incarnation, resumeFrom);
    }

    /// <summary>Whether these settings rely on w_ij = w_ji.</summary>
    protected virtual bool NeedsSymmetricWeights(TOptions options) => false;

    /// <summary>Whether attackers of this algorithm train on poisoned data where the attack says so.</summary>
    protected virtual bool CanPoison => false;

    /// <inheritdoc/>
    public ImmutableArray<ConstantStep> StepsOf(object options) => Steps((TOptions)options);

    /// <summary>Steps whose limits are known for a given curvature.</summary>
    protected virtual ImmutableArray<ConstantStep> Steps(TOptions options) => [];

    /// <summary>The oracle of one participant of a problem of one level: over poisoned data where it attacks so.</summary>
    private protected static ILossOracle OracleOf(AlgorithmSetup setup, int index) => setup.LossProblem.CreateOracle(
        index, setup.Graph.IsAttacker(index) ? setup.Graph.Attack!.Poisoning : DataPoisoning.None);

    /// <summary>The rule of one participant, at its starting point.</summary>
    /// <param name="setup">What the run is about.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="index">Which participant; also its shard.</param>
    protected abstract IGraphRule CreateRule(AlgorithmSetup setup, TOptions options, int index);
}
