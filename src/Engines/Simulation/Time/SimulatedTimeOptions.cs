using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace ActorFed.Engines.Simulation;

/// <summary>The shape of a random duration.</summary>
public enum DurationModel
{
    /// <summary>Always the median.</summary>
    Constant,

    /// <summary>The time of an oracle call is measured on this machine before the simulation begins, and constant from then on.</summary>
    MeasuredOnce,

    /// <summary>The logarithm is normal, with the given median and standard deviation sigma.</summary>
    Lognormal,

    /// <summary>Pareto: the share 1 - (x₀ / x)^tail is shorter than x. A heavy tail: at or below 1 it has no mean.</summary>
    HeavyTail,

    /// <summary>Each worker is of one speed class for good; its times are uniform between the bounds of that class.</summary>
    Classes,
}

/// <summary>Workers of about the same speed.</summary>
public sealed record SpeedClass
{
    /// <summary>A worker is of this class with a probability of this, divided by the sum over the classes; at least 0.</summary>
    [Range(0d, 1e9)]
    public double Weight { get; init; } = 1;

    /// <summary>Shortest time that one of them computes on a message; at least zero.</summary>
    public TimeSpan Least { get; init; }

    /// <summary>Longest; at least the shortest.</summary>
    public TimeSpan Most { get; init; }
}

/// <summary>How long workers compute.</summary>
public sealed record ComputingOptions
{
    /// <summary>Shape of the time that a worker computes on one message.</summary>
    public DurationModel Model { get; init; } = DurationModel.Constant;

    /// <summary>Its median; at least zero.</summary>
    public TimeSpan Median { get; init; }

    /// <summary>σ of the logarithm, of a lognormal time; at least 0.</summary>
    [Range(0d, 10d)]
    public double Sigma { get; init; } = 1;

    /// <summary>Exponent of a heavy tail; more than 0.</summary>
    [Range(0.1, 100d)]
    public double Tail { get; init; } = 1.5;

    /// <summary>Factor of worker i, of the last one for all further workers; empty: 1 for all. Each at least 0.</summary>
    public ImmutableArray<double> Factors { get; init; } = [];

    /// <summary>The classes of <see cref="DurationModel.Classes"/>; others have none.</summary>
    public ImmutableArray<SpeedClass> Classes { get; init; } = [];

    /// <summary>Longest time of any class; zero when there is none.</summary>
    public TimeSpan Slowest => Classes.IsDefaultOrEmpty ? TimeSpan.Zero : Classes.Max(speed => speed.Most);

    /// <summary>Time of one oracle call, which every call made on a message adds to the above; at least zero. Unused by measured-once, which measures it.</summary>
    public TimeSpan PerOracleCall { get; init; }

    /// <summary>Time that the master computes on one message; at least zero.</summary>
    public TimeSpan Master { get; init; }
}

/// <summary>How long messages are under way in one direction.</summary>
public sealed record LinkOptions
{
    /// <summary>Shape of the delay of a message.</summary>
    public DurationModel Model { get; init; } = DurationModel.Constant;

    /// <summary>Its median; at least zero.</summary>
    public TimeSpan Median { get; init; } = TimeSpan.FromMicroseconds(10);

    /// <summary>σ of the logarithm, of a lognormal delay; at least 0.</summary>
    [Range(0d, 10d)]
    public double Sigma { get; init; } = 1;

    /// <summary>Exponent of a heavy tail; more than 0.</summary>
    [Range(0.1, 100d)]
    public double Tail { get; init; } = 1.5;

    /// <summary>Payload bytes carried per second, on top of the delay; null: they take no time.</summary>
    [Range(1L, long.MaxValue)]
    public long? BandwidthBytes { get; init; }
}

/// <summary>Which workers are slow.</summary>
public sealed record StragglerOptions
{
    /// <summary>How many; at least 0.</summary>
    [Range(0, int.MaxValue)]
    public int Count { get; init; }

