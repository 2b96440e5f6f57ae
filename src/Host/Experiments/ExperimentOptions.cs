using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph.Attacks;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Experiments;

/// <summary>An experiment, bound and checked. Every key stands in hocon/reference.conf with its default, unit and meaning.</summary>
internal sealed record ExperimentOptions : IValidatableObject
{
    /// <summary>What a timer of the platform can hold is a little more.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    public required string Algorithm { get; init; }

    public required string Problem { get; init; }

    public required ulong Seed { get; init; }

    [Range(1, 1_000_000)]
    public required int Workers { get; init; }

    /// <summary>What the run remembers of its plug-ins; one line each.</summary>
    public required ImmutableArray<string> Plugins { get; init; }

    public required OracleOptions Oracle { get; init; }

    public required RunOptions Run { get; init; }

    public required StopOptions Stop { get; init; }

    public required ParticipationOptions Participation { get; init; }

    public required GraphOptions Graph { get; init; }

    public required PatienceOptions Patience { get; init; }

    public required SupervisionPolicy Supervision { get; init; }

    public required EngineOptions Engine { get; init; }

    public required SimulationOptions Simulation { get; init; }

    public required DataOptions Data { get; init; }

    /// <summary>Which rows of its shard a worker uses.</summary>
    public required RowSelection Selection { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Participation.Policy == ParticipationPolicyKind.Asynchronous && Participation.MinActive > Workers)
        {
            yield return new ValidationResult(
                $"is {Participation.MinActive}; it must be between 1 and {Workers} (the number of workers).",
                ["Participation.MinActive"]);
        }

        if (Participation is { Policy: ParticipationPolicyKind.Synchronous, Cohort: int cohort } && cohort > Workers)
        {
            yield return new ValidationResult($"is {cohort}; it must be between 1 and {Workers} (the number of workers), or none for all.", ["Participation.Cohort"]);
        }

        if (Participation.Policy == ParticipationPolicyKind.Buffered && Participation.Concurrency > Workers)
        {
            yield return new ValidationResult(
                $"is {Participation.Concurrency}; it must be between 1 and {Workers} (the number of workers).", ["Participation.Concurrency"]);
        }

        if (Participation.Policy == ParticipationPolicyKind.Buffered && Participation.Buffer > Participation.Concurrency)
        {
            yield return new ValidationResult(
                $"is {Participation.Buffer}; it must be between 1 and {Participation.Concurrency} (participation.concurrency).", ["Participation.Buffer"]);
        }

        if (Simulation.Stragglers.Count > Workers)
        {
            yield return new ValidationResult($"is {Simulation.Stragglers.Count}; it must be at most {Workers} (the number of workers).", ["Simulation.Stragglers.Count"]);
        }

        if (Graph.Attackers > 0 && Graph.Attackers >= Workers)
        {
            yield return new ValidationResult($"is {Graph.Attackers}; it must be less than {Workers} (the number of participants).", ["Graph.Attackers"]);
        }

        if (Graph.Attackers > 0 && Graph.Attack.Kind == AttackKind.None)
        {
            yield return new ValidationResult(
                $"is {Graph.Attackers}, and graph.attack.kind is none; say what they do, such as graph.attack.kind = gaussian, or set graph.attackers = 0.",
                ["Graph.Attackers"]);
        }

        if (Graph.Attackers == 0 && Graph.Attack.Kind != AttackKind.None)
        {
            yield return new ValidationResult(
                "is set, and graph.attackers is 0; say how many attack, such as graph.attackers = 1, or set graph.attack.kind = none.", ["Graph.Attack.Kind"]);
        }

        if (Patience.LostAfter < 2 * Patience.AskAgainAfter)
        {
            yield return new ValidationResult("must be at least twice patience.ask-again-after.", ["Patience.LostAfter"]);
        }

        if (Supervision.MaxBackOff < Supervision.InitialBackOff)
        {
            yield return new ValidationResult("must be at least supervision.initial-back-off.", ["Supervision.MaxBackOff"]);
        }

        (TimeSpan Duration, TimeSpan Max, string Member)[] durations =
        [
            (Run.SnapshotEvery, LongestTimer, "Run.SnapshotEvery"),
            (Patience.AskAgainAfter, LongestTimer, "Patience.AskAgainAfter"),
            (Supervision.Window, LongestTimer, "Supervision.Window"),
            (Supervision.InitialBackOff, LongestTimer, "Supervision.InitialBackOff"),
            (Supervision.MaxBackOff, LongestTimer, "Supervision.MaxBackOff"),
            (Engine.SendTimeout, TimeSpan.FromDays(1), "Engine.SendTimeout"),
            (Stop.WallTime ?? LongestTimer, LongestTimer, "Stop.WallTime"),
        ];
        foreach ((TimeSpan duration, TimeSpan max, string member) in durations)
        {
            if (duration <= TimeSpan.Zero || duration > max)
            {
                yield return new ValidationResult($"must be more than zero and at most {max.TotalDays:0}d, such as 500ms or 2s.", [member]);
            }
        }
    }
}

