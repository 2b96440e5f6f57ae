using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>ADBO in a star whose processes may die: rebuilt masters get a new rule, which their snapshot fills.</summary>
internal sealed class AdboStar : IStarRun
{
    public const int Workers = 3;
    public const int Upper = 2;
    public const int Lower = 3;

    public AdboStar(AdboOptions options, StarMasterOptions star, Func<IParticipationPolicy> createPolicy)
    {
        QuadraticShard[] shards = QuadraticShard.Draw(Workers, Upper, Lower, options.Profile == AdboProfile.Paper ? 0.1 : 0);
        AdboStartingPoint start = AdboSetup.Start(Workers, Upper, Lower);
        Rule = new AdboMasterRule(options, start);
        Network = new StarNetwork(
            Workers,
            (epoch, snapshot) => new StarMaster(States.Watch(Rule = new AdboMasterRule(options, start)), createPolicy(), star, epoch, snapshot),
            (i, incarnation) => new StarWorker(States.Watch(new AdboWorkerRule(options, shards[i])), incarnation, star.AskAgainAfter));
    }

    /// <summary>The present master's rule.</summary>
    public AdboMasterRule Rule { get; private set; }

    public StarNetwork Network { get; }

    public WorkedStates States { get; } = new(WorkedStates.CompareAdbo);

    /// <summary>Everything the master knows, as bytes.</summary>
    public byte[] State => Network.TakeMasterSnapshot().Content.ToArray();
}
