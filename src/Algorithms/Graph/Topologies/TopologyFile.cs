using System.Collections.Immutable;
using System.Globalization;

namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>An edge of a file.</summary>
/// <param name="Line">Where it stands, from 1.</param>
/// <param name="I">One end.</param>
/// <param name="J">The other.</param>
/// <param name="Weight">w_ij, what i multiplies j's vector by; null: none is given.</param>
/// <param name="Back">w_ji; as w_ij where the line does not say.</param>
public sealed record FileEdge(int Line, int I, int J, double? Weight, double? Back);

/// <summary>A graph as plain text: an edge per line, <c>i j [w_ij [w_ji]]</c>; what follows a <c>#</c> is a comment; <c>nodes N</c> may say how many there are.</summary>
public sealed record TopologyFile
{
    /// <summary>Where it comes from, for errors.</summary>
    public required string Name { get; init; }

    /// <summary>N, as said or one more than the largest index.</summary>
    public required int Count { get; init; }

    /// <summary>The edges, in the order of the file.</summary>
    public required ImmutableArray<FileEdge> Edges { get; init; }

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The file's name, for errors.</param>
    /// <exception cref="ArgumentException">It is malformed; the message names file, line, value and what is expected.</exception>
    public static TopologyFile Parse(string text, string name)
    {
        List<FileEdge> edges = [];
        Dictionary<(int, int), int> lineOf = [];
        (int Count, int Line)? nodes = null;
        int number = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            number++;
            string line = raw.ToString();
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            Place place = new(name, number);
            if (words is ["nodes", ..])
            {
                place.Require(nodes is null, () => $"nodes was said on line {nodes!.Value.Line} already; say it once");
                place.Require(words.Length == 2, () => $"found '{line.Trim()}'; expected 'nodes N'");
                nodes = (place.Index(words[1], "the number of nodes", 1, TopologyCatalog.MaxCount), number);
            }
            else if (words.Length > 0)
            {
                FileEdge edge = Edge(words, line.Trim(), place);
                (int, int) key = edge.I < edge.J ? (edge.I, edge.J) : (edge.J, edge.I);
                place.Require(lineOf.TryAdd(key, number), () => $"the edge {edge.I} {edge.J} stands on line {lineOf[key]} already; write each edge once, with both weights if they differ");
                edges.Add(edge);
            }
        }

        int least = edges.Count == 0 ? 1 : edges.Max(edge => Math.Max(edge.I, edge.J)) + 1;
        if (nodes is (int said, int at) && said < least)
        {
            throw new ArgumentException($"{name}, line {at}: nodes is {said}, and an edge names node {least - 1}; nodes are numbered from 0, so it must be at least {least}.");
        }

        return new TopologyFile { Name = name, Count = nodes?.Count ?? least, Edges = [.. edges] };
    }

    /// <summary>The graph without its weights.</summary>
    /// <exception cref="ArgumentException">An edge has a weight, which would be ignored.</exception>
    public NeighbourGraph ToGraph()
    {
        if (Edges.FirstOrDefault(edge => edge.Weight is not null) is FileEdge weighted)
        {
            throw new ArgumentException($"{Name}, line {weighted.Line}: the edge {weighted.I} {weighted.J} has a weight; set Weights to Given, or leave the weights out.");
        }

        return NeighbourGraph.Undirected(Count, Edges.Select(edge => (edge.I, edge.J)));
    }

    /// <summary>The graph with the weights that are given.</summary>
    /// <exception cref="ArgumentException">An edge has none, or they are not doubly stochastic.</exception>
    public MixingMatrix ToMatrix()
    {
        List<Weight>[] rows = [.. Enumerable.Range(0, Count).Select(_ => new List<Weight>())];
        foreach (FileEdge edge in Edges)
        {
            if (edge is not { Weight: double weight, Back: double back })
            {
                throw new ArgumentException($"{Name}, line {edge.Line}: the edge {edge.I} {edge.J} has no weight; expected 'i j w_ij', since Weights is Given. "
                    + "Give all edges one, or none and take MetropolisHastings.");
            }

            Add(edge.I, edge.J, weight);
            Add(edge.J, edge.I, back);
        }

        try
        {
            return new MixingMatrix(rows);
        }
        catch (ArgumentException misfit)
        {
            throw new ArgumentException($"{Name}: {misfit.Message}", misfit);
        }

        void Add(int i, int j, double weight)
        {
            if (weight > 0)
            {
                rows[i].Add(new Weight(j, weight));
            }
        }
    }

    private static FileEdge Edge(string[] words, string line, Place place)
    {
        place.Require(words.Length is >= 2 and <= 4, () => $"found '{line}'; expected an edge 'i j [w_ij [w_ji]]', or 'nodes N'");
        int i = place.Index(words[0], "an end of the edge", 0, TopologyCatalog.MaxCount - 1);
        int j = place.Index(words[1], "an end of the edge", 0, TopologyCatalog.MaxCount - 1);
        place.Require(i != j, () => $"the edge {i} {j} joins a node to itself; leave it out, a node's own weight is what the others leave to 1");
        double? weight = words.Length > 2 ? place.Weight(words[2]) : null;
        double? back = words.Length > 3 ? place.Weight(words[3]) : weight;
        place.Require(weight is null || weight > 0 || back > 0, () => $"the edge {i} {j} weighs 0 in both directions; leave it out");
        return new FileEdge(place.Line, i, j, weight, back);
    }

    /// <summary>Where something stands.</summary>
    private readonly record struct Place(string File, int Line)
    {
        public void Require(bool holds, Func<string> otherwise)
        {
            if (!holds)
            {
                throw new ArgumentException($"{File}, line {Line}: {otherwise()}.");
            }
        }

        public int Index(string text, string what, int least, int most)
        {
            bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most;
            Require(isNumber, () => $"{what} is '{text}'; expected a whole number from {least} to {most}");
            return value;
        }

        public double Weight(string text)
        {
            bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1;
            Require(isNumber, () => $"a weight is '{text}'; expected a number from 0 to 1, such as 0.25");
            return value;
        }
    }
}
