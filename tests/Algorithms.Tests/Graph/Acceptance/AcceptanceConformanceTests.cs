using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Acceptance;

/// <summary>What holds for every acceptance rule.</summary>
public sealed class AcceptanceConformanceTests
{
    private const int Length = 12;
    private const double Rounding = 1e-14; // of sums of at most seven terms of size one

    public static TheoryData<AcceptanceKind> Kinds() => [.. Enum.GetValues<AcceptanceKind>().Where(kind => kind != AcceptanceKind.None)];

    [Theory, MemberData(nameof(Kinds))]
    public void Pulls_nowhere_without_candidates(AcceptanceKind kind)
    {
        AcceptanceAnswer answer = Create(kind).Combine(Ask.About(Own));

        Assert.Equal(FlatVector.Zeros(Length), answer.Pull);
        Assert.Equal(0, answer.Accepted);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Stays_where_all_agree(AcceptanceKind kind)
    {
        AcceptanceQuestion question = Ask.About(Own, Own, Own, Own, Own, Own, Own) with { Loss = _ => 1 };

        AcceptanceAnswer answer = Create(kind).Combine(question);

        Assert.InRange(VectorMath.Norm(answer.Pull.Span), 0, Rounding);
        Assert.InRange(answer.Accepted, 1, 6);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Answers_the_same_question_in_the_same_way(AcceptanceKind kind)
    {
        AcceptanceQuestion question = Ask.About(Own, Near(1), Near(2), Near(3), Near(4), Near(5), Near(6)) with { Loss = Loss };

        IAcceptance acceptance = Create(kind);

        Assert.Equal(acceptance.Combine(question), acceptance.Combine(question));
        Assert.Equal(acceptance.Combine(question), Create(kind).Combine(question));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Says_whether_it_asks_for_losses(AcceptanceKind kind)
    {
        int asked = 0;
        AcceptanceQuestion question = Ask.About(Own, Near(1), Near(2), Near(3), Near(4), Near(5), Near(6)) with
        {
            Loss = vector =>
            {
                asked++;
                return Loss(vector);
            },
        };

        IAcceptance acceptance = Create(kind);
        acceptance.Combine(question);

        Assert.Equal(acceptance.NeedsLoss, asked > 0);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Withstands_the_attackers_it_tolerates(AcceptanceKind kind)
    {
        IAcceptance acceptance = Create(kind);
        int attackers = acceptance.ToleratedAttackers(6);
        FlatVector[] candidates = [.. Enumerable.Range(0, 6).Select(j => j < attackers ? Far(j) : Near(j))];

        FlatVector result = acceptance.Result(Ask.About(Own, candidates) with { Loss = Loss });

        Assert.InRange(Math.Sqrt(VectorMath.SquaredDistance(result.Span, Own.Span)), 0, 1); // honest vectors are within ½, attackers beyond 1000
    }

    [Theory]
    [InlineData(AcceptanceKind.Mean, 0, 0, 0, 0)]
    [InlineData(AcceptanceKind.Balance, 0, 0, 3, 9)]
    [InlineData(AcceptanceKind.BalanceFold, 0, 0, 3, 9)]
    [InlineData(AcceptanceKind.Median, 0, 0, 1, 4)]
    [InlineData(AcceptanceKind.TrimmedMean, 0, 0, 1, 2)]
    [InlineData(AcceptanceKind.Krum, 0, 0, 0, 2)]
    [InlineData(AcceptanceKind.Ubar, 0, 1, 2, 5)]
    [InlineData(AcceptanceKind.Scclip, 0, 0, 2, 2)]
    public void Says_how_many_attackers_it_is_made_for(AcceptanceKind kind, int ofNone, int ofOne, int ofFour, int ofTen)
    {
        IAcceptance acceptance = new AcceptanceOptions { Kind = kind, Attackers = 2 }.Create(10)!;

        Assert.Equal([ofNone, ofOne, ofFour, ofTen], ((int[])[0, 1, 4, 10]).Select(acceptance.ToleratedAttackers));
    }

    private static readonly FlatVector Own = Vectors.Gaussian(Length, "own");

    private static IAcceptance Create(AcceptanceKind kind) => new AcceptanceOptions { Kind = kind, Attackers = 1 }.Create(10)!;

    private static FlatVector Near(int j)
    {
        FlatVector direction = Vectors.Gaussian(Length, $"near {j}");
        return FlatVector.Combine(new Term(1, Own), new Term(0.5 / VectorMath.Norm(direction.Span), direction));
    }

    private static FlatVector Far(int j) => FlatVector.Combine(new Term(1, Own), new Term(1000, Vectors.Gaussian(Length, $"far {j}")));

    private static double Loss(FlatVector vector) => VectorMath.Norm(vector.Span);
}
