using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Bilevel.FedNest;

/// <summary>FedNest in the catalogue.</summary>
public sealed class FedNestAlgorithm : IAlgorithm
{
    /// <inheritdoc/>
    public string Name => "fednest";

    /// <inheritdoc/>
    public string Summary => "federated bilevel optimisation by hypergradients from a Neumann series (Tarzanagh et al., ICML 2022); synchronous only";

    /// <inheritdoc/>
    public Type OptionsType => typeof(FedNestOptions);

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public bool MeasuresGap(object options) => true;

    /// <inheritdoc/>
    public IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom)
    {
        FedNestOptions fedNest = (FedNestOptions)options;
        return id.Role switch
        {
            Role.Master => new StarMaster(Rule(setup, fedNest), Policy(setup), setup.Star, incarnation, resumeFrom),
            Role.Worker => new StarWorker(
                new FedNestWorkerRule(fedNest, setup.BilevelProblem.CreateOracle(id.Index)), incarnation, setup.Star.AskAgainAfter),
            _ => throw new ArgumentException($"FedNest has a master and workers; {id} is neither.", nameof(id)),
        };
    }

    private static FedNestMasterRule Rule(AlgorithmSetup setup, FedNestOptions options) => new(
        options,
        setup.BilevelProblem.InitialUpper(new SeededRandom(setup.Seed, "fednest/x")),
        setup.BilevelProblem.InitialLower(new SeededRandom(setup.Seed, "fednest/y")),
        setup.BilevelProblem.ShardCount,
        setup.Seed);

    private static SynchronousParticipation Policy(AlgorithmSetup setup) => setup.Participation as SynchronousParticipation
        ?? throw new ArgumentException(
            $"The participation policy is {setup.Participation.GetType().Name}; FedNest needs {nameof(SynchronousParticipation)}.",
            nameof(setup));
}
