using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using ActorFed.Engines.Simulation.Faults;

namespace ActorFed.Host.Experiments;

internal enum FaultProfileName
{
    None,
    Light,
    Heavy,
}

/// <summary>What goes wrong in a simulation. A key that is none is as the profile says.</summary>
internal sealed record FaultOptions : IValidatableObject
{
    public required FaultProfileName Profile { get; init; }

    public required ImmutableArray<string> Plan { get; init; }

    public required TimeSpan? Until { get; init; }

    public required double? Loss { get; init; }

    public required double? Duplication { get; init; }

    public required double? Reordering { get; init; }

    public required double? Corruption { get; init; }

    public required double? NanPoison { get; init; }

    public required double? HugePoison { get; init; }

    public required double? LengthPoison { get; init; }

    public required double? Replay { get; init; }

    public required double? Forgery { get; init; }

    public required TimeSpan? MinDelay { get; init; }

    public required TimeSpan? MaxDelay { get; init; }

    public required int? Crashes { get; init; }

    public required int? MasterCrashes { get; init; }

    public required int? NodeCrashes { get; init; }

    public required int? Pauses { get; init; }

    public required int? Partitions { get; init; }

    public required int? OneWayPartitions { get; init; }

    public required int? PartialPartitions { get; init; }

    public required int? SlowDisks { get; init; }

    public required int? FailedWrites { get; init; }

    public required int? TornWrites { get; init; }

    public required int? FlippedBits { get; init; }

    public required int? ClockSkews { get; init; }

    public required TimeSpan? MinDuration { get; init; }

    public required TimeSpan? MaxDuration { get; init; }

    public required TimeSpan? MaxWriteTime { get; init; }

    public required TimeSpan? MaxClockOffset { get; init; }

    public required double? MaxClockRate { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Problem(() => ToProfile().Validate()) is string outOfRange)
        {
            yield return new ValidationResult($"cannot be drawn: {KeyWords.InKeys(outOfRange, "simulation.faults", typeof(FaultOptions))}");
        }

        if (Problem(() => FaultPlan.Parse(Plan)) is string unreadable)
        {
            yield return new ValidationResult($"has an error. {unreadable}");
        }
    }

    /// <summary>What goes wrong in a run: what is planned, and what is drawn.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="placement">Its participants, and on which node each of them is.</param>
    /// <param name="maxViolations">Violations at which a sender is stopped.</param>
    public IFaultSource ToSource(ulong seed, IReadOnlyList<(ParticipantId Participant, int Node)> placement, int maxViolations) =>
        new PlannedFaults(FaultPlan.Parse(Plan), new DrawnFaults(ToProfile(), seed, placement, maxViolations));

    /// <summary>Why the plan does not fit a run, with the fault and what is allowed; null when it does.</summary>
    /// <param name="placement">The run's participants, and on which node each of them is.</param>
    public string? ObjectionTo(IReadOnlyList<(ParticipantId Participant, int Node)> placement) =>
        Problem(() => FaultPlan.Parse(Plan).Validate(placement));

    /// <summary>Whether a disk may be slow, fail a write or damage a snapshot.</summary>
    public bool HasDiskFaults() => ToProfile() is { SlowDisks: > 0 } or { FailedWrites: > 0 } or { TornWrites: > 0 } or { FlippedBits: > 0 }
        || FaultPlan.Parse(Plan).Faults.Any(fault => fault is SlowDisk or FailedWrite or TornWrite or FlippedBit);

    /// <summary>The profile with what is set here in place of what it says.</summary>
    public FaultProfile ToProfile()
    {
        FaultProfile profile = Profile switch
        {
            FaultProfileName.Light => FaultProfile.Light,
            FaultProfileName.Heavy => FaultProfile.Heavy,
            _ => FaultProfile.None,
        };
        return new FaultProfile
        {
            Until = Until ?? profile.Until,
            Loss = Loss ?? profile.Loss,
            Duplication = Duplication ?? profile.Duplication,
            Reordering = Reordering ?? profile.Reordering,
            Corruption = Corruption ?? profile.Corruption,
            NanPoison = NanPoison ?? profile.NanPoison,
            HugePoison = HugePoison ?? profile.HugePoison,
            LengthPoison = LengthPoison ?? profile.LengthPoison,
            Replay = Replay ?? profile.Replay,
            Forgery = Forgery ?? profile.Forgery,
            MinDelay = MinDelay ?? profile.MinDelay,
            MaxDelay = MaxDelay ?? profile.MaxDelay,
            Crashes = Crashes ?? profile.Crashes,
            MasterCrashes = MasterCrashes ?? profile.MasterCrashes,
            NodeCrashes = NodeCrashes ?? profile.NodeCrashes,
            Pauses = Pauses ?? profile.Pauses,
            Partitions = Partitions ?? profile.Partitions,
            OneWayPartitions = OneWayPartitions ?? profile.OneWayPartitions,
            PartialPartitions = PartialPartitions ?? profile.PartialPartitions,
            SlowDisks = SlowDisks ?? profile.SlowDisks,
            FailedWrites = FailedWrites ?? profile.FailedWrites,
            TornWrites = TornWrites ?? profile.TornWrites,
            FlippedBits = FlippedBits ?? profile.FlippedBits,
            ClockSkews = ClockSkews ?? profile.ClockSkews,
            MinDuration = MinDuration ?? profile.MinDuration,
            MaxDuration = MaxDuration ?? profile.MaxDuration,
            MaxWriteTime = MaxWriteTime ?? profile.MaxWriteTime,
            MaxClockOffset = MaxClockOffset ?? profile.MaxClockOffset,
            MaxClockRate = MaxClockRate ?? profile.MaxClockRate,
        };
    }

    private static string? Problem(Action check)
    {
        try
        {
            check();
            return null;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            return wrong.Message;
        }
    }
}