/// <summary>Where a run leaves what, and how often.</summary>
internal sealed record RunOptions
{
    /// <summary>Null: runs/ and the run's id.</summary>
    public required string? Folder { get; init; }

    public required TimeSpan SnapshotEvery { get; init; }

    [Range(1, int.MaxValue)]
    public required int ModelEvery { get; init; }

    [Range(1, int.MaxValue)]
    public required int RecordEvery { get; init; }

    public required bool RecordDeliveries { get; init; }
}

/// <summary>When a run ends.</summary>
internal sealed record StopOptions
{
    [Range(1L, long.MaxValue)]
    public required long Steps { get; init; }

    public required TimeSpan? WallTime { get; init; }

    [Range(0d, double.MaxValue)]
    public required double Gap { get; init; }
}

internal enum ParticipationPolicyKind
{
    Synchronous,
    Asynchronous,
    Buffered,
}

/// <summary>When the master steps.</summary>
internal sealed record ParticipationOptions
{
    public required ParticipationPolicyKind Policy { get; init; }

    [Range(1, int.MaxValue)]
    public required int MinActive { get; init; }

    [Range(1, int.MaxValue)]
    public required int StalenessBound { get; init; }

    /// <summary>Workers of a synchronous round; null: all.</summary>
    [Range(1, int.MaxValue)]
    public required int? Cohort { get; init; }

    public required CohortSampling Sampling { get; init; }

    [Range(0d, 1d)]
    public required double LeastAvailability { get; init; }

    [Range(1, int.MaxValue)]
    public required int Buffer { get; init; }

    [Range(1, int.MaxValue)]
    public required int Concurrency { get; init; }

    public required Refill Refill { get; init; }

    public required Pick Pick { get; init; }

    public IParticipationPolicy ToPolicy(ulong seed) => Policy switch
    {
        ParticipationPolicyKind.Asynchronous => new AsynchronousParticipation(MinActive, StalenessBound),
        ParticipationPolicyKind.Buffered => new BufferedParticipation
        {
            Buffer = Buffer,
            Concurrency = Concurrency,
            Refill = Refill,
            Pick = Pick,
            Seed = seed,
        },
        _ when Cohort is int size => new CohortParticipation { Size = size, Sampling = Sampling, LeastAvailability = LeastAvailability, Seed = seed },
        _ => new SynchronousParticipation(),
    };
}

/// <summary>How long the master waits for a silent worker.</summary>
internal sealed record PatienceOptions
{
    public required TimeSpan AskAgainAfter { get; init; }

    public required TimeSpan LostAfter { get; init; }

    public required OnLoss OnLoss { get; init; }
}

internal enum EngineKind
{
    InProcess,
    Simulation,

    [JsonStringEnumMemberName("rabbitmq")]
    RabbitMq,

    Akka,
}

/// <summary>What hosts the participants.</summary>
internal sealed record EngineOptions
{
    public required EngineKind Kind { get; init; }

    [Range(1, 1_000_000)]
    public required int MailboxCapacity { get; init; }

    public required TimeSpan SendTimeout { get; init; }

    /// <summary>Participants that no node hosts, since other programs serve them.</summary>
    public required ImmutableArray<ParticipantId> External { get; init; }
}

/// <summary>Which data, and how it is split.</summary>
internal sealed record DataOptions
{
    public required string Set { get; init; }

    /// <summary>Concatenate training and test file and cut again after this many rows; null: as published.</summary>
    [Range(1, int.MaxValue)]
    public required int? RecutAt { get; init; }

    /// <summary>Characters in a row of a text.</summary>
    [Range(1, 1000)]
    public required int TextContext { get; init; }

    public required ShardingOptions Sharding { get; init; }

    public required SyntheticDigitsSize SyntheticDigits { get; init; }

    public required GaussianMixtureSize GaussianMixture { get; init; }
}

/// <summary>How many digits to draw.</summary>
internal sealed record SyntheticDigitsSize
{
    [Range(1, 10_000_000)]
    public required int TrainRows { get; init; }

    [Range(1, 10_000_000)]
    public required int TestRows { get; init; }
}

/// <summary>How many samples to draw, and from which mixture.</summary>
internal sealed record GaussianMixtureSize
{
    [Range(1, 10_000_000)]
    public required int TrainRows { get; init; }

    [Range(1, 10_000_000)]
    public required int TestRows { get; init; }

    [Range(2, 1000)]
    public required int Classes { get; init; }

    [Range(1, 100_000)]
    public required int Features { get; init; }

    [Range(0d, 1e6)]
    public required double Separation { get; init; }

    [Range(0d, 1e6)]
    public required double Noise { get; init; }
}
