using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Tests.Star;

namespace ActorFed.Algorithms.Tests.Bilevel;

/// <summary>ADBO's real rules in a real star, where a script says whose step reports enter each master step.</summary>
internal sealed class ScriptedAdbo
{
    private readonly ScriptedParticipation _policy = new();

    public ScriptedAdbo(AdboOptions options, QuadraticShard[] shards, AdboStartingPoint start)
    {
        Rule = new AdboMasterRule(options, start);
        Network = new StarNetwork(
            shards.Length,
            (epoch, snapshot) => new StarMaster(Rule, _policy, new StarMasterOptions { StepLimit = int.MaxValue }, epoch, snapshot),
            (i, incarnation) => new StarWorker(new AdboWorkerRule(options, shards[i]), incarnation, TimeSpan.FromSeconds(1)));
        Network.Settle(IsStepReport);
    }

    public AdboMasterRule Rule { get; }

    public StarNetwork Network { get; }

    public IEnumerable<StarBody> WorkSent => Network.Sent.Select(sent => sent.Message).OfType<StarMessage.WorkRequested>().Select(request => request.Work);

    /// <summary>One master step from exactly these workers, and the refresh that follows it, if one is due.</summary>
    public void Step(params int[] active)
    {
        long steps = Rule.StepsMade;
        _policy.Expected = active.Length;
        Release(envelope => active.Contains(envelope.From.Index));
        if (Rule.StepsMade != steps + 1)
        {
            throw new InvalidOperationException($"Reports of workers {string.Join(", ", active)} led from step {steps} to {Rule.StepsMade}.");
        }

        if (Rule.Options.Profile == AdboProfile.Official && steps % Rule.Options.RefreshEvery == 0)
        {
            _policy.Expected = int.MaxValue;
            Release(_ => true); // the refresh waits for the steps under way
        }
    }

    private void Release(Func<Envelope, bool> isReleased)
    {
        HashSet<Envelope> released = [.. Network.InFlight.Where(envelope => IsStepReport(envelope) && isReleased(envelope))];
        Network.Settle(envelope => IsStepReport(envelope) && !released.Contains(envelope));
    }

    private static bool IsStepReport(Envelope envelope) => envelope.Message is StarMessage.WorkReported { Report: AdboBody.Stepped };

    private sealed class ScriptedParticipation : IParticipationPolicy
    {
        public int Expected { get; set; } = int.MaxValue;

        public bool MayStep(StalenessLedger ledger) => ledger.HeardCount == Expected;
    }
}
