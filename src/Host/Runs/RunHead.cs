using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Runs;

/// <summary>What is known of a run before it starts.</summary>
internal sealed record RunHead
{
    public required string RunId { get; init; }

    public required string Algorithm { get; init; }

    public required string Problem { get; init; }

    public required string Engine { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Version of the program, with its commit.</summary>
    public required string Build { get; init; }

    /// <summary>File name, version and SHA-256 of each plug-in; empty when there is none.</summary>
    public ImmutableArray<string> Plugins { get; init; } = [];

    /// <summary>Number of workers, or of neighbours on a graph.</summary>
    public required int Workers { get; init; }

    /// <summary>Whether they are neighbours, whom nobody leads: then a step is a round.</summary>
    public bool IsGraph { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Text of <c>plan.conf</c>: the experiment with every key resolved.</summary>
    public required string Plan { get; init; }

    /// <summary>The command that makes the same run again.</summary>
    public required string Command { get; init; }

    /// <summary>Steps after which the run completes, where the experiment says so.</summary>
    public long? StepLimit { get; init; }

    /// <summary>Machine, runtime, thread counts and the like, in the order to show.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>How labels are spread over shards, where the problem has labels.</summary>
    public LabelHistogram? Labels { get; init; }

    /// <summary>Names of the classes that <see cref="Labels"/> counts; classes past the last name go by their number.</summary>
    public ImmutableArray<string> ClassNames { get; init; } = [];

    /// <summary>What the stationarity gap of this algorithm is the norm of, in a few words.</summary>
    public string GapDefinition { get; init; } = "norm of the optimality residual";

    /// <summary>Name of the file with this part's deliveries; null when they are not recorded.</summary>
    public string? Deliveries { get; init; }

    /// <summary>First 16 hexadecimal digits of the plan's SHA-256.</summary>
    public string PlanHash => HashOf(Plan);

    /// <summary>First 16 hexadecimal digits of a plan's SHA-256.</summary>
    public static string HashOf(string plan) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plan)))[..16];
}
