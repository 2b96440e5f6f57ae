using System.Text.Json;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Host.Verify;

/// <summary>
/// The real master and workers of a star, with every message delivered at once, except that step reports wait until the script
/// lets them through: so a file's schedule decides which workers each step consumes.
/// </summary>
internal sealed class ScriptedStar
{
    private readonly StarMaster _master;
    private readonly StarWorker[] _workers;
    private readonly Func<StarBody, bool> _isStepReport;
    private readonly Queue<(ParticipantId From, ParticipantId To, Message Message)> _messages = new();
    private readonly Dictionary<int, StarMessage.WorkReported> _held = [];
    private readonly ScriptedParticipation _policy = new();

    /// <summary>Begins a run, up to the first reports.</summary>
    /// <param name="masterRule">The algorithm, at its starting point.</param>
    /// <param name="workerRules">The same at each worker.</param>
    /// <param name="steps">Master steps of the script.</param>
    /// <param name="isStepReport">Which reports wait.</param>
    /// <param name="policy">Whom the master asks, and when it steps; null: everyone, and when the script says so.</param>
    public ScriptedStar(
        IStarMasterRule masterRule, IReadOnlyList<IStarWorkerRule> workerRules, long steps, Func<StarBody, bool> isStepReport,
        IParticipationPolicy? policy = null)
    {
        _isStepReport = isStepReport;
        _master = new StarMaster(masterRule, policy ?? _policy, new StarMasterOptions { StepLimit = steps + 1, GapTolerance = -1 }, epoch: 1, resumeFrom: null);
        _workers = [.. workerRules.Select(rule => new StarWorker(rule, incarnation: 1, TimeSpan.FromSeconds(1)))];
        Call(ParticipantId.Master, outbox => _master.Start(outbox));
        Deliver();
    }

    /// <summary>The last step, as the master told of it; null before the first.</summary>
    public StepObserved? LastStep { get; private set; }

    /// <summary>The workers whose reports wait, ascending, and what they say.</summary>
    public IEnumerable<(int Worker, StarBody Report)> Held => _held.OrderBy(held => held.Key).Select(held => (held.Key, held.Value.Report));

    /// <summary>Plays the schedule of a case and compares after each of its iterations.</summary>
    /// <param name="file">The case, with <c>schedule</c> (workers from 1) and <c>iterations</c>.</param>
    /// <param name="stepsMade">Master steps made so far.</param>
    /// <param name="compare">Takes the step, from 0, and what is expected of it.</param>
    /// <exception cref="InvalidDataException">The schedule does not lead to one master step each.</exception>
    public void Play(JsonElement file, Func<long> stepsMade, Action<long, JsonElement> compare)
    {
        foreach ((JsonElement active, JsonElement expected) in file.Field("schedule").EnumerateArray().Zip(file.Field("iterations").EnumerateArray()))
        {
            Step([.. active.EnumerateArray().Select(worker => worker.GetInt32() - 1)]);
            long t = expected.Count("t");
            if (stepsMade() != t + 1)
            {
                throw new InvalidDataException(
                    $"Case {file.Field("name").GetString()}: step {t} of the schedule led to {stepsMade()} master steps; {t + 1} are due.");
            }

            compare(t, expected);
        }
    }

    /// <summary>Lets the reports of these workers through, in this order; without a policy of one's own, the master steps when all are in.</summary>
    public void Step(IReadOnlyCollection<int> active)
    {
        _policy.Expected = active.Count;
        foreach (int worker in active)
        {
            Release(worker);
        }

        Deliver();
    }

    /// <summary>Lets every waiting report through, for a barrier that waits for the steps under way.</summary>
    public void ReleaseAll()
    {
        _policy.Expected = int.MaxValue;
        foreach (int worker in _held.Keys.Order().ToList())
        {
            Release(worker);
        }

        Deliver();
    }

    private void Release(int worker)
    {
        if (_held.Remove(worker, out StarMessage.WorkReported? report))
        {
            _messages.Enqueue((ParticipantId.Worker(worker), ParticipantId.Master, report));
        }
    }

    private void Deliver()
    {
        while (_messages.TryDequeue(out (ParticipantId From, ParticipantId To, Message Message) item))
        {
            IParticipant receiver = item.To == ParticipantId.Master ? _master : _workers[item.To.Index];
            Call(item.To, outbox => receiver.Receive(item.From, item.Message, outbox));
        }
    }

    private void Call(ParticipantId participant, Action<Outbox> call)
    {
        Outbox outbox = new();
        call(outbox);
        foreach (Effect effect in outbox.Effects)
        {
            LastStep = effect.Payload as StepObserved ?? LastStep;
            if (effect is not { Kind: EffectKind.Send, Payload: Message message })
            {
                continue;
            }

            if (message is StarMessage.WorkReported reported && _isStepReport(reported.Report))
            {
                _held[participant.Index] = reported;
            }
            else
            {
                _messages.Enqueue((participant, effect.Target, message));
            }
        }
    }

    private sealed class ScriptedParticipation : IParticipationPolicy
    {
        public int Expected { get; set; } = int.MaxValue;

        public bool MayStep(StalenessLedger ledger) => ledger.HeardCount == Expected;
    }
}
