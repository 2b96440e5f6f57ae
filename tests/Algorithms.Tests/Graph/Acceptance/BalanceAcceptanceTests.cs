using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Acceptance;

public sealed class BalanceAcceptanceTests
{
    private static readonly BalanceThreshold Half = new() { Gamma = 0.5, Kappa = 0 };
    private static readonly FlatVector Own = FlatVector.Of(3, 4); // norm 5, threshold 2.5

    [Fact]
    public void Goes_to_the_own_share_of_itself_and_the_mean_of_those_near_enough()
    {
        AcceptanceQuestion question = Ask.About(Own, FlatVector.Of(4, 4), FlatVector.Of(100, 4), FlatVector.Of(3, 5));

        Assert.Equal(2, new BalanceAcceptance(Half, 0.5).Combine(question).Accepted);
        Assert.Equal(FlatVector.Of(3.25, 4.25), new BalanceAcceptance(Half, 0.5).Result(question));
        Assert.Equal(FlatVector.Of(3.125, 4.125), new BalanceAcceptance(Half, 0.75).Result(question));
    }

    [Fact]
    public void Accepts_at_the_very_threshold()
    {
        Assert.Equal(1, new BalanceAcceptance(Half, 0.5).Combine(Ask.About(Own, FlatVector.Of(3, 6.5))).Accepted);
        Assert.Equal(0, new BalanceAcceptance(Half, 0.5).Combine(Ask.About(Own, FlatVector.Of(3, Math.BitIncrement(6.5)))).Accepted);
    }

    [Fact]
    public void Keeps_its_own_where_none_is_near_enough()
    {
        AcceptanceQuestion question = Ask.About(Own, FlatVector.Of(30, 4), FlatVector.Of(-30, 4));

        Assert.Equal(new AcceptanceAnswer(FlatVector.Zeros(2), 0), new BalanceAcceptance(Half, 0.5).Combine(question));
        Assert.Equal(new AcceptanceAnswer(FlatVector.Zeros(2), 0), new BalanceFoldAcceptance(Half).Combine(question));
    }

    [Fact]
    public void Believes_less_as_the_run_goes_on()
    {
        BalanceThreshold threshold = new() { Gamma = 0.5, Kappa = 2 };

        Assert.Equal(2.5, threshold.At(Own, 0));
        Assert.Equal(2.5 * Math.Exp(-1), threshold.At(Own, 0.5));
    }

    [Fact]
    public void Counts_rounds_from_nought_or_from_one()
    {
        AcceptanceOptions options = new() { Gamma = 0.5, Kappa = 2 };

        Assert.Equal(2.5, options.Threshold(10).At(Own, 0));
        Assert.Equal(2.5 * Math.Exp(-2 * 0.1), (options with { FirstRound = 1 }).Threshold(10).At(Own, 0));
    }

    [Fact]
    public void Believes_within_the_floor_where_its_own_is_nought()
    {
        AcceptanceQuestion question = Ask.About(FlatVector.Zeros(2), FlatVector.Of(0, 0.5));

        Assert.Equal(0, new BalanceAcceptance(Half, 0.5).Combine(question).Accepted);
        Assert.Equal(1, new BalanceAcceptance(Half with { Floor = 0.5 }, 0.5).Combine(question).Accepted);
    }

    [Fact]
    public void Folds_the_weight_of_the_rejected_onto_its_own()
    {
        AcceptanceQuestion question = Ask.About(Own, FlatVector.Of(4, 4), FlatVector.Of(100, 4), FlatVector.Of(3, 5)); // ¼ each

        AcceptanceAnswer answer = new BalanceFoldAcceptance(Half).Combine(question);

        Assert.Equal(new AcceptanceAnswer(FlatVector.Of(0.25, 0.25), 2), answer);
    }

    [Fact]
    public void Folding_without_a_rejection_is_mixing_by_weight()
    {
        AcceptanceQuestion question = new(
            Own, [new Candidate(2, 0.5, FlatVector.Of(4, 4)), new Candidate(7, 0.25, FlatVector.Of(3, 6))], 0, _ => 0);

        Assert.Equal(FlatVector.Of(0.5, 0.5), new BalanceFoldAcceptance(Half).Combine(question).Pull);
    }
}
