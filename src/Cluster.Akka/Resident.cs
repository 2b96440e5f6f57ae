using ActorFed.Actors;
using ActorFed.Actors.Membership;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <summary>A participant that is hosted here, as its run knows it. Any thread.</summary>
/// <param name="role">Hosts it, whatever becomes of its actors.</param>
internal sealed class Resident(RoleActor role) : IHosted
{
    private long _poisoned;
    private long _sendTimeouts;
    private int _waiting;

    /// <summary>Hosts it.</summary>
    public RoleActor Actor => role;

    /// <summary>The actor that receives for it; null before that is there.</summary>
    public IActorRef? Mailbox { get; set; }

    /// <summary>Ends when it has left this process, with what could not be stored, or null.</summary>
    public TaskCompletionSource<SupervisionEvent?> Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Messages that wait for it.</summary>
    public int Waiting
    {
        get => Volatile.Read(ref _waiting);
        set => Volatile.Write(ref _waiting, value);
    }

    /// <summary>What it has done.</summary>
    public Counts Counts => new(
        role.Deliveries, role.BytesSent, role.Restarts, role.Violations + Interlocked.Read(ref _poisoned), Interlocked.Read(ref _sendTimeouts));

    /// <summary>Something came to it that is no message.</summary>
    public void CountPoisoned() => Interlocked.Increment(ref _poisoned);

    /// <summary>A message of it was dropped, since its receiver had no room for long.</summary>
    public void CountSendTimeout() => Interlocked.Increment(ref _sendTimeouts);
}
