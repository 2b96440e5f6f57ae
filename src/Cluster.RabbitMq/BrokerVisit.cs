using ActorFed.Actors;
using RabbitMQ.Client;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>What can be done at a broker outside of a run, over a connection of its own.</summary>
public static class BrokerVisit
{
    /// <summary>Makes and removes a queue of the kind that mailboxes are; an edge worker, who may not, only connects.</summary>
    /// <param name="options">Where the broker is.</param>
    /// <param name="password">Of its user.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The broker's version.</returns>
    /// <exception cref="BrokerException">It cannot be used; the message says what to do.</exception>
    public static Task<string> CheckAsync(RabbitMqOptions options, string? password, CancellationToken cancellation) =>
        UseAsync(options, password, "make a queue", async connection =>
        {
            if (!options.IsEdge)
            {
                string queue = $"{options.Prefix}.check-{Random.Shared.NextInt64():x}.master";
                Dictionary<string, object?> arguments = new() { ["x-queue-type"] = "quorum", ["x-expires"] = 60_000 };
                await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
                await channel.QueueDeclareAsync(queue, true, false, false, arguments, cancellationToken: cancellation).ConfigureAwait(false);
                await channel.QueueDeleteAsync(queue, false, false, cancellationToken: cancellation).ConfigureAwait(false);
            }

            return BrokerAccess.VersionOf(connection.ServerProperties);
        }, cancellation);

    /// <summary>Removes the mailboxes of a run with all that is in them; its dead letters stay. No process may be carrying it out.</summary>
    /// <param name="options">Where the broker is.</param>
    /// <param name="password">Of its user.</param>
    /// <param name="plan">The run.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="BrokerException">The broker cannot be reached, or refuses.</exception>
    public static Task RemoveMailboxesAsync(RabbitMqOptions options, string? password, RunPlan plan, CancellationToken cancellation)
    {
        QueueNames names = new(options.Prefix, plan.RunId);
        return UseAsync(options, password, "remove the mailboxes of an earlier part of the run", async connection =>
        {
            await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
            foreach (ParticipantSpec spec in plan.Participants)
            {
                foreach (MailboxKind kind in Enum.GetValues<MailboxKind>())
                {
                    await channel.QueueDeleteAsync(names.Of(spec.Id, kind), false, false, cancellationToken: cancellation).ConfigureAwait(false);
                }
            }

            return true;
        }, cancellation);
    }

    private static async Task<T> UseAsync<T>(
        RabbitMqOptions options, string? password, string purpose, Func<IConnection, Task<T>> use, CancellationToken cancellation)
    {
        IConnection connection = await BrokerAccess.ConnectAsync(options, password, $"{options.Prefix}: {purpose}", cancellation).ConfigureAwait(false);
        try
        {
            return await use(connection).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            throw BrokerAccess.Explain($"Cannot {purpose} at {options.Place}", failure, options);
        }
        finally
        {
            await connection.AbortAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
