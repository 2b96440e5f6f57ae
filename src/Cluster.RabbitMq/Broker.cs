using ActorFed.Algorithms.Core;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>Keeps one session with the broker at a time, as long as the run lasts; publishes through whichever there is. Any thread.</summary>
/// <param name="setup">The run.</param>
/// <param name="attach">Begins to receive on a new session.</param>
/// <param name="ended">The run is over.</param>
internal sealed class Broker(RunSetup setup, Func<BrokerSession, CancellationToken, Task> attach, CancellationToken ended) : IAsyncDisposable
{
    // A full mailbox does not tell when it has room; its receiver needs milliseconds for a message, or minutes.
    private static readonly TimeSpan MinFullWait = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxFullWait = TimeSpan.FromMilliseconds(100);

    /// <summary>What is kept of a frame or message that is none: enough to see what it is, and no more than any broker takes at once.</summary>
    public const int MaxDeadLetterBytes = 1 << 16;

    private readonly Lock _gate = new();
    private TaskCompletionSource<BrokerSession> _current = New();
    private bool _wasConnected; // before it was, nothing is tried again: that would be a wrong address

    /// <summary>The session there is now, or null.</summary>
    public BrokerSession? OpenSession
    {
        get
        {
            lock (_gate)
            {
                return _current.Task is { IsCompletedSuccessfully: true, Result: { IsOpen: true } session } ? session : null;
            }
        }
    }

    /// <summary>Connects, and connects again, until the run has ended.</summary>
    /// <exception cref="BrokerException">The broker refuses, or stayed away for longer than <see cref="RabbitMqOptions.MaxOutage"/>.</exception>
    public async Task KeepConnectedAsync()
    {
        string lost = "";
        while (!ended.IsCancellationRequested)
        {
            BrokerSession session = await ConnectAsync(lost).ConfigureAwait(false);
            _current.SetResult(session);
            lost = await session.Closed.WaitAsync(ended).ConfigureAwait(false);
            lock (_gate)
            {
                _current = New();
            }

            session.SetReplaced();
            await session.DisposeAsync().ConfigureAwait(false);
            if (session.Refusal is { } refusal)
            {
                throw refusal;
            }
        }
    }

    /// <summary>The session there is; waits while there is none.</summary>
    public async Task<BrokerSession> SessionAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task<BrokerSession> current;
            lock (_gate)
            {
                current = _current.Task;
            }

            BrokerSession session = await current.WaitAsync(cancellation).ConfigureAwait(false);
            if (session.IsOpen)
            {
                return session;
            }

            await session.Replaced.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Publishes a frame to a participant until the broker has it safe, over as many sessions as it takes.</summary>
    /// <param name="kind">Which of the receiver's mailboxes.</param>
    /// <param name="receiver">To whom.</param>
    /// <param name="frame">What.</param>
    /// <param name="refused">Told with true when the mailbox is found full, and then with false when the waiting for room is over.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="headers">What goes with it, beside the message; null: nothing.</param>
    /// <returns>False when the mailbox stayed full for the run's send timeout; times without a connection do not count.</returns>
    public async Task<bool> PublishAsync(
        MailboxKind kind,
        ParticipantId receiver,
        ReadOnlyMemory<byte> frame,
        Action<bool> refused,
        CancellationToken cancellation,
        IDictionary<string, object?>? headers = null)
    {
        PublishOutcome outcome = await TryPublishAsync(kind, receiver, frame, headers, cancellation).ConfigureAwait(false);
        if (outcome == PublishOutcome.Confirmed)
        {
            return true;
        }

        refused(true);
        try
        {
            return await PublishWhenThereIsRoomAsync(kind, receiver, frame, headers, cancellation).ConfigureAwait(false);
        }
        finally
        {
            refused(false);
        }
    }

    /// <summary>Sets a frame aside that is no message, or its first bytes, with the reason.</summary>
    public async Task SetAsideAsync(ReadOnlyMemory<byte> frame, string reason, ParticipantId receiver, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> letter = frame[..Math.Min(frame.Length, MaxDeadLetterBytes)];
        Dictionary<string, object?> headers = new() { ["x-reason"] = reason, ["x-receiver"] = receiver.ToString() };
        PublishOutcome outcome;
        do
        {
            BrokerSession session = await SessionAsync(cancellation).ConfigureAwait(false);
            outcome = await session.DeclareDeadLettersAsync(cancellation).ConfigureAwait(false)
                ? await session.PublishAsync(MailboxKind.Control, setup.Names.DeadLetters, letter, headers, cancellation).ConfigureAwait(false)
                : PublishOutcome.Lost;
            if (outcome == PublishOutcome.Unroutable)
            {
                await Task.Delay(MaxFullWait, setup.Clock, cancellation).ConfigureAwait(false); // until a node has made it
            }
        }
        while (outcome != PublishOutcome.Confirmed);
    }

