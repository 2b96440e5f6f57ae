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

    public required FaultOptions Faults { get; init; }

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

    /// <summary>More oracle calls than any algorithm makes on one message.</summary>
    private const int ManyOracleCalls = 10_000;

    /// <summary>A time that an exchange of two messages exceeds once in a hundred million times, faults aside.</summary>
    public TimeSpan LongRoundTrip()
    {
        double factor = Stragglers.Count > 0 ? Math.Max(1, Stragglers.Factor) : 1;
        factor *= Computing.Factors.IsDefaultOrEmpty ? 1 : Math.Max(1, Computing.Factors.Max());
        TimeSpan oracles = ManyOracleCalls * Computing.PerOracleCall;
        TimeSpan away = Availability.Period * (1 - Availability.Share);
        return away + (factor * (oracles + Computing.Slowest + Long(Computing.Model, Computing.Median, Computing.Sigma, Computing.Tail) + Computing.Master
            + Long(Uplink.Model, Uplink.Median, Uplink.Sigma, Uplink.Tail) + Long(Downlink.Model, Downlink.Median, Downlink.Sigma, Downlink.Tail)));
    }

    private static TimeSpan Long(DurationModel model, TimeSpan median, double sigma, double tail) => model switch
    {
        DurationModel.Lognormal => median * Math.Exp(5.62 * sigma), // the normal quantile of 1 - 1e-8
        DurationModel.HeavyTail => median * Math.Pow(2e-8, -1 / tail),
        _ => median,
    };

    public SimulatedTimeOptions ToTime() => new()
    {
        Computing = Computing,
        Uplink = Uplink,
        Downlink = Downlink,
        Stragglers = Stragglers,
        Availability = Availability,
    };
}
