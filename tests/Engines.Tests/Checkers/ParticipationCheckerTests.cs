using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class ParticipationCheckerTests
{
    private readonly ParticipationChecker _checker = new(workers: 3, minActive: 2);

    [Fact]
    public void Passes_steps_of_at_least_S_workers_and_of_fewer_when_fewer_live()
    {
        Watched run = new Watched(_checker).Step(1, 0, 1).Step(2, 0, 1, 2);

        run.Change(0, WorkerChange.Lost).Change(1, WorkerChange.Lost).Observe(Watched.StepOf(3, [2], alive: 1));
        run.Change(1, WorkerChange.Returned).Observe(Watched.StepOf(4, [1, 2], alive: 2));

        Assert.Equal(4, _checker.Checks);
    }

    [Fact]
    public void Passes_a_master_that_goes_back_to_its_snapshot_and_counts_on_all_again()
    {
        Watched run = new Watched(_checker).Step(1, 0, 1).Step(2, 0, 1).Change(2, WorkerChange.Lost);

        run.Start(ParticipantId.Master).Step(2, 1, 2);

        Assert.Equal(3, _checker.Checks);
    }

    [Theory]
    [InlineData(new[] { 1 }, "1 active workers; at least 2 are needed")]
    [InlineData(new[] { 1, 1 }, "lists worker-1 after worker-1")]
    [InlineData(new[] { 2, 1 }, "lists worker-1 after worker-2")]
    [InlineData(new[] { 1, 3 }, "there are worker-0 to worker-2")]
    [InlineData(new[] { -1, 1 }, "used a report of worker--1")]
    public void Finds_a_step_of_the_wrong_workers(int[] active, string expected) =>
        new Watched(_checker).Step(1, 0, 1).Breaks(run => run.Step(2, [.. active]), expected);

    [Fact]
    public void Finds_a_lost_worker_in_a_step() =>
        new Watched(_checker).Change(0, WorkerChange.Lost)
            .Breaks(run => run.Observe(Watched.StepOf(1, [0, 1], alive: 2)), "worker-0, which was lost and did not return");

    [Fact]
    public void Finds_a_wrong_count_of_the_living() =>
        new Watched(_checker).Change(0, WorkerChange.Lost).Change(0, WorkerChange.Lost)
            .Breaks(run => run.Step(1, 1, 2), "counts 3 workers alive; by the losses and returns told there are 2");

    [Fact]
    public void Finds_more_active_workers_than_may_be_drawn() =>
        new Watched(new ParticipationChecker(workers: 3, minActive: 2, maxActive: 2))
            .Breaks(run => run.Step(1, 0, 1, 2), "has 3 active workers; at most 2 may be drawn");

    [Fact]
    public void Passes_two_buffered_reports_of_one_worker_and_one_of_a_lost_one()
    {
        ParticipationChecker checker = new(workers: 3, minActive: 2, mayRepeat: true);

        new Watched(checker).Step(1, 1, 1).Change(0, WorkerChange.Lost).Observe(Watched.StepOf(2, [0, 2], alive: 2));

        Assert.Equal(2, checker.Checks);
    }

    [Fact]
    public void Finds_buffered_reports_out_of_order_and_of_nobody()
    {
        ParticipationChecker checker = new(workers: 3, minActive: 2, mayRepeat: true);

        new Watched(checker).Breaks(run => run.Step(1, 1, 0), "lists worker-0 after worker-1");
        new Watched(checker).Breaks(run => run.Step(1, 1, 3), "there are worker-0 to worker-2");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Finds_a_step_that_does_not_follow_the_last_one(long step) =>
        new Watched(_checker).Step(1, 0, 1).Breaks(run => run.Step(step, 0, 1), $"step {step} follows step 1");
}
