using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Tests.Graph;

/// <summary>Sends one number in each exchange of a round and adds the pull to it; counts its restarts.</summary>
internal sealed class ToyGraphRule(double start, int exchanges = 1, StreamKind kind = StreamKind.Iterate) : IGraphRule
{
    private double _value = start;

    public double Value => _value;

    /// <summary>Rounds at whose beginning it was restarted.</summary>
    public List<long> Restarts { get; } = [];

    public ImmutableArray<ImmutableArray<StreamSpec>> Exchanges { get; } =
        [.. Enumerable.Range(0, exchanges).Select(e => ImmutableArray.Create(new StreamSpec($"value-{e}", 1, StreamLevel.Lower, kind)))];

    public ImmutableArray<Measure> Measures => [];

    public FlatVector Upper => FlatVector.Empty;

    public FlatVector Lower => FlatVector.Of(_value);

    private bool IsRestarted { get; set; }

    public ImmutableArray<FlatVector> Prepare(long round, int exchange)
    {
        if (IsRestarted)
        {
            Restarts.Add(round);
            IsRestarted = false;
        }

        return [FlatVector.Of(_value)];
    }

    public void Absorb(long round, int exchange, ImmutableArray<FlatVector> pulls) => _value += pulls[0][0];

    public void Restart() => IsRestarted = true;

    public void Save(SnapshotWriter writer) => writer.WriteVector(FlatVector.Of(_value));

    public void Restore(SnapshotReader reader) => _value = VectorCheck.Read(reader, 1, "the value")[0];

    public IEnumerable<StateEntry> Inspect() => [new("value", FlatVector.Of(_value))];
}
