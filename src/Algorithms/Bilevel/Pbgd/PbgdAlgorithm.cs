using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Bilevel.Pbgd;

/// <summary>Penalty-based bilevel gradient descent in the catalogue: V-PBGD and G-PBGD.</summary>
public sealed class PbgdAlgorithm : IAlgorithm
{
    /// <inheritdoc/>
    public string Name => "pbgd";

    /// <inheritdoc/>
    public string Summary => "penalty-based bilevel gradient descent by value gap (V-PBGD) or gradient norm (G-PBGD) (Shen and Chen, ICML 2023); synchronous only";

    /// <inheritdoc/>
    public Type OptionsType => typeof(PbgdOptions);

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public bool SelectsRows => true;

    /// <inheritdoc/>
    public bool MeasuresGap(object options) => true;

    /// <inheritdoc/>
    public IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom) => id.Role switch
    {
        Role.Master => new StarMaster(
            new PbgdMasterRule(
                (PbgdOptions)options,
                setup.BilevelProblem.InitialUpper(new SeededRandom(setup.Seed, "pbgd/x")),
                setup.BilevelProblem.InitialLower(new SeededRandom(setup.Seed, "pbgd/y")),
                setup.BilevelProblem.ShardCount),
            setup.Participation as SynchronousParticipation ?? throw new ArgumentException(
                $"The participation policy is {setup.Participation.GetType().Name}; {Name} needs {nameof(SynchronousParticipation)}.", nameof(setup)),
            setup.Star, incarnation, resumeFrom),
        Role.Worker => new StarWorker(new PbgdWorkerRule(setup.BilevelProblem.CreateOracle(id.Index)), incarnation, setup.Star.AskAgainAfter),
        _ => throw new ArgumentException($"{Name} has a master and workers; {id} is neither.", nameof(id)),
    };
}
