using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Scenarios.Tests;

public sealed class PlaneCheckerTests
{
    [Theory]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Finds_a_dual_that_must_not_be(double dual)
    {
        PlaneChecker checker = new(maxPlanes: 2);

        Assert.Throws<InvalidOperationException>(() => checker.Check(Request(FlatVector.Of(0, dual))));
    }

    [Fact]
    public void Finds_a_plane_too_many()
    {
        PlaneChecker checker = new(maxPlanes: 2);

        checker.Check(Request(FlatVector.Of(0, 1)));

        Assert.Equal(2, checker.Most);
        Assert.Throws<InvalidOperationException>(() => checker.Check(Request(FlatVector.Of(0, 1, 2))));
    }

    private static StarMessage.WorkRequested Request(FlatVector duals) => new()
    {
        Id = new RequestId(1, 1),
        Previous = RequestId.None,
        Work = new AdboBody.Step { PlaneDuals = duals },
    };
}
