using System.Collections.Immutable;
using System.Text.Json;
using ActorFed.Algorithms.Graph.Topologies;

namespace ActorFed.Host.Verify;

/// <summary>Weights by round, as a vector file has them; every edge that is ever used is one of <paramref name="usual"/>.</summary>
/// <param name="usual">The weights of most rounds.</param>
/// <param name="others">Rounds with other weights.</param>
internal sealed class ScriptedTopology(MixingMatrix usual, IReadOnlyDictionary<long, MixingMatrix> others) : Topology
{
    private readonly StaticTopology _usual = new("scripted", usual);

    public override string Name => "scripted";

    public override int Count => usual.Count;

    public override bool IsTimeVarying => others.Count > 0;

    public override bool IsSymmetric => usual.IsSymmetric && others.Values.All(matrix => matrix.IsSymmetric);

    public override MixingMatrix At(long round) => others.GetValueOrDefault(round, usual);

    public override ImmutableArray<int> ReceiversOf(int i) => _usual.ReceiversOf(i);

    public override ImmutableArray<int> SendersTo(int i) => _usual.SendersTo(i);

    /// <summary>The matrix of a file, without the edge between two participants if they are named: its weight folds onto their own vectors.</summary>
    public static MixingMatrix Read(JsonElement rows, (int, int)? lost = null) => new([.. rows.EnumerateArray().Select((row, i) =>
        (IReadOnlyList<Weight>)[.. row.Doubles().Select((value, j) => new Weight(j, value)).Where(weight =>
            weight.Neighbour != i && weight.Value > 0 && (i, weight.Neighbour) != lost && (weight.Neighbour, i) != lost)])]);

    /// <summary>The complete graph with equal weights.</summary>
    public static MixingMatrix Complete(int count) => new([.. Enumerable.Range(0, count).Select(i =>
        (IReadOnlyList<Weight>)[.. Enumerable.Range(0, count).Where(j => j != i).Select(j => new Weight(j, 1.0 / count))])]);
}
