using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>A participant in virtual time: what waits for it, its timers, its clock, and who watches it. Data only.</summary>
internal sealed class SimulatedCell(int index, RoleActor actor)
{
    private readonly Message?[] _recent = new Message?[Passage.Remembered]; // by number, round and round
    private readonly List<(string Timer, long Generation)> _timers = []; // few: a list beats a dictionary
    private double _clockRate = 1;
    private long _clockOffset;

    public int Index => index;

    public ParticipantId Id { get; } = actor.Id;

    public RoleActor Actor { get; private set; } = actor;

    /// <summary>Counts crashes: what was planned for an earlier life is void.</summary>
    public long Life { get; private set; }

    /// <summary>Whether it crashed and is not rebuilt yet; what is sent to it is lost.</summary>
    public bool IsDown { get; set; }

    /// <summary>Entries so far, over all lives.</summary>
    public long Entries { get; set; }

    /// <summary>Messages sent so far, over all lives.</summary>
    public long Sent { get; private set; }

    /// <summary>When it has done what it is doing, in ticks.</summary>
    public long BusyUntil { get; set; }

    /// <summary>Until when it does nothing at all, in ticks.</summary>
    public long PausedUntil { get; set; }

    /// <summary>Effects that take place when the computing time is over; null when there are none.</summary>
    public Effect[]? Pending { get; set; }

    /// <summary>Whether a <see cref="EventKind.Resume"/> is planned for this life.</summary>
    public bool ResumePlanned { get; set; }

    /// <summary>What waits, in order of arrival.</summary>
    public Queue<Event> Waiting { get; } = new();

    /// <summary>Number of timers that run.</summary>
    public int TimerCount => _timers.Count;

    /// <summary>Who is told of its rebuilds and its stop, as indices, each once, in the order in which they asked.</summary>
    public List<int> Watchers { get; } = [];

    /// <summary>Why it was stopped; null while it was not.</summary>
    public string? StopReason { get; set; }

    /// <summary>Deliveries, restarts and violations of actors that were replaced.</summary>
    public (long Deliveries, int Restarts, long Violations) Before { get; private set; }

    /// <summary>A message leaves; its number among all that were sent, from 1.</summary>
    public long CountSent(Message message)
    {
        _recent[++Sent % Passage.Remembered] = message;
        return Sent;
    }

    /// <summary>What was sent under a number; null when it is too long ago or was not sent yet.</summary>
    public Message? Earlier(long number) =>
        number > Math.Max(0, Sent - Passage.Remembered) && number <= Sent ? _recent[number % Passage.Remembered] : null;

    /// <summary>Forgets what the last life had under way.</summary>
    /// <param name="replacement">The actor that goes on elsewhere, or null when the same one does.</param>
    public void EndLife(RoleActor? replacement)
    {
        Life++;
        Pending = null;
        ResumePlanned = false;
        BusyUntil = 0;
        Waiting.Clear();
        if (replacement is not null)
        {
            Before = (
                Before.Deliveries + Actor.Deliveries, Before.Restarts + Actor.Restarts + 1, Before.Violations + Actor.Violations);
            Actor = replacement;
        }
    }

    /// <summary>What the participant's own clock shows at <paramref name="now"/>.</summary>
    public TimeSpan ClockAt(long now) => new((long)(now * _clockRate) + _clockOffset);

    /// <summary>How long a duration on the participant's clock lasts, in ticks.</summary>
    public long Lasting(TimeSpan duration) => (long)Math.Min(duration.Ticks / _clockRate, long.MaxValue / 4);

    /// <summary>Sets the clock.</summary>
    public void SetClock(TimeSpan offset, double rate) => (_clockOffset, _clockRate) = (offset.Ticks, rate);

    /// <summary>Starts a timer, which must not be running.</summary>
    /// <param name="timer">Its name.</param>
    /// <param name="generation">Tells this start from earlier ones under that name, which are void.</param>
    public void AddTimer(string timer, long generation) => _timers.Add((timer, generation));

    /// <summary>Forgets a timer. Whether it ran, of the given generation when one is given.</summary>
    public bool RemoveTimer(string timer, long? generation = null)
    {
        for (int i = 0; i < _timers.Count; i++)
        {
            if (_timers[i].Timer == timer && (generation is not long g || _timers[i].Generation == g))
            {
                _timers.RemoveAt(i);
                return true;
            }
        }

        return false;
    }

    /// <summary>Forgets all timers.</summary>
    public void ClearTimers() => _timers.Clear();
}
