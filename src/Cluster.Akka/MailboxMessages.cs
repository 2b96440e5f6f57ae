using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <summary>Run → mailbox: leave this process.</summary>
/// <param name="IsSaving">Whether the turn may come to its end and the snapshot is stored; else all is given up as it stands.</param>
internal sealed record Leave(bool IsSaving);

/// <summary>Clock → mailbox: a timer may have run out.</summary>
/// <param name="IsChore">Whether it is one of the mailbox; else it is one of its participant.</param>
internal sealed record Ring(bool IsChore);

/// <summary>Supervision → mailbox: this was decided about the participant's failure.</summary>
internal sealed record TurnFailed(SupervisionDecision Decision);

/// <summary>A message that came.</summary>
/// <param name="IsControl">Whether an engine sent it.</param>
/// <param name="Packet">What was sent.</param>
/// <param name="From">Mailbox that it came from.</param>
internal sealed record Arrived(bool IsControl, Packet Packet, IActorRef From);

/// <summary>A message that was sent and not yet said to be handled.</summary>
internal sealed class Outgoing
{
    public required ParticipantId Receiver { get; init; }

    public required bool IsControl { get; init; }

    public required PacketId Id { get; init; }

    public required Message Message { get; init; }

    /// <summary>When it is sent again.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Wait between the last sending and <see cref="Due"/>.</summary>
    public TimeSpan Wait { get; set; }
}
