using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation.Faults;
using Xunit;

namespace ActorFed.Engines.Tests.Faults;

/// <summary>What is left of a plan is needed, all of it.</summary>
public sealed class FaultShrinkerTests
{
    private static readonly FaultPlan Thirty =
        new(Enumerable.Range(1, 30).Select(number => new Loss(ParticipantId.Worker(0), number)));

    [Theory]
    [InlineData(17)]
    [InlineData(1, 30)]
    [InlineData(7, 8, 9)]
    [InlineData(2, 11, 19, 28)]
    public void Finds_the_faults_that_are_needed_together(params int[] needed)
    {
        bool StillFails(FaultPlan plan) => needed.All(number => plan.Faults.Contains(new Loss(ParticipantId.Worker(0), number)));

        ShrinkResult result = FaultShrinker.Shrink(Thirty, StillFails);

        Assert.Equal(needed.Select(number => $"message worker-0#{number} lost"), result.Plan.Lines);
        Assert.True(result.IsMinimal);
        Assert.InRange(result.Tries, 1, 200);
    }

    [Fact]
    public void What_is_left_is_minimal_even_where_faults_make_up_for_each_other()
    {
        static bool StillFails(FaultPlan plan) => plan.Faults.Count(fault => ((Loss)fault).Number % 3 == 0) % 2 == 1; // not monotone

        ShrinkResult result = FaultShrinker.Shrink(new FaultPlan(Thirty.Faults.Take(29)), StillFails);

        Assert.True(result.IsMinimal);
        Assert.True(StillFails(result.Plan));
        Assert.All(result.Plan.Faults, fault => Assert.False(StillFails(new FaultPlan(result.Plan.Faults.Remove(fault)))));
    }

    [Fact]
    public void Shortens_what_lasts()
    {
        FaultPlan plan = FaultPlan.Parse(
        [
            "at 1s crash worker-0 for 900ms", "at 2s pause worker-0 for 1s", "message worker-0#1 delayed by 50ms", "at 1s clock master ahead 1s rate 1 for good",
        ]);
        static bool StillFails(FaultPlan plan) =>
            plan.Faults.OfType<Crash>().Any(crash => crash.Duration >= TimeSpan.FromMilliseconds(230))
            && plan.Faults.OfType<Reordering>().Any() && plan.Faults.OfType<ClockSkew>().Any();

        ShrinkResult result = FaultShrinker.Shrink(plan, StillFails);

        Crash crash = Assert.IsType<Crash>(result.Plan.Faults[0]);
        Assert.InRange(crash.Duration.TotalMilliseconds, 230, 253); // within a tenth
        Assert.Equal(0, crash.Duration.Ticks % TimeSpan.TicksPerMillisecond);
        Assert.Equal(["message worker-0#1 delayed by 0s", "at 1s clock master ahead 1s rate 1 for good"], result.Plan.Lines.Skip(1));
        Assert.True(result.IsMinimal);
    }

    [Fact]
    public void Leaves_nothing_where_it_is_not_the_faults()
    {
        ShrinkResult result = FaultShrinker.Shrink(Thirty, _ => true);

        Assert.Equal(new ShrinkResult(FaultPlan.None, 2, IsMinimal: true), result);
    }

    [Fact]
    public void Stops_at_its_limit_and_says_so()
    {
        int asked = 0;
        ShrinkResult result = FaultShrinker.Shrink(Thirty, plan => ++asked > 0 && plan.Faults.Length >= 9, maxTries: 12);

        Assert.Equal(12, asked);
        Assert.Equal(12, result.Tries);
        Assert.False(result.IsMinimal);
        Assert.InRange(result.Plan.Faults.Length, 9, 29);
    }

    [Fact]
    public void Asks_for_no_plan_twice()
    {
        HashSet<string> asked = [];

        FaultShrinker.Shrink(Thirty, plan => asked.Add(plan.ToString()) ? plan.Faults.Length >= 13 : throw new InvalidOperationException("asked twice"));

        Assert.NotEmpty(asked);
    }

    [Fact]
    public void Refuses_a_plan_that_does_not_fail()
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => FaultShrinker.Shrink(Thirty, _ => false));

        Assert.StartsWith("The plan to shrink does not fail; run it with the seed and the settings", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Finds_what_breaks_a_simulated_run()
    {
        // worker-1 must not miss two notes of the master in a row; the drawn faults do that to it somewhere
        static bool MissesTwo(Gossip run)
        {
            long[] heard = [0, .. run.Heard(Gossip.Second, Gossip.Master)];
            return heard.Zip(heard.Skip(1), (before, next) => next - before).Any(gap => gap > 2);
        }

        FaultProfile profile = new() { Loss = 0.2, Reordering = 0.2, Pauses = 3, Crashes = 3, Partitions = 3, Until = TimeSpan.FromMilliseconds(180) };
        Gossip broken = Enumerable.Range(1, 100).Select(seed => Gossip.Run(new DrawnFaults(profile, (ulong)seed, Gossip.Placement, 100))).First(MissesTwo);

        ShrinkResult result = FaultShrinker.Shrink(broken.Log.Plan, plan => MissesTwo(Gossip.Run(new PlannedFaults(plan))));

        Assert.Equal(RunOutcome.Completed, broken.Report.Outcome);
        Assert.True(result.IsMinimal);
        Assert.InRange(result.Plan.Faults.Length, 1, 2);
        Assert.True(MissesTwo(Gossip.Run(new PlannedFaults(result.Plan))));
        Assert.All(result.Plan.Faults, fault => Assert.False(MissesTwo(Gossip.Run(new PlannedFaults(new FaultPlan(result.Plan.Faults.Remove(fault)))))));
    }
}
