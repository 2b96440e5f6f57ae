using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// The master's requests are numbered upwards: within an incarnation in one epoch, and every incarnation in a higher epoch
/// than all before it. Only the last request to a worker is sent to it again.
/// </summary>
/// <remarks>Compares epochs and sequence numbers itself, so as to catch a wrong comparison of requests too.</remarks>
/// <param name="workers">Number of workers, N.</param>
public sealed class EpochChecker(int workers) : Checker("epochs")
{
    private readonly RequestId[] _last = new RequestId[workers];
    private readonly Dictionary<ParticipantId, int> _incarnations = []; // of the master, as its watchers were told
    private RequestId _newest;
    private bool _isFresh; // the master has asked for nothing since it was started

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry)
    {
        if (StartsMaster(entry))
        {
            _isFresh = true;
            Array.Clear(_last);
        }
        else if (entry.What is LifecycleMessage.ParticipantRestarted restarted && entry.Sender.Role == Role.Master)
        {
            Checks++;
            if (_incarnations.TryGetValue(entry.Participant, out int before) && restarted.Incarnation <= before)
            {
                throw Broken($"{entry.Participant} was told that the master runs as incarnation {restarted.Incarnation}, after {before}; "
                    + "it must be a higher one.");
            }

            _incarnations[entry.Participant] = restarted.Incarnation;
        }
    }

    /// <inheritdoc/>
    public override void Sent(in Sending sending)
    {
        if (sending.Message is StarMessage.WorkRequested request && sending.Sender.Role == Role.Master
            && (uint)sending.Receiver.Index < (uint)workers)
        {
            Checks++;
            Check(sending.Receiver, request.Id);
        }
    }

    private void Check(ParticipantId receiver, RequestId id)
    {
        if (id.Epoch >= 1 && id == _last[receiver.Index])
        {
            return; // sent again
        }

        if (_isFresh ? id.Epoch <= _newest.Epoch : id.Epoch != _newest.Epoch)
        {
            throw Broken($"the master asked {receiver} under {id}; "
                + (_isFresh ? $"it was started anew, so the epoch must be above {_newest.Epoch}." : $"its epoch is {_newest.Epoch}."));
        }

        long before = _isFresh ? 0 : _newest.Sequence;
        if (id.Sequence <= before)
        {
            throw Broken($"the master asked {receiver} under {id} after {_newest}; the sequence number must be above {before}"
                + $", or the request the last one to {receiver}, {_last[receiver.Index]}.");
        }

        _isFresh = false;
        _last[receiver.Index] = _newest = id;
    }
}
