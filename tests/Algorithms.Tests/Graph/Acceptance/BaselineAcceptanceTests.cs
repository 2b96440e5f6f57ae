using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Acceptance;

/// <summary>What BALANCE is compared with.</summary>
public sealed class BaselineAcceptanceTests
{
    private static readonly FlatVector Own = FlatVector.Of(0, 0);

    [Fact]
    public void Mean_takes_all()
    {
        AcceptanceQuestion question = Ask.About(Own, FlatVector.Of(4, 0), FlatVector.Of(0, 8));

        Assert.Equal(new AcceptanceAnswer(FlatVector.Of(1, 2), 2), new MeanAcceptance(0.5).Combine(question));
    }

    [Fact]
    public void Median_is_taken_entry_by_entry()
    {
        AcceptanceQuestion odd = Ask.About(Own, FlatVector.Of(1, 30), FlatVector.Of(20, 2), FlatVector.Of(3, -1));
        AcceptanceQuestion even = Ask.About(Own, FlatVector.Of(1, 0), FlatVector.Of(9, 4), FlatVector.Of(2, 8), FlatVector.Of(4, 1));

        Assert.Equal(FlatVector.Of(3, 2), TrimmedMeanAcceptance.Median(0).Result(odd));
        Assert.Equal(FlatVector.Of(3, 2.5), TrimmedMeanAcceptance.Median(0).Result(even));
        Assert.Equal(FlatVector.Of(1.5, 1), TrimmedMeanAcceptance.Median(0.5).Result(odd));
    }

