using ActorFed.Algorithms.Core;

namespace ActorFed.Actors.Membership;

/// <summary>
/// A process's part in a run that it hosts together with others: participants are taken up and let go while the run goes on. Who hosts
/// whom is decided elsewhere; of two that hold the same participant for a while, the one of the lower epoch can store nothing.
/// </summary>
/// <remarks>
/// The first participant of the plan, the master or neighbour 0, leads: whoever hosts it records the run, is told what the others show,
/// and hears of their ends. Only there does a part end with the run.
/// </remarks>
public interface IRunPart : IAsyncDisposable
{
    /// <summary>
    /// The report of this part: when the run has ended, where it is recorded here; or of why this process is out of it, such as a carrier that
    /// was lost (then <see cref="RunReport.Failure"/> is a <see cref="CarrierException"/>).
    /// </summary>
    Task<RunReport> Ended { get; }

    /// <summary>Whether the others can be reached now.</summary>
    bool IsConnected { get; }

    /// <summary>The participant of a run that leads it.</summary>
    static ParticipantId LeadOf(RunPlan plan) => plan.Participants[0].Id;

    /// <summary>Begins to host a participant: it is rebuilt from its newest snapshot under a new epoch, at once.</summary>
    /// <param name="participant">Which one; it is not hosted here.</param>
    /// <param name="recorder">Records the run from now on; for the participant that leads, and for it only.</param>
    /// <returns>False when it cannot be hosted here any more.</returns>
    /// <exception cref="ArgumentException">There is a recorder for another participant, or none for the one that leads.</exception>
    Task<bool> TakeUpAsync(ParticipantId participant, IRunObserver? recorder = null);

    /// <summary>Ends the hosting of a participant; when this returns, somebody else may take it up. Nothing happens when it is not hosted.</summary>
    /// <param name="participant">Which one.</param>
    /// <param name="saves">Whether its turn may come to its end and its snapshot is stored; otherwise it is given up as it stands.</param>
    /// <param name="hurry">When cancelled, it is given up as it stands after all.</param>
    /// <returns>What could not be stored, or null.</returns>
    Task<SupervisionEvent?> LetGoAsync(ParticipantId participant, bool saves, CancellationToken hurry = default);

    /// <summary>Receives nothing for anybody, until <see cref="ResumeAsync"/>: others may be going on with those hosted here.</summary>
    Task SuspendAsync();

    /// <summary>Undoes <see cref="SuspendAsync"/>.</summary>
    Task ResumeAsync();

    /// <summary>Ends this part; where the run is recorded here, it is thereby cancelled. Snapshots of those hosted are stored.</summary>
    /// <param name="reason">Why, in words.</param>
    void Cancel(string reason);

    /// <summary>After the end of the run: removes its mailboxes, and tells participants that other programs serve.</summary>
    /// <param name="external">Those participants.</param>
    /// <param name="report">How the run ended.</param>
    Task RemoveMailboxesAsync(IReadOnlySet<ParticipantId> external, RunReport report);
}

/// <summary>What carries messages between the processes of a cluster cannot be used; the message names the place, the cause and the way out.</summary>
/// <param name="message">The message.</param>
/// <param name="cause">What is behind it.</param>
public class CarrierException(string message, Exception? cause = null) : Exception(message, cause);
