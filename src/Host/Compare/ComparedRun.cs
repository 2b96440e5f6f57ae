using System.Collections.Immutable;

namespace ActorFed.Host.Compare;

/// <summary>How a run of a comparison ended.</summary>
internal enum ComparedOutcome
{
    /// <summary>By its stopping rule.</summary>
    Completed,

    /// <summary>At its limit of virtual time.</summary>
    TimeLimit,

    /// <summary>Stopped, since every target was reached.</summary>
    TargetsReached,

    /// <summary>The comparison was interrupted while it ran, or before.</summary>
    Interrupted,

    /// <summary>It failed, or could not be made.</summary>
    Failed,
}

/// <summary>One run: an experiment with one seed.</summary>
internal sealed record ComparedRun
{
    public required ulong Seed { get; init; }

    public required ComparedOutcome Outcome { get; init; }

    /// <summary>Why it ended so.</summary>
    public required string Reason { get; init; }

    /// <summary>Where it stood at its end.</summary>
    public Moment End { get; init; }

    /// <summary>Hash over all its events; null when it did not begin.</summary>
    public ulong? TraceHash { get; init; }

    /// <summary>What was measured, in the order of steps.</summary>
    public ImmutableArray<CurveRow> Rows { get; init; } = [];

    /// <summary>For each target of the comparison, the first moment at which it was reached, or null.</summary>
    public ImmutableArray<Moment?> Reached { get; init; } = [];

    /// <summary>Whether it came to its end, so that it counts in curves and in values at the end.</summary>
    public bool IsWhole => Outcome is ComparedOutcome.Completed or ComparedOutcome.TimeLimit or ComparedOutcome.TargetsReached;

    /// <summary>The newest value of a number, or null when it was never measured.</summary>
    public double? Last(string metric) => Rows.Reverse().Select(row => row.Find(metric)).FirstOrDefault(value => value is not null);
}
