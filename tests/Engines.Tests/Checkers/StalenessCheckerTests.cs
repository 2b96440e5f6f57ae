using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class StalenessCheckerTests
{
    private readonly StalenessChecker _checker = new(workers: 3, bound: 3);

    [Fact]
    public void Passes_a_worker_that_is_active_in_one_of_any_tau_steps()
    {
        Watched run = new Watched(_checker).Step(1, 0, 1).Step(2, 0, 1);

        run.Step(3, 1, 2).Step(4, 1).Step(5, 0, 1).Step(6, 2);

        Assert.Equal(6, _checker.Checks);
    }

    [Fact]
    public void Finds_a_worker_that_is_left_out_for_tau_steps() =>
        new Watched(_checker).Step(1, 0, 1).Step(2, 0, 1)
            .Breaks(run => run.Step(3, 0, 1), "after step 3 worker-2, which is alive, has been active in none of the last 3 steps");

    [Fact]
    public void Finds_anyone_left_out_when_tau_is_one() =>
        new Watched(new StalenessChecker(3, 1)).Step(1, 0, 1, 2).Breaks(run => run.Step(2, 0, 1), "worker-2");

    [Fact]
    public void Counts_from_one_again_at_a_barrier()
    {
        Watched run = new Watched(_checker).Step(1, 0, 1).Step(2, 0, 1).Observe(new MeasuresObserved(2, []));

        run.Step(3, 0, 1).Step(4, 0, 1);

        run.Breaks(again => again.Step(5, 0, 1), "worker-2");
    }

    [Fact]
    public void Counts_from_one_again_with_a_new_incarnation_of_the_master()
    {
        Watched run = new Watched(_checker).Step(1, 0, 1).Step(2, 0, 1).Start(ParticipantId.Master);

        run.Step(1, 0, 1).Step(2, 0, 1);

        run.Breaks(again => again.Step(3, 0, 1), "worker-2");
    }

    [Fact]
    public void Asks_nothing_of_a_lost_worker_until_it_returns()
    {
        Watched run = new Watched(_checker).Change(2, WorkerChange.Lost).Step(1, 0, 1).Step(2, 0, 1).Step(3, 0, 1).Step(4, 0, 1);

        run.Change(2, WorkerChange.Returned).Step(5, 0, 1).Step(6, 0, 1);

        run.Breaks(again => again.Step(7, 0, 1), "worker-2");
    }
}
