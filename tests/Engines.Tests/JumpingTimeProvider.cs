namespace ActorFed.Engines.Tests;

/// <summary>A clock that stands still until a timer is set; then it jumps to where that timer is due, and the timer fires.</summary>
internal sealed class JumpingTimeProvider : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(JumpingTimeProvider clock, Action callback) : ITimer
    {
        private int _setting;
        private volatile bool _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_isDisposed)
            {
                return false;
            }

            int setting = Interlocked.Increment(ref _setting);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Interlocked.Add(ref clock._now, dueTime.Ticks);
                ThreadPool.QueueUserWorkItem(_ =>
                {
                    if (Volatile.Read(ref _setting) == setting)
                    {
                        callback();
                    }
                });
            }

            return true;
        }

        public void Dispose()
        {
            _isDisposed = true;
            Interlocked.Increment(ref _setting);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
