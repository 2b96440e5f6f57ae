using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Graph.Attacks;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Attacks;

public sealed class AttackTests
{
    private const int Length = 30;

    public static TheoryData<AttackKind> Kinds() => [.. Enum.GetValues<AttackKind>().Where(kind => kind != AttackKind.None)];

    [Theory, MemberData(nameof(Kinds))]
    public void Sends_a_finite_vector_of_the_right_length(AttackKind kind)
    {
        FlatVector forged = Create(kind).Forge(Question());

        Assert.Equal(Length, forged.Length);
        Assert.True(VectorMath.IsFinite(forged.Span));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Answers_the_same_question_in_the_same_way(AttackKind kind) =>
        Assert.Equal(Create(kind).Forge(Question()), Create(kind).Forge(Question()));

    [Theory, MemberData(nameof(Kinds))]
    public void Sends_something_where_nothing_is_known(AttackKind kind)
    {
        AttackQuestion question = new(FlatVector.Zeros(3), FlatVector.Zeros(3), [], null, 0, new SeededRandom(1, "attack"));

        FlatVector forged = Create(kind).Forge(question);

        Assert.Equal(3, forged.Length);
        Assert.True(VectorMath.IsFinite(forged.Span));
        Assert.Equal(0, Create(kind).Forge(question with { Honest = FlatVector.Empty, Before = FlatVector.Empty }).Length);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Sends_all_the_same_where_it_says_so(AttackKind kind)
    {
        IAttack attack = Create(kind);
        AttackQuestion question = Question();
        AttackQuestion another = question with { Victim = question.Benign[2].Values, Random = new SeededRandom(1, "another") };

        Assert.Equal(attack.SendsAllTheSame, attack.Forge(question).Equals(attack.Forge(another)));
    }

    [Theory]
    [InlineData(AttackKind.LabelFlip, DataPoisoning.FlippedLabels)]
    [InlineData(AttackKind.NoisyFeatures, DataPoisoning.NoisyFeatures)]
    public void Who_poisons_its_data_sends_honestly(AttackKind kind, DataPoisoning poisoning)
    {
        AttackQuestion question = Question();

        Assert.Equal(poisoning, Create(kind).Poisoning);
        Assert.Same(question.Honest, Create(kind).Forge(question));
        Assert.False(Create(kind).WaitsForBenign);
    }

    [Fact]
    public void Gaussian_has_its_mean_and_deviation_and_sends_others_something_else()
    {
        const int Entries = 40_000;
        AttackQuestion question = Question() with { Honest = FlatVector.Zeros(Entries) };

        FlatVector forged = new GaussianAttack(200).Forge(question);
        FlatVector other = new GaussianAttack(200).Forge(question with { Random = new SeededRandom(1, "another") });

        double mean = forged.Span.ToArray().Average();
        double deviation = Math.Sqrt(VectorMath.SquaredNorm(forged.Span) / Entries);
        Assert.InRange(mean, -5, 5); // five deviations of the mean, 200 / √40000 = 1
        Assert.InRange(deviation, 196.4, 203.6); // five deviations of it, 200 / √80000 = 0.71
        Assert.NotEqual(forged, other);
    }

    [Fact]
    public void Scaled_and_sign_flip_send_the_honest_vector_times_a_factor()
    {
        AttackQuestion question = Question() with { Honest = FlatVector.Of(1, -2) };

        Assert.Equal(FlatVector.Of(100, -200), Create(AttackKind.Scaled).Forge(question));
        Assert.Equal(FlatVector.Of(-1, 2), Create(AttackKind.SignFlip).Forge(question));
        Assert.Equal(FlatVector.Of(-3, 6), new AttackOptions { Kind = AttackKind.SignFlip, Factor = 3 }.Create(new(), 1)!.Forge(question));
    }

    [Fact]
    public void Near_copy_is_believed_by_balance()
    {
        AttackQuestion question = Question();

        FlatVector forged = Create(AttackKind.NearCopy).Forge(question);

        Assert.Equal(FlatVector.Combine(new Term(1.05, question.Benign[0].Values)), forged);
        Assert.Equal([0], Threshold.Accepted(new AcceptanceQuestion(question.Benign[0].Values, [new Candidate(9, 1, forged)], 0, _ => 0)));
    }

    [Fact]
    public void Krum_attack_is_chosen_by_krum()
    {
        AttackQuestion question = Question(move: 0.1, spread: 1);
        FlatVector forged = new KrumAttack(2).Forge(question);

        AcceptanceQuestion victim = new(
            question.Benign[0].Values,
            [new Candidate(0, 1, question.Honest), .. question.Benign, new Candidate(7, 1, forged), new Candidate(8, 1, forged)],
            0,
            _ => 0);
        FlatVector pull = new KrumAcceptance(0, 2).Combine(victim).Pull;

        Assert.Equal(FlatVector.Combine(new Term(1, forged), new Term(-1, victim.Own)), pull);
    }

    [Fact]
    public void Krum_attack_leads_against_the_trend_as_far_as_krum_lets_it()
    {
        AttackQuestion question = Question(move: 0.1, spread: 1);

        FlatVector forged = new KrumAttack(2).Forge(question);

        double[] steps = [.. Enumerable.Range(0, Length).Select(i => (question.Before[i] - forged[i]) / Trend(question, i))];
        Assert.All(steps, step => Assert.Equal(steps[0], step, 1e-12));
        Assert.InRange(steps[0], 1e-5, 100);
        FlatVector twice = FlatVector.Combine(new Term(2, forged), new Term(-1, question.Before));
        FlatVector[] all = [twice, twice, question.Honest, .. question.Benign.Select(candidate => candidate.Values)];
        Assert.InRange(KrumScores.Lowest(KrumScores.Of(all, 2)), 2, all.Length - 1);
    }

    [Fact]
    public void Krum_attack_creeps_where_the_benign_are_nearer_to_each_other_than_to_the_round_before()
    {
        AttackQuestion question = Question(move: 1, spread: 0.1);

        FlatVector forged = new KrumAttack(2).Forge(question);

        Assert.InRange(Math.Abs(forged[0] - question.Before[0]), 1e-7, 1e-5);
    }

    [Fact]
    public void Krum_attack_creeps_where_krum_has_too_few_to_choose_from()
    {
        AttackQuestion question = Question() with { Benign = [] };

        FlatVector forged = new KrumAttack(2).Forge(question);

        Assert.InRange(Math.Abs(forged[0] - question.Before[0]), 1e-7, 1e-5);
    }

    [Fact]
    public void Trim_attack_lies_outside_the_benign_range_on_the_side_the_trend_leaves()
    {
        AttackQuestion question = Question();

        FlatVector forged = new TrimAttack().Forge(question);

        for (int i = 0; i < Length; i++)
        {
            double[] benign = [question.Honest[i], .. question.Benign.Select(candidate => candidate.Values[i])];
            double edge = Trend(question, i) < 0 ? benign.Max() : benign.Min();
            Assert.InRange(
                forged[i],
                Trend(question, i) < 0 ? edge : Math.Min(edge / 2, edge * 2),
                Trend(question, i) < 0 ? Math.Max(edge / 2, edge * 2) : edge);
        }
    }

    [Fact]
    public void Trim_attack_leaves_an_entry_without_a_trend()
    {
        FlatVector same = FlatVector.Of(3, 3);

        Assert.Equal(same, new TrimAttack().Forge(Question() with { Honest = same, Before = same, Benign = [new Candidate(1, 1, same)] }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void Adaptive_attack_is_just_believed_by_balance(double progress)
    {
        AttackQuestion question = Question();
        FlatVector victim = question.Benign[1].Values;

        FlatVector forged = new AdaptiveAttack(Threshold).Forge(question with { Victim = victim, Progress = progress });

        Assert.Equal(0.99 * Threshold.At(victim, progress), Math.Sqrt(VectorMath.SquaredDistance(forged.Span, victim.Span)), 1e-9);
        Assert.Equal([0], Threshold.Accepted(new AcceptanceQuestion(victim, [new Candidate(9, 1, forged)], progress, _ => 0)));
        Assert.All(Enumerable.Range(0, Length), i => Assert.Equal(-Trend(question, i), Math.Sign(forged[i] - victim[i])));
    }

    [Fact]
    public void Adaptive_attack_is_honest_to_those_that_are_no_victims_and_copies_where_there_is_no_trend()
    {
        AttackQuestion question = Question();
        FlatVector same = FlatVector.Of(3, 3);

        Assert.Same(question.Honest, new AdaptiveAttack(Threshold).Forge(question));
        Assert.Same(same, new AdaptiveAttack(Threshold).Forge(new AttackQuestion(same, same, [new Candidate(1, 1, same)], same, 0, question.Random)));
    }

    private static readonly BalanceThreshold Threshold = new() { Gamma = 0.3, Kappa = 1 };

    private static IAttack Create(AttackKind kind) => new AttackOptions { Kind = kind }.Create(new AcceptanceOptions(), 10)!;

    /// <summary>Five honest neighbours.</summary>
    /// <param name="move">What entries moved by since the round before, about.</param>
    /// <param name="spread">What they differ by, about.</param>
    private static AttackQuestion Question(double move = 1, double spread = 0.1)
    {
        FlatVector before = Vectors.Gaussian(Length, "before");
        FlatVector common = Vectors.Gaussian(Length, "move");
        FlatVector[] after = [.. Enumerable.Range(0, 6).Select(j => FlatVector.Combine(
            new Term(1, before), new Term(move, common), new Term(spread, Vectors.Gaussian(Length, $"spread {j}"))))];
        return new AttackQuestion(
            after[0], before, [.. after.Skip(1).Select((values, j) => new Candidate(j + 1, 0.125, values))], null, 0, new SeededRandom(1, "attack"));
    }

    private static int Trend(AttackQuestion question, int i) =>
        Math.Sign(((question.Honest[i] + question.Benign.Sum(candidate => candidate.Values[i])) / (question.Benign.Count + 1)) - question.Before[i]);
}
