using ActorFed.Actors;

namespace ActorFed.Engines.Replay;

/// <summary>
/// Makes a recorded run again, on the calling thread and without any clock: every participant is entered in the order that the
/// record has for it, and a message is there as soon as its sender has sent it.
/// </summary>
/// <remarks>
/// <para>Any order of the participants among each other that respects both leads to the same states, since a participant knows
/// nothing but its own entries. The one taken here: participants take turns, in the order of the plan, as long as the message
/// that is next for them is there.</para>
/// <para>An entry that a rebuild follows had failed; its effects are discarded, whether the participant throws again or not, as it
/// may have thrown for a reason that is not in its input. Snapshots to rebuild from come out of the record. Notices are entries;
/// Watch, timers and the end of the run ask for nothing more.</para>
/// <para>Where a record ends early, the last entry of each participant is left out: whether it failed is not known.</para>
/// </remarks>
/// <param name="record">What happened.</param>
/// <param name="stop">Where to stop and look; null: nowhere.</param>
public sealed class ReplayEngine(DeliveryRecord record, ReplayStop? stop = null) : IDeterministicEngine
{
    /// <inheritdoc/>
    /// <remarks>
    /// The outcome is that of the recorded run; Cancelled, when the record ends early or the replay was stopped; or Failed, with a
    /// <see cref="ReplayDifferenceException"/>, when the run cannot be repeated. Times are entries, one tick each. What is already in
    /// <paramref name="snapshots"/> is not read.
    /// </remarks>
    /// <exception cref="ArgumentException">The plan is out of range or has other participants than the record.</exception>
    public Task<RunReport> RunAsync(
        RunPlan plan, IParticipantFactory factory, IRunObserver observer, ISnapshotStore snapshots, CancellationToken cancellation)
    {
        plan.Validate();
        if (!plan.Participants.Select(spec => spec.Id).SequenceEqual(record.Participants))
        {
            throw new ArgumentException(
                $"The plan has {plan.Participants.Length} participants and the record {record.Participants.Length}, or they are others; "
                + "replay a record under the plan it was made under.",
                nameof(plan));
        }

        return Task.FromResult(new ReplayRun(plan, record, stop, factory, observer, snapshots).Run(cancellation));
    }

    /// <summary>Does nothing: a replay is over when its call returns.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
