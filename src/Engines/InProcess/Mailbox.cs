using System.Diagnostics.CodeAnalysis;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines;

/// <summary>A message on its way.</summary>
/// <param name="Sender">Who sent it; of a notice, whom it is about.</param>
/// <param name="Number">Its number among those of its sender; 0 in a notice.</param>
/// <param name="Message">What was sent.</param>
internal readonly record struct Envelope(ParticipantId Sender, long Number, Message Message);

/// <summary>What waits for a participant: the engine's notices, which come first, and up to so many messages. Any thread.</summary>
/// <remarks>Senders that find no room wait in the order in which they came; who takes a message lets the first of them in.</remarks>
/// <param name="capacity">Most messages; at least 1.</param>
internal sealed class Mailbox(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<Envelope> _notices = []; // few, and never made to wait
    private readonly Queue<Envelope> _messages = [];
    private readonly LinkedList<WaitingSend> _senders = [];
    private bool _isClosed;
    private volatile bool _isEmpty = true;

    /// <summary>Whether there is nothing to take.</summary>
    public bool IsEmpty => _isEmpty;

    /// <summary>Messages in it.</summary>
    public int Messages
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count;
            }
        }
    }

    /// <summary>Adds a message.</summary>
    /// <returns>False when there is no room for it.</returns>
    public bool TryAdd(in Envelope envelope)
    {
        lock (_gate)
        {
            if (_messages.Count == capacity)
            {
                return false;
            }

            _messages.Enqueue(envelope);
            _isEmpty = false;
            return true;
        }
    }

    /// <summary>Adds a notice, whether there is room or not.</summary>
    public void AddNotice(in Envelope notice)
    {
        lock (_gate)
        {
            _notices.Enqueue(notice);
            _isEmpty = false;
        }
    }

    /// <summary>Adds a message as soon as there is room, or takes a sender for resumed who has not waited.</summary>
    /// <returns>False when the sender waits: it is resumed when its message is in or the mailbox is closed, from any thread.</returns>
    public bool TryAdd(WaitingSend send)
    {
        lock (_gate)
        {
            if (_isClosed || TryAdd(send.Envelope))
            {
                return true;
            }

            _senders.AddLast(send);
            return false;
        }
    }

    /// <summary>A sender does not wait any longer.</summary>
    /// <returns>False when its message is in, or the mailbox is closed: it is resumed anyway.</returns>
    public bool Withdraw(WaitingSend send)
    {
        lock (_gate)
        {
            return _senders.Remove(send);
        }
    }

    /// <summary>Takes what is next.</summary>
    public bool TryTake(out Envelope envelope)
    {
        WaitingSend? admitted = null;
        lock (_gate)
        {
            if (!_notices.TryDequeue(out envelope) && _messages.TryDequeue(out envelope) && TryDequeueSender(out admitted))
            {
                _messages.Enqueue(admitted.Envelope);
            }

            _isEmpty = _messages.Count == 0 && _notices.Count == 0;
        }

        admitted?.Resume();
        return envelope.Message is not null;
    }

    /// <summary>Resumes all who wait for room, and lets nobody wait any more.</summary>
    public void Close()
    {
        WaitingSend[] senders;
        lock (_gate)
        {
            _isClosed = true;
            senders = [.. _senders];
            _senders.Clear();
        }

        foreach (WaitingSend sender in senders)
        {
            sender.Resume();
        }
    }

    private bool TryDequeueSender([NotNullWhen(true)] out WaitingSend? sender)
    {
        sender = _senders.First?.Value;
        if (sender is not null)
        {
            _senders.RemoveFirst();
        }

        return sender is not null;
    }
}
