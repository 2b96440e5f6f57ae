using System.ComponentModel.DataAnnotations;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>Which graph the neighbours form, and how it is weighted.</summary>
public record TopologyOptions : IValidatableObject
{
    /// <summary>A name from <see cref="TopologyCatalog"/>.</summary>
    public string Topology { get; init; } = "ring";

    /// <summary>How edges are weighted.</summary>
    public WeightRule Weights { get; init; } = WeightRule.MetropolisHastings;

    /// <summary>w_ii under uniform weights, in [0, 1); null: as much as each neighbour's.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double? SelfWeight { get; init; }

    /// <summary>p of an Erdős–Rényi graph, in (0, 1].</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double EdgeProbability { get; init; } = 0.5;

    /// <summary>v, neighbours of everyone in regular graphs and, at first, in small worlds; at least 1.</summary>
    [Range(1, TopologyCatalog.MaxCount - 1)]
    public int Degree { get; init; } = 4;

    /// <summary>β, probability that an edge of a small world is moved, in [0, 1].</summary>
    [Range(0d, 1d)]
    public double RewireProbability { get; init; } = 0.1;

    /// <summary>Rows of a torus, a divisor of n; null: the one nearest to a square.</summary>
    [Range(2, TopologyCatalog.MaxCount / 2)]
    public int? Rows { get; init; }

    /// <summary>The static, undirected topology in which a random matching pairs neighbours.</summary>
    public string Base { get; init; } = "complete";

    /// <summary>Path of the file of a graph; null: none. Whoever opens it hands its content to <see cref="TopologyCatalog.Create"/>.</summary>
    public string? File { get; init; }

    /// <summary>Rules between options; whoever adds options of a graph adds theirs.</summary>
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TopologyCatalog.All.Any(entry => entry.Name == Topology))
        {
            yield return new ValidationResult($"must be one of {string.Join(", ", TopologyCatalog.All.Select(entry => entry.Name))}.", [nameof(Topology)]);
        }

        if (!TopologyCatalog.Bases.Any(entry => entry.Name == Base))
        {
            yield return new ValidationResult($"must be one of {string.Join(", ", TopologyCatalog.Bases.Select(entry => entry.Name))}.", [nameof(Base)]);
        }

        if (File is null && (Topology == "file" || (Topology == "random-matching" && Base == "file")))
        {
            yield return new ValidationResult("must name the file of the graph, since the topology is read from it.", [nameof(File)]);
        }

        if (Weights == WeightRule.Given && Topology != "file")
        {
            yield return new ValidationResult("must be another rule unless the topology is file; metropolis-hastings does for every graph.", [nameof(Weights)]);
        }
    }
}
