namespace ActorFed.Host.Compare;

/// <summary>Where a run stands, for those who watch; its thread writes, any thread reads.</summary>
/// <param name="label">Label of its experiment.</param>
/// <param name="seed">Its seed.</param>
/// <param name="stepLimit">Master steps after which it completes.</param>
internal sealed class RunStand(string label, ulong seed, long stepLimit)
{
    private long _step;
    private long _ticks;
    private int _phase;

    public string Label => label;

    public ulong Seed => seed;

    public long StepLimit => stepLimit;

    public long Step => Interlocked.Read(ref _step);

    /// <summary>Virtual time.</summary>
    public TimeSpan At => new(Interlocked.Read(ref _ticks));

    public bool IsRunning => Volatile.Read(ref _phase) == 1;

    public bool HasEnded => Volatile.Read(ref _phase) == 2;

    /// <summary>The part of the run that is done, from 0 to 1.</summary>
    public double Done => HasEnded ? 1 : Math.Min(1, (double)Step / stepLimit);

    public void Begin() => Volatile.Write(ref _phase, 1);

    public void End() => Volatile.Write(ref _phase, 2);

    public void Note(long step, TimeSpan at)
    {
        Interlocked.Exchange(ref _step, step);
        Interlocked.Exchange(ref _ticks, at.Ticks);
    }
}
