using System.ComponentModel.DataAnnotations;
using ActorFed.Actors;

namespace ActorFed.Cluster.Postgres;

/// <summary>Where the database is, and how to speak with it. It holds no password: that comes from a file or the environment.</summary>
public sealed record PostgresOptions : IValidatableObject
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(1);

    /// <summary>Name or address of the machine, or the folder of a Unix socket.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>Port; 1 to 65535.</summary>
    [Range(1, 65_535)]
    public required int Port { get; init; }

    /// <summary>The database; it must exist.</summary>
    [Required]
    public required string Database { get; init; }

    /// <summary>Who signs in.</summary>
    [Required]
    public required string User { get; init; }

    /// <summary>File whose first line is the password; null: the environment has it, or none is needed.</summary>
    public required string? PasswordFile { get; init; }

    /// <summary>Whether the connection is encrypted, and the server's certificate verified.</summary>
    public required TlsMode Tls { get; init; }

    /// <summary>File (PEM) with the certificate of the authority to trust; null: those that the machine trusts.</summary>
    public required string? RootCertificate { get; init; }

    /// <summary>Longest wait for a connection; at least 1 s.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>Longest wait for an answer; at least 1 s.</summary>
    public required TimeSpan CommandTimeout { get; init; }

    /// <summary>How long a lost connection is tried to be made again before the run fails; zero: not at all.</summary>
    public required TimeSpan RetryFor { get; init; }

    /// <summary>Most connections of this process; at least 2.</summary>
    [Range(2, 1000)]
    public required int MaxConnections { get; init; }

    /// <summary>Whether the host is this machine.</summary>
    public bool IsLoopback => HostName.IsLoopback(Host);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!HostName.IsOne(Host))
        {
            yield return new ValidationResult(HostName.Refusal, [nameof(Host)]);
        }

        foreach ((TimeSpan timeout, string name) in ((TimeSpan, string)[])[(ConnectTimeout, nameof(ConnectTimeout)), (CommandTimeout, nameof(CommandTimeout))])
        {
            if (timeout < TimeSpan.FromSeconds(1) || timeout > MaxTimeout)
            {
                yield return new ValidationResult("must be at least 1s and at most 1d.", [name]);
            }
        }

        if (RetryFor < TimeSpan.Zero || RetryFor > MaxTimeout)
        {
            yield return new ValidationResult("must be at least 0s and at most 1d.", [nameof(RetryFor)]);
        }
    }
}
