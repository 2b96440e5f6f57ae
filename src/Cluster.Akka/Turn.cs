using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <summary>Mailbox → participant: one call at a time, each answered by <see cref="TurnEnded"/> or by a failure that supervision sees.</summary>
internal abstract record Turn
{
    private Turn()
    {
    }

    /// <summary>Be built, from the newest snapshot, and start.</summary>
    public sealed record Start : Turn;

    /// <summary>Take a message.</summary>
    /// <param name="Sender">Who sent it.</param>
    /// <param name="Number">Its number; 0 in an engine's notice.</param>
    /// <param name="Message">What was sent.</param>
    public sealed record Receive(ParticipantId Sender, long Number, Message Message) : Turn;

    /// <summary>A timer ran out.</summary>
    /// <param name="Timer">Its name.</param>
    public sealed record TimerElapsed(string Timer) : Turn;

    /// <summary>Store your snapshot: you move.</summary>
    public sealed record Save : Turn;
}

/// <summary>Participant → mailbox: the call has returned, its effects are in the outbox.</summary>
/// <param name="Turn">The call.</param>
/// <param name="Lost">Of <see cref="Turn.Save"/>, what could not be stored; else null.</param>
internal sealed record TurnEnded(Turn Turn, SupervisionEvent? Lost = null);

/// <summary>A call into a participant did not go well; what is to be done about it was decided.</summary>
/// <param name="decision">What supervision decided.</param>
internal sealed class TurnFailedException(SupervisionDecision decision) : Exception(decision.Event.Reason, decision.Event.Failure)
{
    /// <summary>What supervision decided.</summary>
    public SupervisionDecision Decision { get; } = decision;
}

/// <summary>What Akka does with the actor of a participant, for each thing that supervision decides.</summary>
internal static class Directives
{
    /// <summary>The directive for a decision.</summary>
    /// <remarks>
    /// A run that fails would be escalated by its participants; but the parent of a mailbox is a shard, which knows no runs. The mailbox
    /// ends the run itself, and stops the participant.
    /// </remarks>
    public static Directive Of(SupervisionAction action) => action switch
    {
        SupervisionAction.Dropped => Directive.Resume,
        SupervisionAction.Restarting => Directive.Restart,
        SupervisionAction.Stopped or SupervisionAction.FailedRun => Directive.Stop,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "This is no decision about a failure."),
    };
}
