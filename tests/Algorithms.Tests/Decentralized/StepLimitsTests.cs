using ActorFed.Algorithms.Decentralized.Consensus;
using Xunit;

namespace ActorFed.Algorithms.Tests.Decentralized;

public sealed class StepLimitsTests
{
    [Theory]
    [InlineData(ConsensusMethod.Extra, 0.5, 1.25)]
    [InlineData(ConsensusMethod.Extra, 0, 0.5)]               // complete graph
    [InlineData(ConsensusMethod.Extra, -0.25, 0.125)]
    [InlineData(ConsensusMethod.Extra, -0.5, 0)]
    [InlineData(ConsensusMethod.Ed, 0.5, 2)]
    [InlineData(ConsensusMethod.Ed, -0.25, 2)]
    [InlineData(ConsensusMethod.Ed, -1.0 / 3, 2)]             // ring of four, Metropolis-Hastings
    [InlineData(ConsensusMethod.Ed, -0.5, 0)]
    [InlineData(ConsensusMethod.NonAtcGt, 0, 0.5)]
    [InlineData(ConsensusMethod.NonAtcGt, -0.5, 0.125)]
    [InlineData(ConsensusMethod.SemiAtcGt, 0.5, 2)]
    [InlineData(ConsensusMethod.SemiAtcGt, -0.5, 1.5)]
    [InlineData(ConsensusMethod.AtcGt, 0.5, 2)]
    [InlineData(ConsensusMethod.AtcGt, -0.5, 0.5)]
    [InlineData(ConsensusMethod.None, -0.5, 2)]
    public void Follow_from_the_smallest_eigenvalue(ConsensusMethod method, double eigenvalue, double expected) =>
        Assert.Equal(expected, StepLimits.Limit(method, eigenvalue));

    [Theory]
    [InlineData(-1 / 3.0, 0)]                                  // four in a ring: diverges at every step
    [InlineData(-0.20601132958329826, 0.19098300562505255)]    // five in a ring: diverges at 0.5
    public void Say_that_extra_diverges_on_short_rings_with_metropolis_weights(double eigenvalue, double expected) =>
        Assert.Equal(expected, StepLimits.Limit(ConsensusMethod.Extra, eigenvalue), 1e-12);

    [Theory]
    [InlineData(ConsensusMethod.None)]
    [InlineData(ConsensusMethod.Ed)]
    [InlineData(ConsensusMethod.Extra)]
    [InlineData(ConsensusMethod.AtcGt)]
    [InlineData(ConsensusMethod.SemiAtcGt)]
    [InlineData(ConsensusMethod.NonAtcGt)]
    public void Part_the_steps_that_decay_from_those_that_grow(ConsensusMethod method)
    {
        foreach (double smallest in (double[])[-0.3, -0.2, -0.05, 0, 0.1, 0.4])
        {
            double limit = StepLimits.Limit(method, smallest);
            double[] spectrum = [.. Enumerable.Range(0, 201).Select(k => smallest + ((1 - smallest) * k / 200.0))];

            Assert.All(spectrum, λ => Assert.True(LargestRoot(method, λ, 0.98 * limit) < 1 - 1e-6, $"λ = {λ}"));
            Assert.Contains(spectrum, λ => LargestRoot(method, λ, 1.02 * limit) > 1 + 1e-6);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1.001)]
    [InlineData(double.NaN)]
    public void Refuse_what_is_no_smallest_eigenvalue(double eigenvalue) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StepLimits.Limit(ConsensusMethod.Ed, eigenvalue));

    [Fact]
    public void Refuse_a_method_that_is_none() => Assert.Throws<ArgumentOutOfRangeException>(() => StepLimits.Limit((ConsensusMethod)17, 0));

    /// <summary>The largest root of r² − (1 − b + ac − τL a) r + (ac − τL a), without the mode of the mean that does not move.</summary>
    private static double LargestRoot(ConsensusMethod method, double λ, double τL)
    {
        (double a, double b, double c) = method switch
        {
            ConsensusMethod.None => (λ, 0.0, 1.0),
            ConsensusMethod.Ed => (λ, 1 - λ, 1),
            ConsensusMethod.Extra => (1, 1 - λ, λ),
            ConsensusMethod.AtcGt => (λ * λ, (1 - λ) * (1 - λ), 1),
            ConsensusMethod.SemiAtcGt => (λ, (1 - λ) * (1 - λ), λ),
            _ => (1, (1 - λ) * (1 - λ), λ * λ),
        };
        double q = a * (c - τL);
        if (b == 0)
        {
            return Math.Abs(q); // the other root is 1: without a dual it belongs to the elimination alone
        }

        double p = 1 - b + q;
        double discriminant = (p * p / 4) - q;
        return discriminant < 0 ? Math.Sqrt(q) : Math.Abs(p / 2) + Math.Sqrt(discriminant);
    }
}
