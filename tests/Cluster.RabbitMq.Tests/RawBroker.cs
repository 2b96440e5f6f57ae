using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>What a stranger can do at the broker.</summary>
internal static class RawBroker
{
    public static Task<bool> ExistsAsync(PrivateBroker broker, string queue) => UseAsync(broker, async channel =>
    {
        try
        {
            await channel.QueueDeclarePassiveAsync(queue);
            return true;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == 404)
        {
            return false;
        }
    });

    /// <summary>Puts bytes into a queue that is there.</summary>
    public static Task PublishAsync(PrivateBroker broker, string queue, byte[] bytes) => UseAsync(broker, async channel =>
    {
        await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties(), bytes);
        return true;
    });

    /// <summary>Takes a message with its headers, or null.</summary>
    public static Task<BasicGetResult?> TakeAsync(PrivateBroker broker, string queue) =>
        UseAsync(broker, channel => channel.BasicGetAsync(queue, autoAck: true));

    private static async Task<T> UseAsync<T>(PrivateBroker broker, Func<IChannel, Task<T>> use)
    {
        await using IConnection connection = await new ConnectionFactory { Uri = broker.Address }.CreateConnectionAsync();
        await using IChannel channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        return await use(channel);
    }
}
