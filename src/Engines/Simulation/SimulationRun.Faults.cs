using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <content>The way of messages, and what timed faults can touch.</content>
internal sealed partial class SimulationRun : IFaultyWorld
{
    private readonly List<(long Until, Func<ParticipantId, ParticipantId, bool> Blocks)> _blocks = [];
    private readonly Passage _passage = new();

    public SimulatedDisk? Disk => _setup.Disk;

    public IReadOnlyList<(ParticipantId Participant, int Node)> Placement { get; }

    public bool Crash(ParticipantId participant, TimeSpan downFor, bool forgets)
    {
        SimulatedCell cell = CellOf(participant);
        if (cell.StopReason is not null)
        {
            return false;
        }

        cell.Actor.Crash();
        EndLife(cell, forgets ? NewActor(cell.Index) : null);
        cell.IsDown = true;
        Plan(new Event(SaturatingAdd(_now, downFor.Ticks), EventKind.Start, cell.Index, 0, cell.Life, null));
        return true;
    }

    public void Pause(ParticipantId participant, TimeSpan duration)
    {
        SimulatedCell cell = CellOf(participant);
        cell.PausedUntil = Math.Max(cell.PausedUntil, SaturatingAdd(_now, duration.Ticks));
    }

    public void Block(TimeSpan until, Func<ParticipantId, ParticipantId, bool> blocks) => _blocks.Add((until.Ticks, blocks));

    public void SetClock(ParticipantId participant, TimeSpan offset, double rate) => CellOf(participant).SetClock(offset, rate);

    public void After(TimeSpan delay, Action then) =>
        _queue.Add(new Event(SaturatingAdd(_now, delay.Ticks), EventKind.Fault, 0, 0, 0, then));

    private bool Strikes(object what)
    {
        if (what is TimedFault fault)
        {
            return fault.Strike(this);
        }

        ((Action)what)();
        return true;
    }

    private void TellStruck(Fault? fault)
    {
        if (_close is not null && fault is not null)
        {
            _isTelling = true;
            _close.Struck(Now, fault);
            _isTelling = false;
        }
    }

    private void Send(SimulatedCell cell, ParticipantId target, Message message)
    {
        if (TryGetCell(target) is not SimulatedCell receiver)
        {
            FailByUnknown(cell, target, $"sent {message.GetType().Name} to");
            return;
        }

        _bytesSent += message.PayloadBytes;
        Sending sending = new(cell.Id, cell.CountSent(message), target, message, Now);
        if (_close is not null)
        {
            _isTelling = true;
            _close.Sent(sending);
            _isTelling = false;
        }

        long arrives = SaturatingAdd(_now, _setup.Time.DeliveryTime(sending).Ticks);
        if (receiver == cell)
        {
            Deliver(receiver, cell.Index, sending.Number, arrives, message); // it takes no link that could fail
        }
        else if (!IsBlocked(sending))
        {
            Carry(sending, cell, receiver, arrives);
        }
    }

    private void Carry(in Sending sending, SimulatedCell from, SimulatedCell to, long arrives)
    {
        if (_setup.Faults.Of(sending) is not MessageFault fault)
        {
            Deliver(to, from.Index, sending.Number, arrives, sending.Message);
            return;
        }

        (_passage.Sending, _passage.Sender, _passage.Message) = (sending, sending.Sender, sending.Message);
        (_passage.IsLost, _passage.Extra, _passage.CopyAfter) = (false, TimeSpan.Zero, null);
        _passage.Earlier = from.Earlier;
        if (fault.Strike(_passage))
        {
            TellStruck(fault);
        }

        if (_passage.IsLost)
        {
            return;
        }

        int sender = CellOf(_passage.Sender).Index;
        arrives = SaturatingAdd(arrives, _passage.Extra.Ticks);
        Deliver(to, sender, sending.Number, arrives, _passage.Message);
        if (_passage.CopyAfter is TimeSpan after)
        {
            Deliver(to, sender, sending.Number, SaturatingAdd(arrives, after.Ticks), _passage.Message);
        }
    }

    private void Deliver(SimulatedCell to, int sender, long number, long arrives, Message message) =>
        Plan(new Event(arrives, EventKind.Deliver, to.Index, sender, number, message));

    private bool IsBlocked(in Sending sending)
    {
        for (int i = _blocks.Count - 1; i >= 0; i--)
        {
            if (_blocks[i].Until <= _now)
            {
                _blocks.RemoveAt(i);
            }
            else if (_blocks[i].Blocks(sending.Sender, sending.Receiver))
            {
                return true;
            }
        }

        return false;
    }
}
