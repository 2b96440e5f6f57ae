using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests.Simulation;

public sealed class TraceHashTests
{
    [Fact]
    public void Covers_the_middle_variable_of_three_levels()
    {
        ulong without = HashOf(null);

        ulong one = HashOf(FlatVector.Of(1));
        ulong two = HashOf(FlatVector.Of(2));

        Assert.Equal(one, HashOf(FlatVector.Of(1)));
        Assert.Equal(3, new HashSet<ulong> { without, one, two }.Count);
    }

    private static ulong HashOf(FlatVector? middle)
    {
        TraceHash hash = new();
        hash.Add(new ModelObserved { Step = 1, Upper = FlatVector.Of(1), Middle = middle, Lower = FlatVector.Of(1) });
        return hash.Value;
    }
}
