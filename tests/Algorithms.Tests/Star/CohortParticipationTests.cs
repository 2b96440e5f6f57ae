using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Star;

public sealed class CohortParticipationTests
{
    private static readonly CohortParticipation Three = new() { Size = 3, Seed = 7 };

    [Fact]
    public void Draws_as_many_different_workers_as_it_has_in_every_round()
    {
        foreach (int[] cohort in Rounds(Three, workers: 10, rounds: 200))
        {
            Assert.Equal(3, cohort.Distinct().Count());
            Assert.All(cohort, worker => Assert.InRange(worker, 0, 9));
        }
    }

    [Fact]
    public void Draws_the_same_from_the_same_seed_and_otherwise_from_another()
    {
        int[][] once = Rounds(Three, workers: 10, rounds: 50);

        Assert.Equal(once, Rounds(Three, workers: 10, rounds: 50));
        Assert.NotEqual(once, Rounds(Three with { Seed = 8 }, workers: 10, rounds: 50));
    }

    [Fact]
    public void Draws_all_alike()
    {
        int[] times = Times(Three, workers: 10, rounds: 4000);

        Assert.All(times, count => Assert.InRange(count, 1200 - 150, 1200 + 150)); // 5 standard deviations of 29
    }

    [Fact]
    public void Draws_in_proportion_to_numbers_of_examples()
    {
        CohortParticipation one = new() { Size = 1, Sampling = CohortSampling.Examples, Examples = [10, 30, 60], Seed = 3 };

        int[] times = Times(one, workers: 3, rounds: 4000);

        Assert.InRange(times[0], 400 - 95, 400 + 95); // 5 standard deviations: 19, 29, 31
        Assert.InRange(times[1], 1200 - 145, 1200 + 145);
        Assert.InRange(times[2], 2400 - 155, 2400 + 155);
    }

    [Fact]
    public void Draws_those_who_are_seldom_available_less_often_and_fills_up_with_them()
    {
        CohortParticipation eight = new() { Size = 8, Sampling = CohortSampling.Available, LeastAvailability = 0, Seed = 5 };

        int[][] rounds = Rounds(eight, workers: 10, rounds: 1000);
        int[] times = [.. Enumerable.Range(0, 10).Select(worker => rounds.Count(cohort => cohort.Contains(worker)))];

        Assert.All(rounds, cohort => Assert.Equal(8, cohort.Length)); // half of them are not there on the average
        Assert.True(times.Max() - times.Min() > 200, $"drawn {string.Join(", ", times)} times");
    }

    [Fact]
    public void Takes_all_when_all_are_to_be_drawn() =>
        Assert.All(Rounds(Three with { Size = 4 }, workers: 4, rounds: 5), cohort => Assert.Equal([0, 1, 2, 3], cohort));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Refuses_a_cohort_of_none_or_of_more_than_there_are(int size)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => (Three with { Size = size }).CreateDispatcher(4));

        Assert.Contains($"The cohort has {size} workers; it must have between 1 and 4", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new int[0], "0 of 3 workers")]
    [InlineData(new[] { 1, 0, 2 }, "2 of 3 workers")]
    public void Refuses_to_draw_by_numbers_of_examples_that_are_not_there(int[] examples, string words)
    {
        CohortParticipation cohort = new() { Size = 1, Sampling = CohortSampling.Examples, Examples = [.. examples], Seed = 3 };

        Assert.Contains(words, Assert.Throws<ArgumentException>(() => cohort.CreateDispatcher(3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Asks_the_cohort_only_and_steps_when_all_of_it_has_answered()
    {
        MasterProbe master = new(new ToyMasterRule(6), Three);
        int[] cohort = master.Asked;
        Assert.Equal(3, cohort.Length);

        master.Report(cohort[..2]);
        Assert.Empty(master.Asked);
        Assert.Equal(0, master.Rule.Steps);
        master.Report(cohort[2]);

        Assert.Equal(cohort.Order(), master.Rule.Stepped[^1]);
        Assert.Equal([0, 0, 0], master.Observations.OfType<StepObserved>().Single().Staleness.AsEnumerable());
        Assert.Equal(3, master.Asked.Length); // the next cohort
    }

    [Fact]
    public void Draws_the_same_again_after_a_restart()
    {
        MasterProbe master = new(new ToyMasterRule(6), Three);
        for (int round = 0; round < 5; round++)
        {
            master.Report(master.Asked);
        }

        int[] due = master.Asked;
        MasterProbe rebuilt = new(new ToyMasterRule(6), Three, epoch: 2, resumeFrom: master.Master.TakeSnapshot());

        Assert.Equal(due, rebuilt.Asked);
    }

    [Fact]
    public void Gives_a_lost_member_s_place_to_the_next_of_the_draw()
    {
        MasterProbe master = new(new ToyMasterRule(6), Three);
        int[] cohort = master.Asked;
        master.Report(cohort[..2]);

        master.Receive(cohort[2], new LifecycleMessage.ParticipantStopped("gone"));
        int next = Assert.Single(master.Asked);
        Assert.DoesNotContain(next, cohort);
        master.Report(next);

        Assert.Equal(new[] { cohort[0], cohort[1], next }.Order(), master.Rule.Stepped[^1]);
        Assert.DoesNotContain(cohort[2], master.Asked);
    }

    [Fact]
    public void Goes_on_with_fewer_when_fewer_live_and_takes_one_that_comes_back()
    {
        MasterProbe master = new(new ToyMasterRule(3), Three);
        master.Receive(1, new LifecycleMessage.ParticipantStopped("gone"));
        master.Report(0, 2);
        Assert.Equal([0, 2], master.Rule.Stepped[^1]);

        master.Receive(1, new LifecycleMessage.ParticipantRestarted(2));
        master.Receive(1, new StarMessage.StateAsked());

        Assert.Equal([1], master.Asked);
        Assert.NotNull(master.RequestOf(1).State);
    }

    [Fact]
    public void Tells_a_worker_outside_of_the_cohort_that_nothing_is_due()
    {
        MasterProbe master = new(new ToyMasterRule(6), Three);
        int outside = Enumerable.Range(0, 6).Except(master.Asked).First();

        master.Receive(outside, new StarMessage.StateAsked());

        Assert.Equal([outside], master.Idle);
        Assert.Empty(master.Asked);
    }

    private static int[] Times(CohortParticipation policy, int workers, int rounds)
    {
        int[][] drawn = Rounds(policy, workers, rounds);
        return [.. Enumerable.Range(0, workers).Select(worker => drawn.Count(cohort => cohort.Contains(worker)))];
    }

    /// <summary>The cohorts of the first rounds, ascending each, of workers that always answer.</summary>
    private static int[][] Rounds(CohortParticipation policy, int workers, int rounds)
    {
        IDispatcher dispatcher = policy.CreateDispatcher(workers);
        ImmutableArray<int[]>.Builder all = ImmutableArray.CreateBuilder<int[]>(rounds);
        IEnumerable<int> free = Enumerable.Range(0, workers);
        for (int round = 0; round < rounds; round++)
        {
            free.ToList().ForEach(dispatcher.Free);
            List<int> cohort = [];
            while (dispatcher.Next(round) is int worker)
            {
                cohort.Add(worker);
            }

            all.Add([.. cohort.Order()]);
            free = cohort;
        }

        return [.. all];
    }
}
