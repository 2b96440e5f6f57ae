namespace ActorFed.Engines;

/// <summary>A send that found no room in a mailbox, and waits for some, for a while and without a thread.</summary>
/// <param name="sender">Goes on when this is over; it is still scheduled.</param>
/// <param name="mailbox">Where room is to come.</param>
/// <param name="envelope">What is sent.</param>
internal sealed class WaitingSend(ActorCell sender, Mailbox mailbox, Envelope envelope) : IDisposable
{
    private ITimer? _deadline;

    /// <summary>What is sent.</summary>
    public Envelope Envelope => envelope;

    /// <summary>Whether there was no room for too long, and the message is dropped.</summary>
    public bool IsLate { get; private set; }

    /// <summary>Begins to wait.</summary>
    /// <returns>False when there is no need to. Else the sender may have been resumed when this returns.</returns>
    public bool Begin(TimeProvider clock, TimeSpan timeout)
    {
        ITimer deadline = _deadline = clock.CreateTimer(static send => ((WaitingSend)send!).GiveUp(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (mailbox.TryAdd(this))
        {
            return false;
        }

        deadline.Change(timeout, Timeout.InfiniteTimeSpan); // not earlier: who does not wait yet cannot give up
        return true;
    }

    /// <summary>The waiting is over.</summary>
    public void Resume() => ThreadPool.UnsafeQueueUserWorkItem(sender, preferLocal: false);

    public void Dispose() => _deadline?.Dispose();

    private void GiveUp()
    {
        if (mailbox.Withdraw(this))
        {
            IsLate = true;
            Resume();
        }
    }
}
