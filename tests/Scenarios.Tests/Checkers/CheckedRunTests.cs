using ActorFed.Algorithms.Bilevel.Adbo;
using Xunit;

namespace ActorFed.Scenarios.Tests;

/// <summary>Whole runs with everything going wrong: no rule is broken, and all the rules had occasion to be.</summary>
public sealed class CheckedRunTests
{
    private const ulong Seeds = 40;

    private static readonly TimeSpan TroubleUntil = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData("paper", true)]
    [InlineData("paper", false)]
    [InlineData("official, mnist", true)]
    [InlineData("official, ijcnn1", false)]
    public void Breaks_no_rule_whatever_goes_wrong(string profile, bool isSynchronous)
    {
        AdboOptions options = Cases.Profile(profile) with { StepPlaneDual = 0.1 }; // at 1 some quadratics diverge, faults or not
        Dictionary<string, long> counts = [];
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            CheckedRun run = new() { Seed = seed, IsSynchronous = isSynchronous, Options = options, Time = new SeededTime(seed) };
            CheckedEnd reference = run.Run().MustHaveCompleted(seed);
            SeededTrouble trouble = new(seed, TroubleUntil);

            CheckedEnd end = (run with
            {
                Faults = trouble,
                QuietFrom = trouble.QuietFrom,
                Reference = isSynchronous ? reference.Model : null,
            }).Run().MustHaveCompleted(seed);

            foreach ((string checker, long checks) in end.Checkers.Counts)
            {
                counts[checker] = counts.GetValueOrDefault(checker) + checks;
            }
        }

        Assert.Equal(isSynchronous ? 10 : 9, counts.Count);
        Assert.All(counts, count => Assert.True(count.Value >= 30, $"{count}"));
    }
}
