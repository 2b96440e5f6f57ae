using System.Diagnostics.CodeAnalysis;

namespace ActorFed.Actors;

/// <summary>
/// Timers of one owner in real time, touched by one thread at a time: those of a participant only in its turns. The clock's
/// callback does no more than ring: which timer is due is decided in a turn, so one that was cancelled or replaced never fires,
/// and no generation needs counting.
/// </summary>
/// <param name="clock">Rings the alarm.</param>
/// <param name="ring">Called from any thread when it is time to look; at times although nothing is due.</param>
public sealed class TimerTable(TimeProvider clock, Action ring) : IDisposable
{
    // Platform timers count whole milliseconds, rounding down, on a coarse clock, and have an upper bound: the alarm may
    // ring too early, and is then set again.
    private static readonly TimeSpan MinAlarm = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxAlarm = TimeSpan.FromDays(1);

    private readonly Dictionary<string, TimeSpan> _due = [];
    private ITimer? _alarm;
    private TimeSpan _alarmAt = TimeSpan.MaxValue;

    /// <summary>Whether no timer runs.</summary>
    public bool IsEmpty => _due.Count == 0;

    /// <summary>Starts a timer; one already running under that name is replaced.</summary>
    /// <param name="timer">Its name.</param>
    /// <param name="now">The time now, on the owner's clock.</param>
    /// <param name="after">How long from now.</param>
    public void Start(string timer, TimeSpan now, TimeSpan after)
    {
        TimeSpan due = after < TimeSpan.MaxValue - now ? now + after : TimeSpan.MaxValue;
        _due[timer] = due;
        if (due < _alarmAt)
        {
            SetAlarm(now, due); // a timer moved to later leaves the alarm: moving it costs more than one idle look
        }
    }

    /// <summary>Forgets a timer; harmless when none runs under that name.</summary>
    public void Cancel(string timer) => _due.Remove(timer);

    /// <summary>Forgets all timers.</summary>
    public void Clear() => _due.Clear();

    /// <summary>Takes the timer that has been due the longest; when none is, sets the alarm for the next.</summary>
    public bool TryTakeDue(TimeSpan now, [NotNullWhen(true)] out string? timer)
    {
        timer = null;
        TimeSpan first = TimeSpan.MaxValue;
        foreach ((string name, TimeSpan due) in _due)
        {
            if (due < first)
            {
                (timer, first) = (name, due);
            }
        }

        if (timer is not null && first <= now)
        {
            _due.Remove(timer);
            return true;
        }

        _alarmAt = TimeSpan.MaxValue;
        if (timer is not null)
        {
            SetAlarm(now, first);
        }

        timer = null;
        return false;
    }

    /// <summary>Silences the alarm.</summary>
    public void Dispose() => _alarm?.Dispose();

    private void SetAlarm(TimeSpan now, TimeSpan due)
    {
        TimeSpan wait = TimeSpan.FromMilliseconds(Math.Ceiling((due - now).TotalMilliseconds));
        wait = wait < MinAlarm ? MinAlarm : wait > MaxAlarm ? MaxAlarm : wait;
        _alarmAt = due;
        _alarm ??= clock.CreateTimer(static state => ((Action)state!)(), ring, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
