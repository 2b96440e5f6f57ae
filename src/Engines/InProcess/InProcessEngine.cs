using ActorFed.Actors;

namespace ActorFed.Engines;

/// <summary>
/// Runs all participants in this process, in real time: each is an actor with its own bounded mailbox, all of them share
/// the thread pool. Messages of one sender to one receiver keep their order; nothing else is promised beyond E1 to E5.
/// </summary>
/// <remarks>
/// One engine may carry several runs, also at the same time; it holds nothing between them. A sender whose receiver's
/// mailbox is full waits without holding a thread. A Watch stays in force over rebuilds of the watcher.
/// </remarks>
/// <param name="clock">Measures time and runs timers; the system's when null.</param>
public sealed class InProcessEngine(TimeProvider? clock = null) : IEngine
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The plan is out of range.</exception>
    public Task<RunReport> RunAsync(
        RunPlan plan, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots, CancellationToken cancellation)
    {
        plan.Validate();
        return new InProcessRun(plan, factory, observer, snapshots, clock ?? TimeProvider.System).RunAsync(cancellation);
    }

    /// <summary>Does nothing: runs in progress go on until their own end.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
