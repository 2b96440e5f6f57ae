using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Tests.Star;

/// <summary>A real master over the toy rule, spoken to message by message.</summary>
internal sealed class MasterProbe
{
    public static readonly StarMasterOptions Patient = new()
    {
        StepLimit = 1000,
        AskAgainAfter = TimeSpan.FromSeconds(1),
        LostAfter = TimeSpan.FromSeconds(4),
    };

    private readonly Dictionary<int, StarMessage.WorkRequested> _requests = [];

    public MasterProbe(
        ToyMasterRule rule, IParticipationPolicy policy, StarMasterOptions? options = null, int epoch = 1, Snapshot? resumeFrom = null)
    {
        Rule = rule;
        Master = new StarMaster(rule, policy, options ?? Patient, epoch, resumeFrom);
        Call(Master.Start);
    }

    public StarMaster Master { get; }

    public ToyMasterRule Rule { get; }

    /// <summary>Effects of the last call that went well.</summary>
    public IReadOnlyList<Effect> Effects { get; private set; } = [];

    public IEnumerable<(int Worker, StarMessage.WorkRequested Request)> Requests => Effects
        .Where(effect => effect is { Kind: EffectKind.Send, Payload: StarMessage.WorkRequested })
        .Select(effect => (effect.Target.Index, (StarMessage.WorkRequested)effect.Payload!));

    /// <summary>Workers that the last call told that nothing is due.</summary>
    public int[] Idle => [.. Effects.Where(effect => effect is { Kind: EffectKind.Send, Payload: StarMessage.NothingDue }).Select(effect => effect.Target.Index)];

    /// <summary>Workers that the last call sent requests to, in order.</summary>
    public int[] Asked => [.. Requests.Select(sent => sent.Worker)];

    public IEnumerable<Observation> Observations => Effects.Where(effect => effect.Kind == EffectKind.Observe).Select(effect => (Observation)effect.Payload!);

    public IEnumerable<(int Worker, WorkerChange Change)> Changes =>
        Observations.OfType<WorkerObserved>().Select(observed => (observed.Worker, observed.Change));

    public string? Failure => (string?)Effects.FirstOrDefault(effect => effect.Kind == EffectKind.Fail).Payload;

    public string? Completion => (string?)Effects.FirstOrDefault(effect => effect.Kind == EffectKind.Complete).Payload;

    /// <summary>The newest request sent to a worker.</summary>
    public StarMessage.WorkRequested RequestOf(int worker) => _requests[worker];

    public static StarMessage.WorkReported Answer(StarMessage.WorkRequested request, double value = 1) =>
        new() { Id = request.Id, Report = new ToyBody.Report(value) };

    /// <summary>Each of these workers answers its newest request, in this order.</summary>
    public void Report(params int[] workers)
    {
        foreach (int worker in workers)
        {
            Receive(worker, Answer(RequestOf(worker)));
        }
    }

    public void Receive(int worker, Message message) => Receive(ParticipantId.Worker(worker), message);

    public void Receive(ParticipantId sender, Message message) => Call(outbox => Master.Receive(sender, message, outbox));

    /// <summary>The silence timer runs out so many times; effects are those of the last.</summary>
    public void Scan(int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            Call(outbox => Master.TimerElapsed("ask-again", outbox));
        }
    }

    public void Call(Action<Outbox> call)
    {
        Outbox outbox = new();
        call(outbox);
        Effects = outbox.Effects;
        foreach ((int worker, StarMessage.WorkRequested request) in Requests)
        {
            _requests[worker] = request;
        }
    }
}
