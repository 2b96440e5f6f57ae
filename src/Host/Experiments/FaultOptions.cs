using System.Collections.Immutable;
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

internal sealed record FaultOptions
{
    public required FaultProfileName Profile { get; init; }

    public required TimeSpan? Until { get; init; }

    public required ImmutableArray<string> Plan { get; init; }

    public FaultProfile ToProfile()
    {
        FaultProfile p = Profile switch { FaultProfileName.None => FaultProfile.None, FaultProfileName.Light => FaultProfile.Light, _ => FaultProfile.Heavy };
        return Until is TimeSpan u ? p with { Until = u } : p;
    }

    public IFaultSource ToSource(ulong seed, IReadOnlyList<(ParticipantId, int)> placement, int maxViolations) =>
        new PlannedFaults(FaultPlan.Parse(Plan), new DrawnFaults(ToProfile(), seed, placement, maxViolations));
}
