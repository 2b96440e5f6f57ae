using System.Collections.Concurrent;
using ActorFed.Algorithms.Core;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>What became of a published frame.</summary>
internal enum PublishOutcome
{
    /// <summary>The broker has it safe.</summary>
    Confirmed,

    /// <summary>The mailbox is full.</summary>
    Refused,

    /// <summary>There is no such mailbox yet.</summary>
    Unroutable,

    /// <summary>The connection was lost; it may have arrived or not.</summary>
    Lost,
}

/// <summary>
/// The connections of one run to the broker, from connecting until the first of them is lost: then all are given up. Any thread.
/// </summary>
/// <remarks>
/// There are three, since the broker stops reading from connections that publish when it is short of memory: one to receive and
/// acknowledge, one to publish messages, and one to publish control messages, which so never wait behind chunks of vectors.
/// </remarks>
internal sealed class BrokerSession : IAsyncDisposable
{
    private readonly RunSetup _setup;
    private readonly List<IConnection> _connections = [];
    private readonly Dictionary<MailboxKind, IChannel> _publishing = [];
    private readonly Dictionary<MailboxKind, IChannel> _receiving = [];
    private readonly SemaphoreSlim _declaring = new(1);
    private readonly ConcurrentDictionary<string, bool> _cancelled = new(); // consumers that were ended from here
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IChannel? _declarations;
    private BrokerException? _refusal; // any thread

    private BrokerSession(RunSetup setup) => _setup = setup;

    /// <summary>Ends with the cause when the session is over.</summary>
    public Task<string> Closed => _closed.Task;

    /// <summary>Why another session would end the same way; null when it need not.</summary>
    public BrokerException? Refusal => Volatile.Read(ref _refusal);

    public bool IsOpen => !_closed.Task.IsCompleted;

    /// <summary>Ends when another session takes its place.</summary>
    public Task Replaced => _replaced.Task;

