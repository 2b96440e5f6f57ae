using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Blocks;

/// <summary>What a master believes of a report, and what reports show of themselves.</summary>
public sealed class VectorCheckTests
{
    [Theory]
    [InlineData(0.0, null)]
    [InlineData(1e100, null)]
    [InlineData(-1e100, null)]
    [InlineData(1.1e100, "entry 1 of x_i is 1.1E+100; it must be between -1E+100 and 1E+100, so that squares stay finite.")]
    [InlineData(-1e300, "entry 1 of x_i is -1E+300; it must be between -1E+100 and 1E+100, so that squares stay finite.")]
    [InlineData(double.NaN, "entry 1 of x_i is NaN; all must be finite.")]
    public void Names_entry_value_and_limit(double value, string? objection) =>
        Assert.Equal(objection, VectorCheck.Objection(FlatVector.Of(1, value), 2, "x_i"));

    [Fact]
    public void Names_both_lengths() =>
        Assert.Equal("x_i has length 2; 3 is needed.", VectorCheck.Objection(FlatVector.Of(1, 2), 3, "x_i"));

    [Fact]
    public void The_square_of_all_that_is_believed_is_finite() =>
        Assert.True(double.IsFinite(VectorCheck.MaxReported * VectorCheck.MaxReported * 1e9));

    public static TheoryData<StarBody, int> Reports => new()
    {
        { new AdboBody.Stepped { Upper = FlatVector.Of(1), Lower = FlatVector.Of(2), UpperLoss = 3 }, 2 },
        { new AdboBody.InnerStepped { Lower = FlatVector.Of(2), LowerLoss = 3 }, 1 },
        { new AdboBody.PlaneDifferentiated(FlatVector.Of(1)), 1 },
        { new AdboBody.PlanesInstalled { UpperGradient = FlatVector.Of(1), LowerGradient = FlatVector.Of(2) }, 2 },
        { new AdboBody.PlanesInstalled(), 0 },
        { new AdboBody.Step { PlaneDuals = FlatVector.Of(1) }, 0 }, // no report
        { new FedNestBody.LowerDifferentiated { Gradient = FlatVector.Of(1), Loss = 2 }, 1 },
        { new FedNestBody.LowerStepped(FlatVector.Of(1)), 1 },
        { new FedNestBody.UpperDifferentiated { Gradient = FlatVector.Of(1), Loss = 2 }, 1 },
        { new FedNestBody.HessianMultiplied(FlatVector.Of(1)), 1 },
        { new FedNestBody.TotalDifferentiated(FlatVector.Of(1)), 1 },
        { new FedNestBody.UpperStepped(FlatVector.Of(1)), 1 },
    };

    [Theory, MemberData(nameof(Reports))]
    public void Reports_show_their_vectors(StarBody body, int vectors)
    {
        int seen = 0;
        StarBody same = body.MapVectors(vector =>
        {
            seen++;
            return vector;
        });
        StarBody other = body.MapVectors(_ => FlatVector.Of(7));

        Assert.Equal(vectors, seen);
        Assert.Equal(body, same);
        Assert.Equal(vectors == 0, other.Equals(body));
    }
}
