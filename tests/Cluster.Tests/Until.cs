using System.Diagnostics;

namespace ActorFed.Cluster.Tests;

/// <summary>Waiting for facts: it ends as soon as they are so, and fails with what there was instead.</summary>
internal static class Until
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Only a cluster that hangs needs it: machines differ, and other work may slow them down.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(4);

    /// <summary>Waits until what is looked at is as wanted.</summary>
    /// <param name="what">What is waited for, in words.</param>
    /// <param name="look">Looks.</param>
    /// <param name="isWanted">Whether it is so.</param>
    /// <param name="patience">How long; <see cref="Patience"/> when null.</param>
    /// <returns>What was seen.</returns>
    /// <exception cref="TimeoutException">It did not become so.</exception>
    public static async Task<T> TrueAsync<T>(string what, Func<Task<T>> look, Func<T, bool> isWanted, TimeSpan? patience = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            T seen = await look();
            if (isWanted(seen))
            {
                return seen;
            }

            if (Stopwatch.GetElapsedTime(start) > (patience ?? Patience))
            {
                throw new TimeoutException($"Waited {(patience ?? Patience).TotalSeconds:0} s in vain until {what}. At last it was: {seen}");
            }

            await Task.Delay(LookEvery);
        }
    }

    /// <inheritdoc cref="TrueAsync{T}(string, Func{Task{T}}, Func{T, bool}, TimeSpan?)"/>
    public static Task<T> TrueAsync<T>(string what, Func<T> look, Func<T, bool> isWanted, TimeSpan? patience = null) =>
        TrueAsync(what, () => Task.FromResult(look()), isWanted, patience);

    /// <inheritdoc cref="TrueAsync{T}(string, Func{Task{T}}, Func{T, bool}, TimeSpan?)"/>
    public static Task TrueAsync(string what, Func<bool> isSo, TimeSpan? patience = null) => TrueAsync(what, isSo, so => so, patience);
}
