using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>Hands everything on, and measures each turn.</summary>
internal sealed class MeasuredParticipant(IParticipant participant, ParticipantId id, int incarnation, RunTelemetry run) : IParticipant
{
    public ParticipantId Id => id;

    public int Incarnation => incarnation;

    public RunTelemetry Run => run;

    public void Start(Outbox outbox)
    {
        MeasuredTurn turn = MeasuredTurn.Begin(this, EntryKind.Started, default, null);
        try
        {
            participant.Start(outbox);
            turn.End(outbox);
        }
        catch (Exception failure)
        {
            turn.Fail(failure);
            throw;
        }
    }

    public void Receive(ParticipantId sender, Message message, Outbox outbox)
    {
        MeasuredTurn turn = MeasuredTurn.Begin(this, EntryKind.Received, sender, message);
        try
        {
            participant.Receive(sender, message, outbox);
            turn.End(outbox);
        }
        catch (Exception failure)
        {
            turn.Fail(failure);
            throw;
        }
    }

    public void TimerElapsed(string timer, Outbox outbox)
    {
        MeasuredTurn turn = MeasuredTurn.Begin(this, EntryKind.TimerElapsed, default, timer);
        try
        {
            participant.TimerElapsed(timer, outbox);
            turn.End(outbox);
        }
        catch (Exception failure)
        {
            turn.Fail(failure);
            throw;
        }
    }

    public Snapshot? TakeSnapshot() => participant.TakeSnapshot();

    public IEnumerable<StateEntry> Inspect() => participant.Inspect();
}
