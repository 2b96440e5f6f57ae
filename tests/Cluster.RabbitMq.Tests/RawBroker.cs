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
    /// <param name="broker">Where.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="bytes">What.</param>
    /// <param name="user">Who says to have published them.</param>
    public static Task PublishAsync(PrivateBroker broker, string queue, byte[] bytes, string? user = PrivateBroker.User) => UseAsync(broker, async channel =>
    {
        BasicProperties properties = new() { UserId = user };
        await channel.BasicPublishAsync("", queue, mandatory: true, properties, bytes);
        return true;
    });

    /// <summary>Takes a message with its headers, or null.</summary>
    public static Task<BasicGetResult?> TakeAsync(PrivateBroker broker, string queue) =>
        UseAsync(broker, channel => channel.BasicGetAsync(queue, autoAck: true));

    /// <summary>Does something as some user.</summary>
    public static async Task<T> UseAsync<T>(
        PrivateBroker broker, Func<IChannel, Task<T>> use, string user = PrivateBroker.User, string password = PrivateBroker.Password, string virtualHost = "/")
    {
        ConnectionFactory factory = new() { HostName = "127.0.0.1", Port = broker.Port, UserName = user, Password = password, VirtualHost = virtualHost };
        await using IConnection connection = await factory.CreateConnectionAsync();
        await using IChannel channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        return await use(channel);
    }
}
