using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;
using static ActorFed.Algorithms.Tests.Bilevel.FedNestSetup;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>FedNest in a star whose processes may die: rebuilt masters get a new rule, which their snapshot fills.</summary>
internal sealed class FedNestStar : IStarRun
{
    private readonly QuadraticShard[] _shards = QuadraticShard.Draw(Workers, N, M);

    public FedNestStar(FedNestOptions options, StarMasterOptions star)
    {
        Rule = CreateRule(options);
        Network = new StarNetwork(
            Workers,
            (epoch, snapshot) => new StarMaster(Rule = CreateRule(options), new SynchronousParticipation(), star, epoch, snapshot),
            (i, incarnation) => new StarWorker(new FedNestWorkerRule(options, _shards[i]), incarnation, star.AskAgainAfter));
    }

    /// <summary>The present master's rule.</summary>
    public FedNestMasterRule Rule { get; private set; }

    public StarNetwork Network { get; }

    /// <summary>Everything the master knows, as bytes.</summary>
    public byte[] State => Network.TakeMasterSnapshot().Content.ToArray();

    private static FedNestMasterRule CreateRule(FedNestOptions options) => new(options, StartUpper, StartLower, Workers, seed: 1);
}
