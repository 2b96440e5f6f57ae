using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace ActorFed.Host.Cluster;

/// <summary>What carries messages between the nodes of a cluster.</summary>
internal enum NodeEngine
{
    [JsonStringEnumMemberName("rabbitmq")]
    RabbitMq,

    Akka,
}

/// <summary>How a process takes part in a cluster.</summary>
internal sealed record NodeOptions : IValidatableObject
{
    /// <summary>Null: the machine's name.</summary>
    public required string? Name { get; init; }

    public required NodeEngine Engine { get; init; }

    /// <summary>Null: its cores.</summary>
    [Range(0.001, 1_000_000d)]
    public required double? Capacity { get; init; }

    public required TimeSpan HeartbeatEvery { get; init; }

    public required TimeSpan SuspectAfter { get; init; }

    [Range(1, 1_000_000)]
    public required int MovesAtATime { get; init; }

    public required TimeSpan DrainWithin { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Name is { } name && (name.Length > 100 || name.Length == 0 || name.Any(char.IsWhiteSpace) || name.Any(char.IsControl)))
        {
            yield return new ValidationResult($"is '{Name}'; it must be 1 to 100 characters without blanks.", [nameof(Name)]);
        }

        if (HeartbeatEvery < TimeSpan.FromMilliseconds(50) || HeartbeatEvery > TimeSpan.FromMinutes(1))
        {
            yield return new ValidationResult("must be at least 50ms and at most 1m.", [nameof(HeartbeatEvery)]);
        }

        if (SuspectAfter < 3 * HeartbeatEvery || SuspectAfter > TimeSpan.FromMinutes(10))
        {
            yield return new ValidationResult("must be at least three times node.heartbeat-every, since one may come late, and at most 10m.", [nameof(SuspectAfter)]);
        }

        if (DrainWithin < TimeSpan.FromSeconds(1) || DrainWithin > TimeSpan.FromHours(1))
        {
            yield return new ValidationResult("must be at least 1s and at most 1h.", [nameof(DrainWithin)]);
        }
    }
}
