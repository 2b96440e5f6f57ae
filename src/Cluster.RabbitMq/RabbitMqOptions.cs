using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>Where the broker is, and how much is asked of it. All nodes of a run must have the same prefix, expiry and limits.</summary>
public sealed record RabbitMqOptions
{
    private const int MaxPrefixLength = 60;

    /// <summary>The broker, such as <c>amqps://user:password@host:5671/vhost</c>; <c>amqps</c> is encrypted.</summary>
    public required Uri Broker { get; init; }

    /// <summary>Begins the names of all queues, so that systems can share a broker; 1 to 60 characters.</summary>
    public string Prefix { get; init; } = "actorfed";

    /// <summary>How large messages, chunks and incomplete messages may be.</summary>
    public WireLimits Wire { get; init; } = new();

    /// <summary>Frames that the broker hands out per participant before the first is acknowledged; at least 1.</summary>
    public ushort Prefetch { get; init; } = 16;

    /// <summary>Wait before the first attempt to connect again; doubled for each further one. More than zero.</summary>
    public TimeSpan InitialBackOff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait between two attempts to connect; at least <see cref="InitialBackOff"/>.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time without a broker, also at the beginning, before the run fails; more than zero.</summary>
    public TimeSpan MaxOutage { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After so long without a sign of life a connection counts as lost; 1 s to 1 h.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After so long without a node the broker forgets the mailboxes of a run that was left; 1 min to 49 days.</summary>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Times that a message is handed out again, after connections were lost, before it is set aside as a dead letter; at least 1.</summary>
    public int MaxRedeliveries { get; init; } = 20;

    /// <summary>Dead letters kept per run; the oldest go first. At least 1.</summary>
    public int MaxDeadLetters { get; init; } = 1000;

    /// <summary>Control messages that a participant's control mailbox holds before their senders wait; at least 1.</summary>
    public int ControlCapacity { get; init; } = 1024;

    /// <summary>Checks the bounds above.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public void Validate()
    {
        Require(Broker.IsAbsoluteUri && Broker.Scheme is "amqp" or "amqps", $"{nameof(Broker)} is '{Shown}'; it must be of the form amqps://user:password@host:port/vhost.");
        Require(Prefix.Length is >= 1 and <= MaxPrefixLength, $"{nameof(Prefix)} is {Prefix.Length} characters long; it must be in [1, {MaxPrefixLength}].");
        Require(Prefetch >= 1, $"{nameof(Prefetch)} is 0; it must be at least 1 (0 would be no limit).");
        Require(InitialBackOff > TimeSpan.Zero, $"{nameof(InitialBackOff)} is {InitialBackOff}; it must be more than zero.");
        Require(MaxBackOff >= InitialBackOff, $"{nameof(MaxBackOff)} is {MaxBackOff}; it must be at least {nameof(InitialBackOff)}, {InitialBackOff}.");
        Require(MaxOutage > TimeSpan.Zero, $"{nameof(MaxOutage)} is {MaxOutage}; it must be more than zero.");
        Require(Heartbeat >= TimeSpan.FromSeconds(1) && Heartbeat <= TimeSpan.FromHours(1), $"{nameof(Heartbeat)} is {Heartbeat}; it must be in [1 s, 1 h].");
        Require(Expiry >= TimeSpan.FromMinutes(1) && Expiry <= TimeSpan.FromDays(49), $"{nameof(Expiry)} is {Expiry}; it must be in [1 min, 49 days].");
        Require(MaxRedeliveries >= 1, $"{nameof(MaxRedeliveries)} is {MaxRedeliveries}; it must be at least 1.");
        Require(MaxDeadLetters >= 1, $"{nameof(MaxDeadLetters)} is {MaxDeadLetters}; it must be at least 1.");
        Require(ControlCapacity >= 1, $"{nameof(ControlCapacity)} is {ControlCapacity}; it must be at least 1.");
        Wire.Validate();
    }

    /// <summary>The broker's address without the password, for messages to people.</summary>
    internal string Shown => Broker.IsAbsoluteUri ? $"{Broker.Scheme}://{Broker.Host}:{Broker.Port}{Broker.AbsolutePath}" : "not an absolute address";

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
