using System.ComponentModel.DataAnnotations;
using System.Net;

namespace ActorFed.Host.Health;

/// <summary>Where a node answers health probes.</summary>
internal sealed record HealthOptions : IValidatableObject
{
    /// <summary>Address that it listens on.</summary>
    [Required]
    public required string Address { get; init; }

    /// <summary>Port; 0: it does not listen.</summary>
    [Range(0, 65_535)]
    public required int Port { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IPAddress.TryParse(Address, out _))
        {
            yield return new ValidationResult(
                "must be an address of this machine such as 127.0.0.1, or 0.0.0.0 (:: with IPv6) for all of them.", [nameof(Address)]);
        }
    }
}
