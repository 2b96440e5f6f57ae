using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.AsdSvrg;

/// <summary>Distributed SVRG with adaptive sampling of workers in the catalogue.</summary>
public sealed class AsdSvrgAlgorithm : IAlgorithm
{
    /// <inheritdoc/>
    public string Name => "asd-svrg";

    /// <inheritdoc/>
    public string Summary => "distributed variance reduced gradients, one worker a step, drawn adaptively or uniformly (Ramazanli et al., 2020)";

    /// <inheritdoc/>
    public Type OptionsType => typeof(AsdSvrgOptions);

    /// <inheritdoc/>
    public int Levels => 1;

    /// <inheritdoc/>
    public bool DrawsWorkers => true;

    /// <inheritdoc/>
    /// <remarks>The norm of the mean gradient at the newest snapshot.</remarks>
    public bool MeasuresGap(object options) => true;

    /// <inheritdoc/>
    public ParticipationMisfit? MisfitOf(IParticipationPolicy policy) => policy switch
    {
        SynchronousParticipation => null,
        CohortParticipation => new("cohort", $"{Name} draws one worker for each inner step by itself; set participation.cohort = none."),
        _ => new("policy", $"{Name} decides by itself whom a step takes, and waits for it; set participation.policy = synchronous."),
    };

    /// <inheritdoc/>
    public SettingMisfit? MisfitOf(object options, IProblem problem)
    {
        AsdSvrgOptions own = (AsdSvrgOptions)options;
        return own.Sampling == WorkerSampling.Given && own.Probabilities.Length != problem.ShardCount
            ? new SettingMisfit("probabilities", $"has {own.Probabilities.Length} numbers; it must have {problem.ShardCount}, one per worker.")
            : null;
    }

    /// <inheritdoc/>
    public IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom)
    {
        AsdSvrgOptions own = (AsdSvrgOptions)options;
        switch (id.Role)
        {
            case Role.Master when MisfitOf(setup.Participation) is ParticipationMisfit misfit:
                throw new ArgumentException(misfit.Reason, nameof(setup));
            case Role.Master:
                AsdSvrgMasterRule rule = new(
                    own, setup.LossProblem.Initial(new SeededRandom(setup.Seed, "asd-svrg/x")), setup.LossProblem.ShardCount, setup.Seed);
                return new StarMaster(rule, new DrawnParticipation(rule), setup.Star, incarnation, resumeFrom);
            case Role.Worker:
                return new StarWorker(
                    new AsdSvrgWorkerRule(own, setup.LossProblem.CreateOracle(id.Index), setup.Seed, id.Index), incarnation, setup.Star.AskAgainAfter);
            default:
                throw new ArgumentException($"{Name} has a master and workers; {id} is neither.", nameof(id));
        }
    }
}
