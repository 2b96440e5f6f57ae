using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>
/// Where the broker is, how to speak with it, whom to believe, and how much is asked of it. It holds no password: that comes from a file
/// or the environment. All nodes of a run must have the same prefix, expiry and limits.
/// </summary>
public sealed record RabbitMqOptions : IValidatableObject
{
    private const int MaxPrefixLength = 60;

    /// <summary>Name or address of the broker's machine.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>Port; 1 to 65535. Brokers mostly speak in clear on 5672, and encrypted on 5671.</summary>
    [Range(1, 65_535)]
    public required int Port { get; init; }

    /// <summary>The virtual host; it must exist.</summary>
    [Required]
    public required string VirtualHost { get; init; }

    /// <summary>Who signs in.</summary>
    [Required]
    public required string User { get; init; }

    /// <summary>File whose first line is the password; null: the environment has it.</summary>
    public required string? PasswordFile { get; init; }

    /// <summary>Whether the connections are encrypted, and the broker's certificate verified. On this very machine they need not be.</summary>
    public required TlsMode Tls { get; init; }

    /// <summary>File (PEM) with the certificate of the authority to trust; null: those that the machine trusts.</summary>
    public required string? RootCertificate { get; init; }

    /// <summary>Whether frames are only believed of those who may speak for their sender.</summary>
    public required bool VerifySender { get; init; }

    /// <summary>The user whose frames may speak for any participant; null: <see cref="User"/>, as on a node. Edge workers name the nodes' user.</summary>
    public required string? NodeUser { get; init; }

    /// <summary>For which participants the frames of other users may speak.</summary>
    public required ImmutableDictionary<string, ImmutableArray<ParticipantId>> EdgeUsers { get; init; }

    /// <summary>Begins the names of all queues, so that systems can share a virtual host; 1 to 60 characters, without dots.</summary>
    public string Prefix { get; init; } = "actorfed";

    /// <summary>How large messages, chunks and incomplete messages may be.</summary>
    public WireLimits Wire { get; init; } = new();

    /// <summary>Frames that the broker hands out per participant before the first is acknowledged; 1 to 65535.</summary>
    [Range(1, ushort.MaxValue)]
    public int Prefetch { get; init; } = 16;

    /// <summary>Wait before the first attempt to connect again; doubled for each further one. More than zero.</summary>
    public TimeSpan InitialBackOff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait between two attempts to connect; at least <see cref="InitialBackOff"/>.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time without a broker, once it was there, before the run fails; more than zero.</summary>
    public TimeSpan MaxOutage { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// After so long without a sign of life a connection counts as lost, at the broker after two to three times as long; also the longest wait for
    /// one. 1 s to 1 h.
    /// </summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>After so long without a node the broker forgets the mailboxes of a run that was left; 1 min to 49 days.</summary>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Times that a message is handed out again, after connections were lost, before it is set aside as a dead letter; at least 1.</summary>
    [Range(1, int.MaxValue)]
    public int MaxRedeliveries { get; init; } = 20;

    /// <summary>Dead letters kept per run; the oldest go first. At least 1.</summary>
    [Range(1, int.MaxValue)]
    public int MaxDeadLetters { get; init; } = 1000;

    /// <summary>Control messages that a participant's control mailbox holds before their senders wait; at least 1.</summary>
    [Range(1, int.MaxValue)]
    public int ControlCapacity { get; init; } = 1024;

    /// <summary>Whether this is an edge worker, which may not make other mailboxes than its own.</summary>
    public bool IsEdge => NodeUser is not null && NodeUser != User;

    /// <summary>Whether the connections are encrypted.</summary>
    public bool IsEncrypted => Tls switch
    {
        TlsMode.VerifyUnlessLoopback => !HostName.IsLoopback(Host),
        _ => Tls != TlsMode.Off,
    };

    /// <summary>The broker in words, without credentials.</summary>
    internal string Place => $"the broker at {Host}:{Port}, virtual host '{VirtualHost}'";

    /// <summary>Checks the bounds above.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public void Validate()
    {
        List<ValidationResult> faults = [];
        if (!Validator.TryValidateObject(this, new ValidationContext(this), faults, validateAllProperties: true))
        {
            throw new ArgumentException(string.Join(' ', faults.Select(fault => $"{string.Join(", ", fault.MemberNames)}: {fault.ErrorMessage}")));
        }

        Wire.Validate();
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!HostName.IsOne(Host) || Host.Contains('/', StringComparison.Ordinal))
        {
            yield return new ValidationResult(HostName.Refusal, [nameof(Host)]);
        }

        if (Prefix.Length is 0 or > MaxPrefixLength || Prefix.Contains('.', StringComparison.Ordinal))
        {
            yield return new ValidationResult($"must have 1 to {MaxPrefixLength} characters, and no dot.", [nameof(Prefix)]);
        }

        if (MaxBackOff < InitialBackOff)
        {
            yield return new ValidationResult("must be at least broker.initial-back-off.", [nameof(MaxBackOff)]);
        }

        (TimeSpan Duration, TimeSpan Min, TimeSpan Max, string Limits, string Name)[] durations =
        [
            (InitialBackOff, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), "1ms, and at most 1d", nameof(InitialBackOff)),
            (MaxBackOff, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), "1ms, and at most 1d", nameof(MaxBackOff)),
            (MaxOutage, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(49), "1ms, and at most 49d", nameof(MaxOutage)),
            (Heartbeat, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "1s, and at most 1h", nameof(Heartbeat)),
            (Expiry, TimeSpan.FromMinutes(1), TimeSpan.FromDays(49), "1m, and at most 49d", nameof(Expiry)),
        ];
        foreach ((TimeSpan duration, TimeSpan min, TimeSpan max, string limits, string name) in durations)
        {
            if (duration < min || duration > max)
            {
                yield return new ValidationResult($"must be at least {limits}.", [name]);
            }
        }
    }
}
