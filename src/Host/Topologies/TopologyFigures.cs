using System.Collections.Immutable;
using System.Globalization;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Host.Configuration;

namespace ActorFed.Host.Topologies;

/// <summary>What a topology comes to in numbers.</summary>
internal sealed record TopologyFigures
{
    /// <summary>Rounds measured together of a topology that changes and has no period.</summary>
    private const int RoundsTogether = 16;

    public required string Topology { get; init; }

    public required string Weights { get; init; }

    public required int Nodes { get; init; }

    /// <summary>Pairs of neighbours, or directed edges, that are ever used.</summary>
    public required int Edges { get; init; }

    public required bool IsDirected { get; init; }

    /// <summary>Fewest and most that anyone ever receives from.</summary>
    public required int MinDegree { get; init; }

    public required int MaxDegree { get; init; }

    public required bool IsSymmetric { get; init; }

    public required bool IsTimeVarying { get; init; }

    /// <summary>Rounds whose product <see cref="Rho"/> measures; 1 where weights never change.</summary>
    public required int Rounds { get; init; }

    /// <summary>Largest singular value of the product of these rounds, but for that of 1.</summary>
    public required double Rho { get; init; }

    /// <summary>1 − ρ, or per round 1 − ρ^(1 / rounds).</summary>
    public required double SpectralGap { get; init; }

    /// <summary>Null where weights change or are not symmetric.</summary>
    public required double? SecondEigenvalue { get; init; }

    public required double? SmallestEigenvalue { get; init; }

    public required int FloodRounds { get; init; }

    /// <summary>The same as pairs of name and value, for people.</summary>
    public ImmutableArray<(string Name, string Value)> Lines()
    {
        ImmutableArray<(string, string)>.Builder lines = ImmutableArray.CreateBuilder<(string, string)>();
        lines.Add(("weights", Weights));
        lines.Add(("nodes", $"{Nodes}"));
        lines.Add((IsDirected ? "directed edges" : "edges", $"{Edges}"));
        lines.Add((IsDirected ? "senders each" : "neighbours each", MinDegree == MaxDegree ? $"{MinDegree}" : $"{MinDegree} to {MaxDegree}"));
        lines.Add(("symmetric", IsSymmetric ? "yes" : "no"));
        if (IsTimeVarying)
        {
            lines.Add(("rounds measured", $"{Rounds}"));
            lines.Add(("their product's ρ", Show(Rho)));
        }

        lines.Add((IsTimeVarying ? "gap per round" : "spectral gap", Show(SpectralGap)));
        if (SmallestEigenvalue is double smallest && SecondEigenvalue is double second)
        {
            lines.Add(("second eigenvalue", Show(second)));
            lines.Add(("smallest eigenvalue", Show(smallest)));
        }

        lines.Add(("flood rounds", $"{FloodRounds}"));
        return lines.ToImmutable();
    }

    /// <summary>Measures a topology.</summary>
    public static TopologyFigures Of(Topology topology, TopologyOptions options)
    {
        int[] degrees = [.. Enumerable.Range(0, topology.Count).Select(i => topology.SendersTo(i).Length)];
        bool isDirected = Enumerable.Range(0, topology.Count).Any(i => !topology.SendersTo(i).SequenceEqual(topology.ReceiversOf(i)));
        int rounds = topology is PeriodicTopology periodic ? periodic.Period : topology.IsTimeVarying ? RoundsTogether : 1;
        Spectrum? spectrum = topology.IsTimeVarying ? null : Spectrum.Of(topology.At(0));
        double rho = spectrum?.Rho ?? Spectrum.RhoOf([.. Enumerable.Range(0, rounds).Select(round => topology.At(round))]);
        return new TopologyFigures
        {
            Topology = topology.Name,
            Weights = ScalarText.KebabCase(options.Weights.ToString()),
            Nodes = topology.Count,
            Edges = isDirected ? degrees.Sum() : degrees.Sum() / 2,
            IsDirected = isDirected,
            MinDegree = degrees.Min(),
            MaxDegree = degrees.Max(),
            IsSymmetric = topology.IsSymmetric,
            IsTimeVarying = topology.IsTimeVarying,
            Rounds = rounds,
            Rho = rho,
            SpectralGap = 1 - Math.Pow(rho, 1.0 / rounds),
            SecondEigenvalue = spectrum?.Second,
            SmallestEigenvalue = spectrum?.Smallest,
            FloodRounds = topology.FloodRounds,
        };
    }

    /// <summary>Six decimals, of small numbers six digits; rounding noise around 0 is 0.</summary>
    private static string Show(double value) => Math.Abs(value) is > 1e-9 and < 1e-3
        ? value.ToString("0.#####e+0", CultureInfo.InvariantCulture)
        : (Math.Round(value, 6) + 0.0).ToString("0.000000", CultureInfo.InvariantCulture);
}
