using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Cluster;

/// <summary>How a process takes part in a cluster of Akka.NET.</summary>
internal sealed partial record AkkaNodeOptions : IValidatableObject
{
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9-]{0,59}", ErrorMessage = "must have 1 to 60 letters, digits and dashes, and not begin with a dash.")]
    public required string Cluster { get; init; }

    public required string Host { get; init; }

    [Range(0, 65_535)]
    public required int Port { get; init; }

    /// <summary>Null: <see cref="Host"/>.</summary>
    public required string? BindHost { get; init; }

    /// <summary>Null: <see cref="Port"/>.</summary>
    [Range(0, 65_535)]
    public required int? BindPort { get; init; }

    public required ImmutableArray<string> Seeds { get; init; }

    public required ImmutableArray<Role> Roles { get; init; }

    public required AkkaTlsOptions Tls { get; init; }

    /// <summary>File with keys over those of akka.conf; null: none.</summary>
    public required string? Config { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!HostName.IsOne(Host))
        {
            yield return new ValidationResult(HostName.Refusal, [nameof(Host)]);
        }

        if (BindHost is { } bind && !HostName.IsOne(bind))
        {
            yield return new ValidationResult(HostName.Refusal, [nameof(BindHost)]);
        }

        if (Seeds.IsEmpty || Seeds.FirstOrDefault(seed => !Seed().IsMatch(seed)) is not null)
        {
            yield return new ValidationResult($"is [{string.Join(", ", Seeds)}]; it must name at least one node as host:port.", [nameof(Seeds)]);
        }

        if (Roles.IsEmpty)
        {
            yield return new ValidationResult("is empty; at least one of master, worker and neighbour must be able to live here.", [nameof(Roles)]);
        }
    }

    [GeneratedRegex("^[^:/@\\s]+:[0-9]{1,5}$")]
    private static partial Regex Seed();
}

/// <summary>Files in PEM format by which nodes know each other; all null: they talk in clear.</summary>
internal sealed record AkkaTlsOptions : IValidatableObject
{
    public required string? Certificate { get; init; }

    public required string? Key { get; init; }

    public required string? RootCertificate { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        int named = ((string?[])[Certificate, Key, RootCertificate]).Count(file => file is not null);
        if (named is not (0 or 3))
        {
            yield return new ValidationResult("certificate, key and root-certificate belong together: name all three, or none.");
        }
    }
}
