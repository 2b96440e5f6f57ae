using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Tests;

/// <summary>What test participants say to each other.</summary>
internal sealed record Note(long Number, string Text = "") : Message
{
    public override long PayloadBytes => sizeof(long);
}

/// <summary>A participant that does what a test says. Its state is one number.</summary>
internal sealed class Scripted : IParticipant
{
    public long Count { get; set; }

    public Action<Outbox> OnStart { get; init; } = _ => { };

    public Action<ParticipantId, Message, Outbox> OnReceive { get; init; } =
        (sender, message, _) => throw new InvalidOperationException($"{message} from {sender} was not expected.");

    public Action<string, Outbox> OnTimer { get; init; } =
        (timer, _) => throw new InvalidOperationException($"Timer '{timer}' was not expected.");

    public void Start(Outbox outbox) => OnStart(outbox);

    public void Receive(ParticipantId sender, Message message, Outbox outbox) => OnReceive(sender, message, outbox);

    public void TimerElapsed(string timer, Outbox outbox) => OnTimer(timer, outbox);

    public Snapshot TakeSnapshot() => SnapshotOf(Count);

    public static Snapshot SnapshotOf(long count)
    {
        SnapshotWriter writer = new();
        writer.WriteInt64(count);
        return writer.ToSnapshot("scripted.v1");
    }

    public static long CountIn(Snapshot? snapshot) => snapshot is null ? 0 : new SnapshotReader(snapshot, "scripted.v1").ReadInt64();
}

/// <summary>Makes participants as a test says.</summary>
internal sealed class ScriptedFactory(Func<ParticipantSpec, int, Snapshot?, IParticipant> create) : IParticipantFactory
{
    public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) => create(spec, incarnation, resumeFrom);
}

/// <summary>What a test participant tells its observer.</summary>
internal sealed record Said(string Text) : Observation;

/// <summary>Keeps all it is told, and does on top what a test says.</summary>
internal sealed class RecordingObserver : IRunObserver
{
    private readonly Lock _gate = new();
    private readonly List<(ParticipantId Source, TimeSpan At, Observation Observation)> _observations = [];
    private readonly List<(TimeSpan At, SupervisionEvent Event)> _acts = [];
    private readonly List<Entry> _entries = [];
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Action<Entry> OnEntered { get; init; } = _ => { };

    public Action<Observation> OnObserved { get; init; } = _ => { };

    public Action<SupervisionEvent> OnSupervised { get; init; } = _ => { };

    /// <summary>Ends when a participant is about to be entered: the run has begun.</summary>
    public Task FirstEntry => _entered.Task;

    /// <summary>All that was said, in the order of arrival.</summary>
    public IReadOnlyList<string> Texts
    {
        get
        {
            lock (_gate)
            {
                return [.. _observations.Select(entry => ((Said)entry.Observation).Text)];
            }
        }
    }

    /// <summary>All that was observed, in the order of arrival.</summary>
    public IReadOnlyList<Observation> Observations
    {
        get
        {
            lock (_gate)
            {
                return [.. _observations.Select(entry => entry.Observation)];
            }
        }
    }

    /// <summary>All acts of supervision, in order.</summary>
    public IReadOnlyList<(TimeSpan At, SupervisionEvent Event)> Acts
    {
        get
        {
            lock (_gate)
            {
                return [.. _acts];
            }
        }
    }

    public IReadOnlyList<SupervisionAction> Actions => [.. Acts.Select(act => act.Event.Action)];

    /// <summary>How a participant was entered, in order.</summary>
    public IReadOnlyList<Entry> EntriesOf(ParticipantId participant)
    {
        lock (_gate)
        {
            return [.. _entries.Where(entry => entry.Participant == participant)];
        }
    }

    public void Entered(TimeSpan at, in Entry entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
        }

        _entered.TrySetResult();
        OnEntered(entry);
    }

    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        lock (_gate)
        {
            _observations.Add((source, at, observation));
        }

        OnObserved(observation);
    }

    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        lock (_gate)
        {
            _acts.Add((at, supervisionEvent));
        }

        OnSupervised(supervisionEvent);
    }
}

/// <summary>A store on a full disk: it hands out what it has and takes nothing more, until room is made.</summary>
/// <param name="failures">How many calls it takes until there is room.</param>
internal sealed class FullStore(int failures = int.MaxValue) : ISnapshotStore
{
    private int _failuresLeft = failures;

    public MemorySnapshotStore Kept { get; } = new();

    public void Store(ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        if (Interlocked.Decrement(ref _failuresLeft) >= 0)
        {
            throw new IOException("No space is left in the folder 'runs/full'.");
        }

        Kept.Store(participant, incarnation, snapshot);
    }

    public StoredSnapshot? Latest(ParticipantId participant) => Kept.Latest(participant);
}
