using ActorFed.Algorithms.Core;

namespace ActorFed.Algorithms.Star;

/// <summary>What the master hears from its workers, and what becomes of those it does not hear from.</summary>
public sealed partial class StarMaster
{
    private void Accept(ParticipantId sender, StarMessage.WorkReported message, Outbox outbox)
    {
        Conversation conversation = _conversations[sender.Index];
        if (message.Id > _conversations.Newest)
        {
            throw new ProtocolViolationException(
                sender, message, $"it answers request {message.Id}; the newest is {_conversations.Newest}.");
        }

        if (conversation.Asked is not StarMessage.WorkRequested asked || message.Id != asked.Id)
        {
            if (_ledger.IsLost(sender.Index))
            {
                Return(sender.Index, outbox);
            }
            else if (message.Id.Epoch < _epoch && conversation.Asked is not null)
            {
                outbox.Send(sender, conversation.Asked); // it has not heard of this incarnation yet
            }

            return; // superseded, or used already
        }

        if (conversation.Report is not null)
        {
            return; // a duplicate
        }

        if (_rule.ObjectionTo(asked.Work, message.Report) is string objection)
        {
            throw new ProtocolViolationException(sender, message, $"{objection} (master step {_step})");
        }

        _conversations.Answer(sender.Index, message.Report);
        if (_barrier is null)
        {
            _ledger.Heard(sender.Index);
            if (_policy.FreesOnReport)
            {
                _conversations.SetAside(sender.Index, _step);
                _dispatcher.Free(sender.Index);
            }
        }
    }

    private void GiveState(int worker, Outbox outbox)
    {
        outbox.Observe(new WorkerObserved(worker, WorkerChange.Joined, _step));
        if (_ledger.IsLost(worker))
        {
            Return(worker, outbox);
            return;
        }

        if (_conversations[worker].GiveState() is StarMessage.WorkRequested request)
        {
            outbox.Send(ParticipantId.Worker(worker), request);
        }
        else if (_conversations[worker].Asked is null && _barrier?.Participants.Contains(worker) != true)
        {
            outbox.Send(ParticipantId.Worker(worker), new StarMessage.NothingDue());
        }
    }

    private void Return(int worker, Outbox outbox)
    {
        _ledger.Return(worker);
        _conversations[worker].NeedsState = true;
        outbox.Observe(new WorkerObserved(worker, WorkerChange.Returned, _step));
        if (_barrier is null)
        {
            RequestSteps([worker], outbox); // else with all others when the barrier ends
        }
    }

    private void Lose(int worker, string reason, Outbox outbox)
    {
        if (_ledger.IsLost(worker))
        {
            return;
        }

        _ledger.Lose(worker);
        _dispatcher.Lose(worker);
        _conversations.Forget(worker);
        outbox.Observe(new WorkerObserved(worker, WorkerChange.Lost, _step));
        if (_options.OnLoss == OnLoss.Fail || _ledger.LiveCount == 0)
        {
            _isOver = true;
            outbox.Save(); // nothing is wrong with the master: once the worker is well again, the run can be resumed
            outbox.Fail(
                $"worker-{worker} was lost at step {_step} ({reason}), and "
                + (_ledger.LiveCount == 0 ? "no worker is left." : "on-loss = fail; set on-loss = continue to go on without it."));
        }
        else if (_barrier is not null)
        {
            _barrier.IsBroken |= _barrier.Participants.Contains(worker);
        }
    }
}
