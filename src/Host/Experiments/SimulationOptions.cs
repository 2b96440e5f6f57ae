using System.ComponentModel.DataAnnotations;
using ActorFed.Engines.Simulation;

namespace ActorFed.Host.Experiments;

/// <summary>What a simulation assumes about times and nodes.</summary>
internal sealed record SimulationOptions : IValidatableObject
{
    [Range(1, 1_000_000)]
    public required int Nodes { get; init; }

    public required ComputingOptions Computing { get; init; }

    public required LinkOptions Uplink { get; init; }

    public required LinkOptions Downlink { get; init; }

    public required StragglerOptions Stragglers { get; init; }

    public required AvailabilityOptions Availability { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? problem = null;
        try
        {
            ToTime().Validate();
        }
        catch (ArgumentException outOfRange)
        {
            problem = outOfRange.Message;
        }

        if (problem is not null)
        {
            yield return new ValidationResult(problem);
        }
    }

    public SimulatedTimeOptions ToTime() => new()
    {
        Computing = Computing,
        Uplink = Uplink,
        Downlink = Downlink,
        Stragglers = Stragglers,
        Availability = Availability,
    };
}
