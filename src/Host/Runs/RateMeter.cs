namespace ActorFed.Host.Runs;

/// <summary>Steps per second of real time, over the last few seconds.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly long _start = time.GetTimestamp();
    private readonly Queue<(TimeSpan At, long Step)> _samples = new();

    /// <summary>Real time since the meter was made.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>The same to the second, for display.</summary>
    public TimeSpan ElapsedSeconds => TimeSpan.FromSeconds(Math.Round(Elapsed.TotalSeconds));

    /// <summary>Notes the step reached now.</summary>
    /// <returns>Steps per second, or null while that cannot be told.</returns>
    public double? Note(long step)
    {
        TimeSpan now = Elapsed;
        _samples.Enqueue((now, step));
        while (_samples.Count > 2 && now - _samples.Peek().At > Window)
        {
            _samples.Dequeue();
        }

        (TimeSpan at, long first) = _samples.Peek();
        return now > at ? (step - first) / (now - at).TotalSeconds : null;
    }

    /// <summary>Real time until <paramref name="limit"/> at that rate, to the second; null when it cannot be told.</summary>
    public static TimeSpan? Remaining(long step, long? limit, double? rate) =>
        limit is long last && last > step && rate is double r && r > 0 && (last - step) / r < TimeSpan.MaxValue.TotalSeconds / 2
            ? TimeSpan.FromSeconds(Math.Round((last - step) / r))
            : null;
}
