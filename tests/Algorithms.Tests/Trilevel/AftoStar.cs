using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Bilevel;
using ActorFed.Algorithms.Tests.Star;
using ActorFed.Algorithms.Trilevel.Afto;
using Xunit;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>AFTO in a star whose processes may die: rebuilt masters get a new rule, which their snapshot fills.</summary>
internal sealed class AftoStar : IStarRun
{
    public const int Workers = 3;

    public AftoStar(AftoOptions options, StarMasterOptions star, Func<IParticipationPolicy> createPolicy)
    {
        TrilevelShard[] shards = TrilevelShard.Draw(Workers, 1, 2, 3);
        AftoStartingPoint start = AftoSetup.Start(Workers, 1, 2, 3);
        Rule = new AftoMasterRule(options, start);
        Network = new StarNetwork(
            Workers,
            (epoch, snapshot) => new StarMaster(States.Watch(Rule = new AftoMasterRule(options, start)), createPolicy(), star, epoch, snapshot),
            (j, incarnation) => new StarWorker(States.Watch(new AftoWorkerRule(options, shards[j])), incarnation, star.AskAgainAfter));
    }

    /// <summary>The present master's rule.</summary>
    public AftoMasterRule Rule { get; private set; }

    public StarNetwork Network { get; }

    public WorkedStates States { get; } = new(Compare);

    /// <summary>Everything the master knows, as bytes.</summary>
    public byte[] State => Network.TakeMasterSnapshot().Content.ToArray();

    private static void Compare(StarBody meant, StarBody worked, StarBody work)
    {
        AftoBody.WorkerState expected = (AftoBody.WorkerState)meant;
        AftoBody.WorkerState actual = (AftoBody.WorkerState)worked;
        Assert.Equal(expected.Upper, actual.Upper);
        Assert.Equal(expected.Middle, actual.Middle);
        Assert.Equal(expected.Lower, actual.Lower);
        Assert.Equal(expected.MiddleSlopes.ToArray(), actual.MiddleSlopes.ToArray());
        Assert.Equal(expected.LowerSlopes.ToArray(), actual.LowerSlopes.ToArray());
        if (work is AftoBody.Step { ConsensusDual: null }) // else the message overrides them
        {
            Assert.Equal(expected.ConsensusDual, actual.ConsensusDual);
            Assert.Equal(expected.PlaneDuals, actual.PlaneDuals);
        }

        if (work is not (AftoBody.Step or AftoBody.LowerRound { Upper: not null }))
        {
            Assert.Equal(expected.Inner?.Upper, actual.Inner?.Upper);
            Assert.Equal(expected.Inner?.Middle, actual.Inner?.Middle);
            Assert.Equal(expected.Inner?.Lowers.ToArray(), actual.Inner?.Lowers.ToArray());
            Assert.Equal(expected.Inner?.Middles.ToArray(), actual.Inner?.Middles.ToArray());
        }
    }
}
