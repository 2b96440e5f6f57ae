using ActorFed.Host.Configuration;

namespace ActorFed.Host.Health;

/// <summary>Tells whether a loop still turns.</summary>
/// <param name="name">What the loop is called in a report.</param>
/// <param name="longestTurn">Longest time that one turn may take.</param>
/// <param name="time">The clock.</param>
internal sealed class LoopPulse(string name, TimeSpan longestTurn, TimeProvider time)
{
    private long _lastTurn = time.GetTimestamp();

    /// <summary>Says that the loop has turned once more.</summary>
    public void Beat() => Volatile.Write(ref _lastTurn, time.GetTimestamp());

    /// <summary>Whether it has turned within the longest time.</summary>
    public HealthCheck Read()
    {
        TimeSpan since = time.GetElapsedTime(Volatile.Read(ref _lastTurn));
        return new HealthCheck(name, since <= longestTurn
            ? null
            : $"has not turned for {UnitText.Format(TimeSpan.FromMilliseconds((long)since.TotalMilliseconds))}; it must at least every {UnitText.Format(longestTurn)}");
    }
}
