using RabbitMQ.Client;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>Whether a broker can be used, without a run.</summary>
public static class BrokerCheck
{
    /// <summary>Connects once, and makes and removes a queue of the kind that mailboxes are.</summary>
    /// <param name="options">Where the broker is.</param>
    /// <param name="password">Of its user.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The broker's version.</returns>
    /// <exception cref="BrokerException">It cannot be used; the message says what to do.</exception>
    public static async Task<string> RunAsync(RabbitMqOptions options, string? password, CancellationToken cancellation)
    {
        IConnection connection = await BrokerAccess.ConnectAsync(options, password, $"{options.Prefix}: check", cancellation).ConfigureAwait(false);
        try
        {
            if (!options.IsEdge) // who may make no queue but its own mailboxes
            {
                await TryQueueAsync(connection, options, cancellation).ConfigureAwait(false);
            }

            return BrokerAccess.VersionOf(connection.ServerProperties);
        }
        finally
        {
            await connection.AbortAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task TryQueueAsync(IConnection connection, RabbitMqOptions options, CancellationToken cancellation)
    {
        string queue = $"{options.Prefix}.check-{Random.Shared.NextInt64():x}.master";
        try
        {
            await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
            await channel.QueueDeclareAsync(
                queue,
                durable: true,
                exclusive: false,
                autoDelete: false,
                new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-expires"] = 60_000 },
                cancellationToken: cancellation).ConfigureAwait(false);
            await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            throw BrokerAccess.Explain($"Cannot make a queue at {options.Place}", failure, options);
        }
    }
}
