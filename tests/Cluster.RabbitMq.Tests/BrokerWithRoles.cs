using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>A broker with the virtual host, users and permissions that docs/security.md has commands for: these very commands.</summary>
public sealed class BrokerWithRoles : IAsyncLifetime
{
    public const string VirtualHost = "actorfed";
    public const string NodeUser = "actorfed-node";
    public const string EdgeUser = "hospital-3";
    public const string Password = "opensesame";

    public PrivateBroker Broker { get; } = new();

    public async Task InitializeAsync()
    {
        await Broker.InitializeAsync();
        string[] lines = await File.ReadAllLinesAsync(Checkout.At("docs/security.md"));
        string[][] commands = [.. lines
            .SkipWhile(line => line != "$ rabbitmqctl add_vhost actorfed")
            .TakeWhile(line => line.StartsWith("$ rabbitmqctl ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[2..].Select(word => word.Trim('\'')).ToArray())];
        Assert.Equal(5, commands.Length);
        foreach (string[] command in commands)
        {
            await Broker.ControlAsync(command[0] == "add_user" ? [.. command, Password] : command);
        }
    }

    public Task DisposeAsync() => Broker.DisposeAsync();

    /// <summary>As the file of the nodes in docs/security.md has it.</summary>
    public RabbitMqOptions NodeOptions() => TestEngine.Options(Broker, "actorfed") with
    {
        VirtualHost = VirtualHost,
        User = NodeUser,
        EdgeUsers = ImmutableDictionary<string, ImmutableArray<ParticipantId>>.Empty.Add(EdgeUser, [ParticipantId.Worker(3)]),
    };

    /// <summary>As it is for the edge worker.</summary>
    public RabbitMqOptions EdgeOptions() => TestEngine.Options(Broker, "actorfed") with { VirtualHost = VirtualHost, User = EdgeUser, NodeUser = NodeUser };
}
