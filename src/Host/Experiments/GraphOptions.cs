using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Graph.Attacks;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Graph.Topologies;

namespace ActorFed.Host.Experiments;

/// <summary>What a step beyond its limit means.</summary>
internal enum StepCheckKind
{
    Auto,
    Warn,
    Off,
}

/// <summary>The graph that neighbours exchange on, for algorithms without a master, and how they exchange.</summary>
internal sealed record GraphOptions : TopologyOptions
{
    /// <summary>Topology of the upper variable; null: the same.</summary>
    public required string? UpperTopology { get; init; }

    /// <summary>Topology of the auxiliary variable; null: the same.</summary>
    public required string? AuxiliaryTopology { get; init; }

    [Range(0, 1_000_000)]
    public required int StalenessBound { get; init; }

    [Range(1, 1_000_000)]
    public required int SnapshotEvery { get; init; }

    public required bool EvaluateEach { get; init; }

    public required StepCheckKind StepCheck { get; init; }

    [Range(0, 1_000_000)]
    public required int Attackers { get; init; }

    public required CompressionOptions Compression { get; init; }

    public required AcceptanceOptions Acceptance { get; init; }

    public required AttackOptions Attack { get; init; }
}
