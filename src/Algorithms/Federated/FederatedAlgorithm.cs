using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated;

/// <summary>A federated algorithm in the catalogue: one level, a server, and clients that train the model they are sent.</summary>
/// <typeparam name="TOptions">Its settings.</typeparam>
public abstract class FederatedAlgorithm<TOptions> : IAlgorithm
    where TOptions : class
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public Type OptionsType => typeof(TOptions);

    /// <inheritdoc/>
    public int Levels => 1;

    /// <inheritdoc/>
    public virtual bool SelectsRows => true;

    /// <inheritdoc/>
    public bool MeasuresGap(object options) => false;

    /// <inheritdoc/>
    public abstract ParticipationMisfit? MisfitOf(IParticipationPolicy policy);

    /// <inheritdoc/>
    public IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom)
    {
        if (MisfitOf(setup.Participation) is ParticipationMisfit misfit)
        {
            throw new ArgumentException(misfit.Reason, nameof(setup));
        }

        TOptions own = (TOptions)options;
        return id.Role switch
        {
            Role.Master => new StarMaster(
                CreateRule(setup, own, setup.LossProblem.Initial(new SeededRandom(setup.Seed, "federated/x"))),
                WithExamples(setup), setup.Star, incarnation, resumeFrom),
            Role.Worker => new StarWorker(CreateClient(setup, own, id.Index), incarnation, setup.Star.AskAgainAfter),
            _ => throw new ArgumentException($"{Name} has a master and workers; {id} is neither.", nameof(id)),
        };
    }

    /// <inheritdoc/>
    public virtual SettingMisfit? MisfitOf(object options, IProblem problem) => null;

    /// <summary>A client.</summary>
    /// <param name="setup">What the run is about.</param>
    /// <param name="options">The algorithm's settings.</param>
    /// <param name="index">Which client.</param>
    protected abstract IStarWorkerRule CreateClient(AlgorithmSetup setup, TOptions options, int index);

    /// <summary>The server.</summary>
    /// <param name="setup">What the run is about.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="start">The first model.</param>
    protected abstract IStarMasterRule CreateRule(AlgorithmSetup setup, TOptions options, FlatVector start);

    /// <summary>A draw by numbers of examples is told them here, where the problem is known.</summary>
    private static IParticipationPolicy WithExamples(AlgorithmSetup setup) =>
        setup.Participation is CohortParticipation { Sampling: CohortSampling.Examples } cohort
            ? cohort with
            {
                Examples = [.. Enumerable.Range(0, setup.LossProblem.ShardCount).Select(shard => setup.LossProblem.CreateOracle(shard).RowCount)],
            }
            : setup.Participation;
}
