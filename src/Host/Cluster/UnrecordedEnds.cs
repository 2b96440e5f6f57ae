using System.Collections.Concurrent;
using System.Globalization;

namespace ActorFed.Host.Cluster;

/// <summary>
/// Runs that came to their end on this node, which could not be recorded: how often that was tried, why it failed, how long to wait before it is
/// tried again, and when it was tried often enough. Any thread.
/// </summary>
/// <param name="clock">Measures since when.</param>
internal sealed class UnrecordedEnds(TimeProvider clock)
{
    /// <summary>So often a node tries to record an end; then the run has failed.</summary>
    public const int MaxAttempts = 5;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1); // where not even the failure can be recorded

    private readonly ConcurrentDictionary<string, Attempts> _failed = new();

    private sealed record Attempts(int Count, long Since, string Reason);

    /// <summary>What is wrong, for people; null: nothing.</summary>
    public string? Problem => _failed.IsEmpty ? null : string.Join(" ", _failed.OrderBy(run => run.Key, StringComparer.Ordinal).Select(run => string.Create(
        CultureInfo.InvariantCulture, $"{run.Key}: {run.Value.Reason} (tried {run.Value.Count} times in {clock.GetElapsedTime(run.Value.Since).TotalSeconds:0} s)")));

    /// <summary>The end of a run could not be recorded.</summary>
    /// <returns>How often that happened by now, and how long to wait before it is tried again.</returns>
    public (int Attempts, TimeSpan Wait) Add(string run, string reason)
    {
        int count = _failed.AddOrUpdate(
            run,
            _ => new Attempts(1, clock.GetTimestamp(), reason),
            (_, before) => before with { Count = before.Count + 1, Reason = reason }).Count;
        TimeSpan wait = FirstWait * Math.Pow(2, Math.Min(count - 1, 10));
        return (count, wait < LongestWait ? wait : LongestWait);
    }

    /// <summary>The end of a run was recorded.</summary>
    public void Remove(string run) => _failed.TryRemove(run, out _);

    /// <summary>Others need no end any more: they were stopped, or have ended elsewhere.</summary>
    public void KeepOnly(IReadOnlySet<string> wanted)
    {
        foreach (string run in _failed.Keys.Where(run => !wanted.Contains(run)))
        {
            Remove(run);
        }
    }
}