    public async ValueTask DisposeAsync()
    {
        if (_current.Task.IsCompletedSuccessfully)
        {
            await (await _current.Task.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> PublishWhenThereIsRoomAsync(
        MailboxKind kind, ParticipantId receiver, ReadOnlyMemory<byte> frame, IDictionary<string, object?>? headers, CancellationToken cancellation)
    {
        TimeSpan wait = MinFullWait;
        for (TimeSpan waited = TimeSpan.Zero; waited < setup.Plan.Limits.SendTimeout; waited += wait)
        {
            await Task.Delay(wait, setup.Clock, cancellation).ConfigureAwait(false);
            if (await TryPublishAsync(kind, receiver, frame, headers, cancellation).ConfigureAwait(false) == PublishOutcome.Confirmed)
            {
                return true;
            }

            wait = wait * 2 < MaxFullWait ? wait * 2 : MaxFullWait;
        }

        return false;
    }

    /// <summary>Publishes until the mailbox is there and the frame in it, or refused.</summary>
    private async Task<PublishOutcome> TryPublishAsync(
        MailboxKind kind, ParticipantId receiver, ReadOnlyMemory<byte> frame, IDictionary<string, object?>? headers, CancellationToken cancellation)
    {
        string queue = setup.Names.Of(receiver, kind);
        while (true)
        {
            BrokerSession session = await SessionAsync(cancellation).ConfigureAwait(false);
            PublishOutcome outcome = await session.PublishAsync(kind, queue, frame, headers, cancellation).ConfigureAwait(false);
            if (outcome is PublishOutcome.Confirmed or PublishOutcome.Refused || (outcome == PublishOutcome.Unroutable && setup.Options.IsEdge))
            {
                return outcome; // an edge worker waits until a node has made the mailbox
            }

            if (outcome == PublishOutcome.Unroutable)
            {
                await session.DeclareAsync(receiver, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<BrokerSession> ConnectAsync(string lost)
    {
        long start = setup.Clock.GetTimestamp();
        TimeSpan backOff = setup.Options.InitialBackOff;
        while (true)
        {
            BrokerSession? session = null;
            try
            {
                session = await BrokerSession.OpenAsync(setup, ended).ConfigureAwait(false);
                _wasConnected = true;
                await attach(session, ended).ConfigureAwait(false);
                return session;
            }
            catch (Exception failure)
            {
                if (session is not null)
                {
                    await session.DisposeAsync().ConfigureAwait(false);
                }

                if (ended.IsCancellationRequested || IsForGood(failure))
                {
                    throw;
                }

                TimeSpan away = setup.Clock.GetElapsedTime(start);
                if (!_wasConnected || away >= setup.Options.MaxOutage)
                {
                    throw GiveUp(away, failure, lost);
                }
            }

            // Nodes that lost the broker at the same moment must not come back at the same moment.
            await Task.Delay(backOff * (0.5 + (0.5 * Random.Shared.NextDouble())), setup.Clock, ended).ConfigureAwait(false);
            backOff = backOff * 2 < setup.Options.MaxBackOff ? backOff * 2 : setup.Options.MaxBackOff;
        }
    }

    /// <summary>Before the broker was there once, whatever keeps it away; afterwards only what would meet every further attempt.</summary>
    private bool IsForGood(Exception failure) => failure is BrokerException refused
        && (!_wasConnected || refused.InnerException is not { } cause || BrokerAccess.IsForGood(cause));

    private BrokerException GiveUp(TimeSpan away, Exception failure, string lost) => _wasConnected
        ? new BrokerException(
            $"The broker stayed away for {away:c}, and broker.max-outage is {setup.Options.MaxOutage:c}. {failure.Message}"
            + (lost.Length > 0 ? $" It was lost with: {lost}" : ""),
            failure)
        : BrokerAccess.Explain($"Cannot connect to {setup.Options.Place}", failure, setup.Options);

    private static TaskCompletionSource<BrokerSession> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
