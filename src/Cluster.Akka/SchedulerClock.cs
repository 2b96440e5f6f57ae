using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <summary>The clock and the timers of an actor system, so that all of an engine goes by one clock, in tests a virtual one.</summary>
/// <param name="scheduler">The system's scheduler.</param>
/// <param name="now">The time since some moment; that of the scheduler when null.</param>
internal sealed class SchedulerClock(IScheduler scheduler, Func<TimeSpan>? now = null) : TimeProvider
{
    private readonly Func<TimeSpan> _now = now ?? (() => scheduler.HighResMonotonicClock);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => _now().Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Alarm alarm = new(scheduler.Advanced, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>A timer that rings once; periodic ones are asked for by nobody.</summary>
    private sealed class Alarm(IAdvancedScheduler scheduler, Action ring) : ITimer
    {
        private ICancelable? _pending;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan)
            {
                throw new NotSupportedException($"The period is {period}; only timers that ring once are there.");
            }

            Interlocked.Exchange(ref _pending, null)?.Cancel();
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Cancelable pending = new(scheduler);
                Interlocked.Exchange(ref _pending, pending);
                scheduler.ScheduleOnce(dueTime, ring, pending);
            }

            return true;
        }

        public void Dispose() => Interlocked.Exchange(ref _pending, null)?.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
