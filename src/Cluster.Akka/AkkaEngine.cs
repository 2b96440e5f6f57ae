using System.Globalization;
using ActorFed.Actors;
using ActorFed.Wire;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <summary>
/// Runs all participants of a plan in this process, in real time, as actors of Akka.NET: each has a mailbox actor, and under its
/// supervision an actor that computes. Messages go as on a cluster, as frames of the wire format, but for the network.
/// </summary>
/// <remarks>One engine may carry several runs, also at the same time. It has one actor system, which ends with it.</remarks>
/// <param name="codec">Writes and reads all messages of the participants; <see cref="WireCatalog.Codec"/> knows those of the built-in algorithms.</param>
/// <param name="config">Text with keys over those of akka.conf; null: none.</param>
public sealed class AkkaEngine(WireCodec codec, string? config = null) : IEngine
{
    private readonly AkkaSettings _settings = AkkaSettings.Load(config);
    private readonly Lock _gate = new();
    private ActorSystem? _system;
    private int _runs;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The plan is out of range.</exception>
    public async Task<RunReport> RunAsync(
        RunPlan plan, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots, CancellationToken cancellation)
    {
        plan.Validate();
        ActorSystem system = System();
        IActorRef post = ActorRefs.Nobody;
        AkkaRun run = new(new RunSetup(plan, _settings, codec, new SchedulerClock(system.Scheduler), _ => post), factory, observer, snapshots);
        post = system.ActorOf(RunActor.Of(run), string.Create(CultureInfo.InvariantCulture, $"run-{Interlocked.Increment(ref _runs)}"));
        return await run.RunAsync(resident => post.Tell(resident), StopAsync, cancellation).ConfigureAwait(false);

        async Task StopAsync()
        {
            system.Stop(post);
            await post.WatchAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the actor system; runs in progress do not end well.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_system is { } system)
        {
            await system.Terminate().ConfigureAwait(false);
        }
    }

    private ActorSystem System()
    {
        lock (_gate)
        {
            return _system ??= ActorSystem.Create("actorfed", _settings.Alone());
        }
    }
}
