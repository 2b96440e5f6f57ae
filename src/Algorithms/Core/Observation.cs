using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Core;

/// <summary>Something a participant tells the run's observer. Observations are read by people and reports, never by algorithms.</summary>
public abstract record Observation;

/// <summary>One measured number of a step.</summary>
/// <param name="Name">What it is: one of <see cref="MeasureNames"/> or an algorithm's own kebab-case name.</param>
/// <param name="Value">Its value; the unit is part of the name's definition.</param>
public readonly record struct Measure(string Name, double Value);

/// <summary>Names of measures that every report understands.</summary>
public static class MeasureNames
{
    /// <summary>Sum over the workers of their upper-level losses.</summary>
    public const string UpperObjective = "upper-objective";

    /// <summary>Sum over the workers of their middle-level losses, where there are three levels.</summary>
    public const string MiddleObjective = "middle-objective";

    /// <summary>Sum over the workers of their lower-level losses; of their losses where there is one level.</summary>
    public const string LowerObjective = "lower-objective";

    /// <summary>Euclidean norm of the algorithm's optimality residual; the algorithm's notes say which.</summary>
    public const string StationarityGap = "stationarity-gap";

    /// <summary>Payload bytes of the workers' reports that entered the steps so far, where the algorithm counts them.</summary>
    public const string UplinkBytes = "uplink-bytes";

    /// <summary>Cutting planes in force.</summary>
    public const string Planes = "planes";
}

/// <summary>The master made a step.</summary>
public sealed record StepObserved : Observation
{
    /// <summary>Number of the step, from 1.</summary>
    public required long Step { get; init; }

    /// <summary>Workers whose reports entered it, ascending.</summary>
    public required ImmutableArray<int> Active { get; init; }

    /// <summary>Staleness of each active worker's report, in master steps, in the order of <see cref="Active"/>; at least 0.</summary>
    public required ImmutableArray<int> Staleness { get; init; }

    /// <summary>Workers neither lost nor stopped.</summary>
    public required int WorkersAlive { get; init; }

    /// <summary>Numbers measured in this step; often empty.</summary>
    public required ImmutableArray<Measure> Measures { get; init; }
}

/// <summary>Numbers measured after a step, at a barrier.</summary>
/// <param name="Step">Master steps made so far.</param>
/// <param name="Measures">What was measured.</param>
public sealed record MeasuresObserved(long Step, ImmutableArray<Measure> Measures) : Observation;

/// <summary>The model as it stands after a step: for test metrics, checkpoints and the final result.</summary>
public sealed record ModelObserved : Observation
{
    /// <summary>Master steps made so far.</summary>
    public required long Step { get; init; }

    /// <summary>Upper variable; length n. Empty where there is one level, whose variable is <see cref="Lower"/>.</summary>
    public required FlatVector Upper { get; init; }

    /// <summary>Middle variable of three levels; null where there are fewer.</summary>
    public FlatVector? Middle { get; init; }

    /// <summary>Lower variable; length m.</summary>
    public required FlatVector Lower { get; init; }

    /// <summary>The participants' own models where this is their mean, ascending; empty where there is one model only.</summary>
    public ImmutableArray<ModelObserved> Locals { get; init; } = [];
}

/// <summary>What the master noticed about a worker.</summary>
public enum WorkerChange
{
    /// <summary>It asked for its state: it is new or was rebuilt.</summary>
    Joined,

    /// <summary>It did not answer in time and was asked again.</summary>
    AskedAgain,

    /// <summary>It did not answer for so long that the run goes on without it.</summary>
    Lost,

    /// <summary>A lost worker answered again.</summary>
    Returned,
}

/// <summary>A worker joined, fell silent, was lost or came back.</summary>
/// <param name="Worker">Its index.</param>
/// <param name="Change">What happened.</param>
/// <param name="Step">Master steps made by then.</param>
public sealed record WorkerObserved(int Worker, WorkerChange Change, long Step) : Observation;