    [Fact]
    public void Trimmed_mean_leaves_out_both_ends_of_every_entry()
    {
        AcceptanceQuestion question = Ask.About(Own, FlatVector.Of(1, 3), FlatVector.Of(100, 1), FlatVector.Of(3, 2), FlatVector.Of(2, -50));

        Assert.Equal(FlatVector.Of(2.5, 1.5), TrimmedMeanAcceptance.Of(0, 1).Result(question));
        Assert.Equal(FlatVector.Of(26.5, -11), TrimmedMeanAcceptance.Of(0, 0).Result(question));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Trimmed_mean_stays_where_it_would_leave_out_all(int candidates)
    {
        AcceptanceQuestion question = Ask.About(Own, [.. Enumerable.Repeat(FlatVector.Of(1, 1), candidates)]);

        Assert.Equal(new AcceptanceAnswer(FlatVector.Zeros(2), 0), TrimmedMeanAcceptance.Of(0.5, 1).Combine(question));
    }

    [Fact]
    public void Krum_takes_the_one_nearest_to_its_nearest()
    {
        AcceptanceQuestion question = Ask.About(
            Own, FlatVector.Of(9, 9), FlatVector.Of(2, 0), FlatVector.Of(2, 1), FlatVector.Of(2, 3), FlatVector.Of(40, 0));

        Assert.Equal(new AcceptanceAnswer(FlatVector.Of(1, 0.5), 1), new KrumAcceptance(0.5, 1).Combine(question));
    }

    [Fact]
    public void Krum_takes_the_first_of_equal_scores() =>
        Assert.Equal(FlatVector.Of(1, 0), new KrumAcceptance(0, 0).Result(Ask.About(Own, FlatVector.Of(1, 0), FlatVector.Of(0, 0), FlatVector.Of(0.5, 0))));

    [Fact]
    public void Krum_stays_among_too_few()
    {
        AcceptanceQuestion question = Ask.About(Own, FlatVector.Of(1, 0), FlatVector.Of(2, 0), FlatVector.Of(3, 0));

        Assert.Equal(0, new KrumAcceptance(0.5, 1).Combine(question).Accepted);
        Assert.Equal(1, new KrumAcceptance(0.5, 0).Combine(question).Accepted);
        Assert.Throws<ArgumentException>(() => KrumScores.Of([Own, Own, Own], 1));
    }

    [Fact]
    public void Ubar_looks_at_the_losses_of_the_nearest_only()
    {
        FlatVector[] candidates = [FlatVector.Of(4, 0), FlatVector.Of(0, 2), FlatVector.Of(1, 0), FlatVector.Of(0, -3)];
        List<FlatVector> asked = [];
        AcceptanceQuestion question = Ask.About(Own, candidates) with
        {
            Loss = vector =>
            {
                asked.Add(vector);
                return vector[1] == 2 ? 3 : 2; // no more than the own loss is low enough
            },
        };

        AcceptanceAnswer answer = new UbarAcceptance(0.5, 0.5).Combine(question);

        Assert.Equal([Own, candidates[2], candidates[1]], asked);
        Assert.Equal(new AcceptanceAnswer(FlatVector.Of(0.5, 0), 1), answer);
    }

    [Fact]
    public void Ubar_prefers_the_lower_index_of_equally_near_ones() => Assert.Equal(
        [0, 1], new UbarAcceptance(0, 0.5).Nearest(Ask.About(Own, FlatVector.Of(0, 1), FlatVector.Of(1, 0), FlatVector.Of(0, -1), FlatVector.Of(-1, 0))));

    [Fact]
    public void Ubar_stays_where_no_loss_is_low_enough()
    {
        AcceptanceQuestion question = Ask.About(Own, FlatVector.Of(1, 0), FlatVector.Of(2, 0)) with { Loss = vector => vector[0] };

        Assert.Equal(new AcceptanceAnswer(FlatVector.Zeros(2), 0), new UbarAcceptance(0.5, 1).Combine(question));
    }

    [Fact]
    public void Ubar_stays_where_its_share_is_none_and_asks_for_no_loss() =>
        Assert.Equal(0, new UbarAcceptance(0.5, 0.4).Combine(Ask.About(Own, FlatVector.Of(1, 0), FlatVector.Of(2, 0))).Accepted);

    [Fact]
    public void Ubar_takes_a_share_as_it_was_written()
    {
        FlatVector[] hundred = [.. Enumerable.Range(0, 100).Select(i => FlatVector.Of(i, 0))];

        Assert.Equal(29, new UbarAcceptance(0, 0.29).Nearest(Ask.About(Own, hundred)).Count); // 0.29 · 100 is below 29 in binary
    }

    [Fact]
    public void Clipping_shortens_what_is_longer_than_its_radius()
    {
        AcceptanceQuestion question = Ask.About(Own, FlatVector.Of(8, 0), FlatVector.Of(0, 1), FlatVector.Of(0, 0)); // ¼ each

        Assert.Equal(new AcceptanceAnswer(FlatVector.Of(0.5, 0.25), 3), new ClippingAcceptance(2, 0).Combine(question));
    }

    [Fact]
    public void Clipping_without_attackers_is_mixing_by_weight() =>
        Assert.Equal(FlatVector.Of(2, 0.25), new ClippingAcceptance(null, 0).Combine(Ask.About(Own, FlatVector.Of(8, 0), FlatVector.Of(0, 1), FlatVector.Of(0, 0))).Pull);

    [Fact]
    public void Clipping_takes_the_farthest_for_attackers_when_it_chooses_its_radius()
    {
        AcceptanceQuestion question = Ask.About(Own, FlatVector.Of(800, 0), FlatVector.Of(0, 3), FlatVector.Of(0, 4)); // ¼ each

        AcceptanceAnswer answer = new ClippingAcceptance(null, 1).Combine(question);

        Assert.Equal(FlatVector.Of(1.25, 1.75), answer.Pull); // radius sqrt((9 + 16) ¼ / ¼) = 5
    }

    [Fact]
    public void Clipping_goes_nowhere_among_attackers_alone() =>
        Assert.Equal(FlatVector.Zeros(2), new ClippingAcceptance(null, 2).Combine(Ask.About(Own, FlatVector.Of(8, 0), FlatVector.Of(0, 1))).Pull);
}
