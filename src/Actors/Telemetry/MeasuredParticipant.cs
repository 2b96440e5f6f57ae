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
        if (run.Instruments.AreTurnsWatched)
        {
            Measure(EntryKind.Started, default, null, outbox);
        }
        else
        {
            participant.Start(outbox);
        }
    }

    public void Receive(ParticipantId sender, Message message, Outbox outbox)
    {
        if (run.Instruments.AreTurnsWatched)
        {
            Measure(EntryKind.Received, sender, message, outbox);
        }
        else
        {
            participant.Receive(sender, message, outbox);
        }
    }

    public void TimerElapsed(string timer, Outbox outbox)
    {
        if (run.Instruments.AreTurnsWatched)
        {
            Measure(EntryKind.TimerElapsed, default, timer, outbox);
        }
        else
        {
            participant.TimerElapsed(timer, outbox);
        }
    }

    public Snapshot? TakeSnapshot() => participant.TakeSnapshot();

    public IEnumerable<StateEntry> Inspect() => participant.Inspect();

    private void Measure(EntryKind kind, ParticipantId sender, object? what, Outbox outbox)
    {
        MeasuredTurn turn = new(this, kind, sender, what);
        try
        {
            switch (kind)
            {
                case EntryKind.Started:
                    participant.Start(outbox);
                    break;
                case EntryKind.Received:
                    participant.Receive(sender, (Message)what!, outbox);
                    break;
                default:
                    participant.TimerElapsed((string)what!, outbox);
                    break;
            }

            turn.End(outbox);
        }
        catch (Exception failure)
        {
            turn.Fail(failure);
            throw;
        }
    }
}