    /// <summary>Factor of their computing time and of the delay of what they send; at least 0.</summary>
    [Range(0d, 1e6)]
    public double Factor { get; init; } = 4;

    /// <summary>Time after which others take over being slow; more than zero. Null: always the first ones.</summary>
    public TimeSpan? MovesEvery { get; init; }
}

/// <summary>When workers are there.</summary>
public sealed record AvailabilityOptions
{
    /// <summary>Share of each period in which a worker is there; more than 0, at most 1. At 1 it always is.</summary>
    [Range(0.001, 1d)]
    public double Share { get; init; } = 1;

    /// <summary>From one coming to the next; more than zero. Each worker's day begins at a moment of its own.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>How long everything takes in a simulation.</summary>
public sealed record SimulatedTimeOptions
{
    /// <summary>Computing.</summary>
    public ComputingOptions Computing { get; init; } = new();

    /// <summary>Messages to the master, and between neighbours.</summary>
    public LinkOptions Uplink { get; init; } = new();

    /// <summary>Messages from the master.</summary>
    public LinkOptions Downlink { get; init; } = new();

    /// <summary>Slow workers.</summary>
    public StragglerOptions Stragglers { get; init; } = new();

    /// <summary>Absent workers.</summary>
    public AvailabilityOptions Availability { get; init; } = new();

    /// <summary>Checks the bounds that no attribute can.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public void Validate()
    {
        foreach ((string key, TimeSpan duration) in (ReadOnlySpan<(string, TimeSpan)>)[
            ("computing.median", Computing.Median), ("computing.per-oracle-call", Computing.PerOracleCall), ("computing.master", Computing.Master),
            ("uplink.median", Uplink.Median), ("downlink.median", Downlink.Median)])
        {
            Require(duration >= TimeSpan.Zero && duration <= MaxDuration, $"{key} is {duration}; it must be in [0, {MaxDuration.TotalDays:0} days].");
        }

        foreach (double factor in Computing.Factors.IsDefault ? [] : Computing.Factors)
        {
            Require(double.IsFinite(factor) && factor >= 0, $"computing.factors has {factor}; each must be at least 0.");
        }

        RequireClasses();
        Require(!IsOfComputing(Uplink.Model) && !IsOfComputing(Downlink.Model),
            "uplink.model or downlink.model is measured-once or classes; only computing.model can be.");
        Require(Uplink.Median + Downlink.Median + Computing.Median + Computing.Slowest > TimeSpan.Zero || Computing.Model == DurationModel.MeasuredOnce,
            "uplink.median, downlink.median and computing.median are all 0; one must be more, or virtual time would stand still.");
        Require(Stragglers.MovesEvery is not { } every || every > TimeSpan.Zero,
            $"stragglers.moves-every is {Stragglers.MovesEvery}; it must be more than zero, or none.");
        Require(Availability.Period > TimeSpan.Zero && Availability.Period <= MaxDuration,
            $"availability.period is {Availability.Period}; it must be in (0, {MaxDuration.TotalDays:0} days].");
    }

    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(365);

    private static bool IsOfComputing(DurationModel model) => model is DurationModel.MeasuredOnce or DurationModel.Classes;

    private void RequireClasses()
    {
        ImmutableArray<SpeedClass> classes = Computing.Classes.IsDefault ? [] : Computing.Classes;
        Require((Computing.Model == DurationModel.Classes) == (classes.Length > 0),
            $"computing.model is {(classes.Length > 0 ? "not classes, and computing.classes are given" : "classes, and computing.classes is empty")}; both or neither.");
        foreach (SpeedClass speed in classes)
        {
            Require(speed.Least >= TimeSpan.Zero && speed.Most >= speed.Least && speed.Most <= MaxDuration,
                $"computing.classes has times from {speed.Least} to {speed.Most}; they must be in [0, {MaxDuration.TotalDays:0} days], the first one at most the second.");
        }

        Require(classes.Length == 0 || classes.Sum(speed => speed.Weight) > 0, "computing.classes has weights that are all 0; one must be more.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
