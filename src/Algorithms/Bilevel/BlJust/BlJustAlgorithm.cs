using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Bilevel.BlJust;

/// <summary>Bilevel joint unsupervised and supervised training in the catalogue; also pre-training, then fine-tuning.</summary>
public sealed class BlJustAlgorithm : IAlgorithm
{
    /// <inheritdoc/>
    public string Name => "bl-just";

    /// <inheritdoc/>
    public string Summary => "bilevel joint unsupervised and supervised training by a growing penalty (Saif et al., ICASSP 2024); synchronous only";

    /// <inheritdoc/>
    public Type OptionsType => typeof(BlJustOptions);

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public bool SelectsRows => true;

    /// <inheritdoc/>
    public bool MeasuresGap(object options) => false;

    /// <inheritdoc/>
    public SettingMisfit? MisfitOf(object options, IProblem problem) => ((IBilevelProblem)problem).SharedLength is null
        ? new SettingMisfit("step-shared", "has nothing to move: the two losses of this problem share no variables. Set problem = joint-training, or another algorithm.")
        : null;

    /// <inheritdoc/>
    public IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom)
    {
        BlJustOptions own = (BlJustOptions)options;
        IBilevelProblem problem = setup.BilevelProblem;
        int shared = problem.SharedLength ?? throw new ArgumentException($"{Name} {MisfitOf(options, problem)!.Value.Key} {MisfitOf(options, problem)!.Value.Reason}", nameof(setup));
        return id.Role switch
        {
            Role.Master => new StarMaster(
                new BlJustMasterRule(
                    own, problem.InitialUpper(new SeededRandom(setup.Seed, "bl-just/x")), problem.InitialLower(new SeededRandom(setup.Seed, "bl-just/y")),
                    shared, problem.ShardCount),
                setup.Participation as SynchronousParticipation ?? throw new ArgumentException(
                    $"The participation policy is {setup.Participation.GetType().Name}; {Name} needs {nameof(SynchronousParticipation)}.", nameof(setup)),
                setup.Star, incarnation, resumeFrom),
            Role.Worker => new StarWorker(new BlJustWorkerRule(own, problem.CreateOracle(id.Index), shared), incarnation, setup.Star.AskAgainAfter),
            _ => throw new ArgumentException($"{Name} has a master and workers; {id} is neither.", nameof(id)),
        };
    }
}
