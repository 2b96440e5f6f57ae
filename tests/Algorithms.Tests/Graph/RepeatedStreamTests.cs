using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Tests.Decentralized;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph;

public sealed class RepeatedStreamTests
{
    private static readonly StreamSpec Stream = new("model", 2, StreamLevel.Lower, StreamKind.Tracker);

    [Fact]
    public void Goes_on_from_the_reference_points_of_the_exchange_before()
    {
        GraphSetup setup = LockStep.On(LockStep.Complete(2), rounds: 1) with { Compressor = new TopKCompressor(KeptEntries.Number(1), NumberFormat.Float64) };
        FixedRule[] rules = [new(FlatVector.Of(4, 2), [[Stream], [Stream]]), new(FlatVector.Of(8, 6), [[Stream], [Stream]])];

        LockStep.Play(setup, i => rules[i]);

        // The larger entry first, then the other one: half the distance between the reference points each.
        Assert.Equal([FlatVector.Of(2, 0), FlatVector.Of(2, 2)], rules[0].Pulls);
        Assert.Equal([FlatVector.Of(-2, 0), FlatVector.Of(-2, -2)], rules[1].Pulls);
    }

    [Fact]
    public void Is_refused_twice_in_one_exchange_and_as_two_streams_of_one_name()
    {
        GraphSetup setup = LockStep.On(LockStep.Complete(2), rounds: 1);

        Assert.Throws<ArgumentException>(() => setup.Validate(new FixedRule(FlatVector.Of(4, 2), [[Stream, Stream]])));
        Assert.Throws<ArgumentException>(() => setup.Validate(new FixedRule(FlatVector.Of(4, 2), [[Stream], [Stream with { Kind = StreamKind.Iterate }]])));
    }

    /// <summary>Sends one vector in every exchange and keeps the pulls.</summary>
    private sealed class FixedRule(FlatVector vector, ImmutableArray<ImmutableArray<StreamSpec>> exchanges) : IGraphRule
    {
        public List<FlatVector> Pulls { get; } = [];

        public ImmutableArray<ImmutableArray<StreamSpec>> Exchanges => exchanges;

        public ImmutableArray<Measure> Measures => [];

        public FlatVector Upper => FlatVector.Empty;

        public FlatVector Lower => vector;

        public ImmutableArray<FlatVector> Prepare(long round, int exchange) => [vector];

        public void Absorb(long round, int exchange, ImmutableArray<FlatVector> pulls) => Pulls.Add(pulls[0]);

        public void Restart()
        {
        }

        public void Save(SnapshotWriter writer)
        {
        }

        public void Restore(SnapshotReader reader)
        {
        }

        public IEnumerable<StateEntry> Inspect() => [];
    }
}
