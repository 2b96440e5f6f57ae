using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;
using ActorFed.Algorithms.Trilevel.Afto;

namespace ActorFed.Algorithms.Tests.Trilevel;

/// <summary>AFTO's real rules in a real star, where a script says whose step reports enter each master step.</summary>
internal sealed class ScriptedAfto
{
    private readonly ScriptedParticipation _policy = new();

    public ScriptedAfto(AftoOptions options, TrilevelShard[] shards, AftoStartingPoint start)
    {
        Rule = new AftoMasterRule(options, start);
        Network = new StarNetwork(
            shards.Length,
            (epoch, snapshot) => new StarMaster(Rule, _policy, new StarMasterOptions { StepLimit = int.MaxValue }, epoch, snapshot),
            (j, incarnation) => new StarWorker(new AftoWorkerRule(options, shards[j]), incarnation, TimeSpan.FromSeconds(1)));
        Network.Settle(IsStepReport);
    }

    public AftoMasterRule Rule { get; }

    public StarNetwork Network { get; }

    public IEnumerable<StarBody> WorkSent => Network.Sent.Select(sent => sent.Message).OfType<StarMessage.WorkRequested>().Select(request => request.Work);

    /// <summary>One master step from exactly these workers, and the refresh that follows it, if one is due.</summary>
    public void Step(params int[] active)
    {
        long steps = Rule.StepsMade;
        _policy.Expected = active.Length;
        HashSet<Envelope> released = [.. Network.InFlight.Where(envelope => IsStepReport(envelope) && active.Contains(envelope.From.Index))];
        Network.Settle(envelope => IsStepReport(envelope) && !released.Contains(envelope));
        if (Rule.StepsMade != steps + 1)
        {
            throw new InvalidOperationException($"Reports of workers {string.Join(", ", active)} led from step {steps} to {Rule.StepsMade}.");
        }
    }

    private static bool IsStepReport(Envelope envelope) => envelope.Message is StarMessage.WorkReported { Report: AftoBody.Stepped };

    private sealed class ScriptedParticipation : IParticipationPolicy
    {
        public int Expected { get; set; } = int.MaxValue;

        public bool MayStep(StalenessLedger ledger) => ledger.HeardCount == Expected;
    }
}
