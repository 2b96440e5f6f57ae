using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Star;

/// <summary>A message on its way. Compared by reference: two equal messages are two envelopes.</summary>
internal sealed class Envelope(ParticipantId from, ParticipantId to, Message message)
{
    public ParticipantId From => from;

    public ParticipantId To => to;

    public Message Message => message;
}

/// <summary>
/// A real master and real workers with a mailbag between them: the test decides what is delivered, lost, doubled or late, when
/// timers run out, and who dies. Checks as it goes that a worker never gives two different answers to one request.
/// </summary>
internal sealed class StarNetwork
{
    private readonly Func<int, Snapshot?, StarMaster> _createMaster;
    private readonly Func<int, int, StarWorker> _createWorker;
    private readonly StarWorker[] _workers;
    private readonly int[] _workerIncarnations;
    private readonly Dictionary<ParticipantId, SortedSet<string>> _timers = [];
    private readonly Dictionary<(ParticipantId Worker, RequestId Id), StarBody> _answers = [];
    private StarMaster _master;
    private int _epoch = 1;

    /// <summary>Starts everybody; the first requests are in the bag.</summary>
    /// <param name="workers">Number of workers.</param>
    /// <param name="createMaster">(epoch, snapshot or null) ↦ the master.</param>
    /// <param name="createWorker">(index, incarnation) ↦ a worker.</param>
    public StarNetwork(int workers, Func<int, Snapshot?, StarMaster> createMaster, Func<int, int, StarWorker> createWorker)
    {
        (_createMaster, _createWorker) = (createMaster, createWorker);
        _master = createMaster(1, null);
        _workerIncarnations = [.. Enumerable.Repeat(1, workers)];
        _workers = [.. Enumerable.Range(0, workers).Select(i => createWorker(i, 1))];
        for (int i = 0; i < workers; i++)
        {
            StarWorker worker = _workers[i];
            Call(ParticipantId.Worker(i), worker.Start);
        }

        Call(ParticipantId.Master, _master.Start);
    }

    /// <summary>Number of workers.</summary>
    public int WorkerCount => _workers.Length;

    /// <summary>What was sent and not yet delivered, oldest first.</summary>
    public List<Envelope> InFlight { get; } = [];

    /// <summary>Every message ever sent, oldest first.</summary>
    public List<Envelope> Sent { get; } = [];

    public List<Observation> Observations { get; } = [];

    public List<ProtocolViolationException> Violations { get; } = [];

    /// <summary>The master's last snapshot that it asked to be stored.</summary>
    public Snapshot? Saved { get; private set; }

    public string? Completed { get; private set; }

    public string? Failed { get; private set; }

    public bool IsOver => Completed is not null || Failed is not null;

    public Snapshot TakeMasterSnapshot() => _master.TakeSnapshot();

    /// <summary>Delivers one message.</summary>
    /// <param name="index">Its place in <see cref="InFlight"/>.</param>
    /// <param name="stays">Whether a copy stays in the bag, to arrive again.</param>
    public void Deliver(int index, bool stays = false)
    {
        Envelope envelope = InFlight[index];
        if (!stays)
        {
            InFlight.RemoveAt(index);
        }

        IParticipant receiver = envelope.To == ParticipantId.Master ? _master : _workers[envelope.To.Index];
        Call(envelope.To, outbox => receiver.Receive(envelope.From, envelope.Message, outbox));
    }

    /// <summary>Delivers in order of sending until nothing is left but what is held back, or the run is over.</summary>
    public void Settle(Func<Envelope, bool>? isHeld = null)
    {
        while (!IsOver)
        {
            int index = InFlight.FindIndex(envelope => isHeld is null || !isHeld(envelope));
            if (index < 0)
            {
                return;
            }

            Deliver(index);
        }
    }

    /// <summary>Delivers in order, letting all timers run out whenever nothing is left to deliver.</summary>
    public void RunToEnd(int maxCalls = 100_000)
    {
        for (int calls = 0; !IsOver; calls++)
        {
            Assert.True(calls < maxCalls, $"The run has not ended after {maxCalls} calls.");
            if (InFlight.Count > 0)
            {
                Deliver(0);
            }
            else
            {
                ElapseTimers();
            }
        }
    }

    /// <summary>All timers run out once, the master's first.</summary>
    public void ElapseTimers()
    {
        foreach (ParticipantId id in _timers.Keys.Order().ToList())
        {
            ElapseTimers(id);
        }
    }

    /// <summary>All timers of one participant run out once.</summary>
    public void ElapseTimers(ParticipantId id)
    {
        List<string> timers = [.. _timers.GetValueOrDefault(id, [])];
        foreach (string timer in timers)
        {
            if (_timers[id].Remove(timer) && !IsOver)
            {
                IParticipant participant = id == ParticipantId.Master ? _master : _workers[id.Index];
                Call(id, outbox => participant.TimerElapsed(timer, outbox));
            }
        }
    }

    /// <summary>The master's process dies; the next incarnation starts from a snapshot.</summary>
    public void ReplaceMaster(Snapshot? snapshot, bool losesMail)
    {
        LoseMail(ParticipantId.Master, losesMail);
        _master = _createMaster(++_epoch, snapshot);
        Call(ParticipantId.Master, _master.Start);
    }

    /// <summary>A worker's process dies; a new incarnation without any state takes its place.</summary>
    public void ReplaceWorker(int index, bool losesMail)
    {
        ParticipantId id = ParticipantId.Worker(index);
        LoseMail(id, losesMail);
        int incarnation = ++_workerIncarnations[index];
        _workers[index] = _createWorker(index, incarnation);
        Call(id, _workers[index].Start);
        Put(id, ParticipantId.Master, new LifecycleMessage.ParticipantRestarted(incarnation));
    }

    private void LoseMail(ParticipantId id, bool losesMail)
    {
        _timers.Remove(id);
        if (losesMail)
        {
            InFlight.RemoveAll(envelope => envelope.To == id);
        }
    }

    private void Call(ParticipantId id, Action<Outbox> call)
    {
        Outbox outbox = new();
        try
        {
            call(outbox);
        }
        catch (ProtocolViolationException violation)
        {
            Violations.Add(violation);
            return;
        }

        foreach (Effect effect in outbox.Effects)
        {
            if (!IsOver)
            {
                Perform(id, effect);
            }
        }
    }

    private void Perform(ParticipantId id, Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Send:
                Put(id, effect.Target, (Message)effect.Payload!);
                break;
            case EffectKind.StartTimer:
                Assert.True(effect.Delay > TimeSpan.Zero);
                _timers.TryAdd(id, []);
                _timers[id].Add((string)effect.Payload!);
                break;
            case EffectKind.CancelTimer:
                _timers.GetValueOrDefault(id)?.Remove((string)effect.Payload!);
                break;
            case EffectKind.Observe:
                Observations.Add((Observation)effect.Payload!);
                break;
            case EffectKind.Save:
                Saved = id == ParticipantId.Master ? _master.TakeSnapshot() : Saved;
                break;
            case EffectKind.Complete:
                Completed = (string)effect.Payload!;
                break;
            case EffectKind.Fail:
                Failed = (string)effect.Payload!;
                break;
            default:
                break; // a watch: ReplaceWorker tells the master
        }
    }

    private void Put(ParticipantId from, ParticipantId to, Message message)
    {
        if (message is StarMessage.WorkReported report && !_answers.TryAdd((from, report.Id), report.Report))
        {
            Assert.Equal(_answers[(from, report.Id)], report.Report);
        }

        Envelope envelope = new(from, to, message);
        InFlight.Add(envelope);
        Sent.Add(envelope);
    }
}
