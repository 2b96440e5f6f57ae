using System.Collections.Immutable;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Runs;

/// <summary>How a run stands at one moment: what the live view shows.</summary>
internal sealed record RunProgress
{
    public required long Step { get; init; }

    /// <summary>Time since the run began; virtual in a simulation.</summary>
    public required TimeSpan At { get; init; }

    public double? Upper { get; init; }

    public double? Lower { get; init; }

    public double? Gap { get; init; }

    public double? Planes { get; init; }

    /// <summary>Largest staleness over the run so far, in master steps.</summary>
    public int MaxStaleness { get; init; }

    /// <summary>Mean staleness over the run so far, in master steps.</summary>
    public double MeanStaleness { get; init; }

    public int WorkersAlive { get; init; }

    public long Restarts { get; init; }

    public long AskedAgain { get; init; }

    /// <summary>Messages dropped as protocol violations.</summary>
    public long Violations { get; init; }

    /// <summary>Null when the engine does not tell while it runs.</summary>
    public long? BytesSent { get; init; }

    public ImmutableArray<Measure> TestMetrics { get; init; } = [];

    /// <summary>The upper objective over the run so far, evenly spread.</summary>
    public ImmutableArray<double> UpperTrace { get; init; } = [];

    /// <summary>Nodes that carry it out, by name; empty where a single process does.</summary>
    public ImmutableArray<NodeShare> Nodes { get; init; } = [];
}

/// <summary>A node's share of a run.</summary>
/// <param name="Name">The node.</param>
/// <param name="IsWell">Whether it is alive, and takes participants.</param>
/// <param name="Participants">Those that it hosts, or hosted when it was heard of last.</param>
internal sealed record NodeShare(string Name, bool IsWell, ImmutableArray<string> Participants);