    /// <exception cref="BrokerException">The broker cannot be reached, or refuses.</exception>
    /// <exception cref="Exception">Any other: the connection was lost again.</exception>
    public static async Task<BrokerSession> OpenAsync(RunSetup setup, CancellationToken cancellation)
    {
        BrokerSession session = new(setup);
        try
        {
            IConnection receiving = await session.ConnectAsync("receives", cancellation).ConfigureAwait(false);
            session._declarations = await receiving.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
            foreach (MailboxKind kind in Enum.GetValues<MailboxKind>())
            {
                IConnection publishing = await session.ConnectAsync($"publishes {kind}", cancellation).ConfigureAwait(false);
                CreateChannelOptions confirmed = new(
                    publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);
                session._publishing[kind] = await publishing.CreateChannelAsync(confirmed, cancellation).ConfigureAwait(false);
                session._receiving[kind] = await receiving.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
                await session._receiving[kind].BasicQosAsync(0, (ushort)setup.Options.Prefetch, global: false, cancellation).ConfigureAwait(false);
            }

            foreach (IChannel channel in session._publishing.Values.Concat(session._receiving.Values))
            {
                channel.ChannelShutdownAsync += session.OnShutdownAsync;
            }

            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Gives up all connections.</summary>
    public void Fail(string cause) => _closed.TrySetResult(cause);

    public void SetReplaced() => _replaced.TrySetResult();

    /// <summary>Publishes a frame and waits until the broker has it safe.</summary>
    public async Task<PublishOutcome> PublishAsync(
        MailboxKind kind, string queue, ReadOnlyMemory<byte> frame, IDictionary<string, object?>? headers, CancellationToken cancellation)
    {
        BasicProperties properties = new()
        {
            Persistent = true,
            ContentType = "application/x-protobuf",
            UserId = _setup.Options.User, // the broker refuses any other than the one that signed in
            Headers = headers,
        };
        try
        {
            await _publishing[kind].BasicPublishAsync("", queue, mandatory: true, properties, frame, cancellation).ConfigureAwait(false);
            return PublishOutcome.Confirmed;
        }
        catch (PublishException refused)
        {
            return refused.IsReturn ? PublishOutcome.Unroutable : PublishOutcome.Refused;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            Fail($"publishing failed with {failure.GetType().Name}: {failure.Message}");
            return PublishOutcome.Lost;
        }
    }

    /// <summary>Acknowledges a delivery of this session.</summary>
    /// <returns>False when the session is over: it will come again.</returns>
    public async Task<bool> AcknowledgeAsync(MailboxKind kind, ulong tag)
    {
        if (!IsOpen)
        {
            return false;
        }

        try
        {
            await _receiving[kind].BasicAckAsync(tag, multiple: false).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure)
        {
            Fail($"acknowledging failed with {failure.GetType().Name}: {failure.Message}");
            return false;
        }
    }

    /// <summary>Makes sure that a participant's mailboxes are there.</summary>
    /// <returns>False when the session is over.</returns>
    /// <exception cref="BrokerException">They are there and of another kind, or must not be made.</exception>
    public async Task<bool> DeclareAsync(ParticipantId participant, CancellationToken cancellation) =>
        await DeclareAsync(_setup.Names.Of(participant, MailboxKind.Control), QueueArguments.OfControl(_setup), cancellation).ConfigureAwait(false)
        && await DeclareAsync(_setup.Names.Of(participant, MailboxKind.Data), QueueArguments.OfData(_setup), cancellation).ConfigureAwait(false);

    /// <summary>Makes sure that the queue of dead letters is there; for edge workers the nodes do.</summary>
    public async Task<bool> DeclareDeadLettersAsync(CancellationToken cancellation) => _setup.Options.IsEdge
        || await DeclareAsync(_setup.Names.DeadLetters, QueueArguments.OfDeadLetters(_setup), cancellation).ConfigureAwait(false);

    /// <summary>Deletes a participant's mailboxes.</summary>
    public Task<bool> DeleteAsync(ParticipantId participant, CancellationToken cancellation) => GuardAsync(async channel =>
    {
        await channel.QueueDeleteAsync(_setup.Names.Of(participant, MailboxKind.Data), false, false, cancellationToken: cancellation).ConfigureAwait(false);
        await channel.QueueDeleteAsync(_setup.Names.Of(participant, MailboxKind.Control), false, false, cancellationToken: cancellation).ConfigureAwait(false);
    }, $"The mailboxes of {participant} cannot be deleted", cancellation);

    /// <summary>Deletes the queue of dead letters when there are none.</summary>
    public Task<bool> DeleteDeadLettersIfNoneAsync(CancellationToken cancellation) => GuardAsync(async channel =>
    {
        if (await channel.MessageCountAsync(_setup.Names.DeadLetters, cancellation).ConfigureAwait(false) == 0)
        {
            await channel.QueueDeleteAsync(_setup.Names.DeadLetters, false, false, cancellationToken: cancellation).ConfigureAwait(false);
        }
    }, "The queue of dead letters cannot be deleted", cancellation);

    /// <summary>Begins to receive from a mailbox.</summary>
    /// <param name="participant">Whose.</param>
    /// <param name="kind">Which one.</param>
    /// <param name="deliver">Takes each delivery, one at a time per kind: its tag, who published it, its headers, and bytes that are valid during the call only.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What <see cref="CancelAsync"/> ends it by.</returns>
    /// <exception cref="BrokerException">The broker refuses.</exception>
    public async Task<string> ConsumeAsync(
        ParticipantId participant, MailboxKind kind, Func<ulong, Publisher, IDictionary<string, object?>?, ReadOnlyMemory<byte>, Task> deliver, CancellationToken cancellation)
    {
        string queue = _setup.Names.Of(participant, kind);
        AsyncEventingBasicConsumer consumer = new(_receiving[kind]);
        consumer.ReceivedAsync += (_, delivery) => deliver(
            delivery.DeliveryTag, new Publisher(delivery.BasicProperties.UserId, _setup.Options), delivery.BasicProperties.Headers, delivery.Body);
        consumer.UnregisteredAsync += (_, ended) =>
        {
            if (!ended.ConsumerTags.All(_cancelled.ContainsKey))
            {
                Fail($"the broker ended the receiving from {queue}");
            }

            return Task.CompletedTask;
        };
        try
        {
            return await _receiving[kind].BasicConsumeAsync(
                queue, autoAck: false, consumerTag: "", noLocal: false, exclusive: false, arguments: null, consumer, cancellation).ConfigureAwait(false);
        }
        catch (OperationInterruptedException failure) when (BrokerAccess.IsForGood(failure))
        {
            throw BrokerAccess.Explain($"Cannot receive from the queue {queue} of {_setup.Options.Place}", failure, _setup.Options);
        }
    }

    /// <summary>Ends the receiving from a mailbox; what was handed out stays so until it is acknowledged or returned.</summary>
    public async Task CancelAsync(MailboxKind kind, string consumer)
    {
        if (!IsOpen)
        {
            return;
        }

        try
        {
            _cancelled[consumer] = true;
            await _receiving[kind].BasicCancelAsync(consumer).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Fail($"ending a consumer failed with {failure.GetType().Name}: {failure.Message}"); // which ends it, too
        }
    }

    /// <summary>Gives a delivery of this session back to its mailbox, for whoever receives from it next.</summary>
    public async Task ReturnAsync(MailboxKind kind, ulong tag)
    {
        if (!IsOpen)
        {
            return; // it goes back by itself
        }

        try
        {
            await _receiving[kind].BasicNackAsync(tag, multiple: false, requeue: true).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Fail($"returning a delivery failed with {failure.GetType().Name}: {failure.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Fail("it was closed");
        foreach (IConnection connection in _connections)
        {
            await connection.AbortAsync().ConfigureAwait(false); // never throws; channels go with it
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        _declaring.Dispose();
    }

    private Task<bool> DeclareAsync(string queue, Dictionary<string, object?> arguments, CancellationToken cancellation) => GuardAsync(
        channel => channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellation),
        $"The queue {queue} cannot be used",
        cancellation);

    private async Task<bool> GuardAsync(Func<IChannel, Task> act, string refusal, CancellationToken cancellation)
    {
        await _declaring.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await act(_declarations!).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            Fail($"{refusal}: {failure.Message}");
            return BrokerAccess.IsForGood(failure) ? throw BrokerAccess.Explain($"{refusal} at {_setup.Options.Place}", failure, _setup.Options) : false;
        }
        finally
        {
            _declaring.Release();
        }
    }

    private async Task<IConnection> ConnectAsync(string does, CancellationToken cancellation)
    {
        IConnection connection = await BrokerAccess.ConnectAsync(
            _setup.Options, _setup.Password, $"{_setup.Options.Prefix} {_setup.Plan.RunId}: {does}", cancellation).ConfigureAwait(false);
        _connections.Add(connection);
        connection.ConnectionShutdownAsync += OnShutdownAsync;
        return connection;
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason)
    {
        if (reason.Initiator == ShutdownInitiator.Peer && BrokerAccess.IsForGood(reason.ReplyCode, reason.ReplyText))
        {
            Volatile.Write(ref _refusal, new BrokerException(
                $"{_setup.Options.User} was refused by {_setup.Options.Place}: {reason.ReplyText}. {BrokerAccess.WayAround(reason.ReplyCode, reason.ReplyText, _setup.Options)}"));
        }

        Fail($"{reason.ReplyCode} {reason.ReplyText}");
        return Task.CompletedTask;
    }
}
