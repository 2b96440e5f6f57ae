using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class BufferCheckerTests
{
    private readonly BufferChecker _checker = new(workers: 3, size: 2);

    [Fact]
    public void Passes_steps_of_all_that_arrived_two_of_one_worker_among_them()
    {
        Watched run = Begun().Report(1, Id(2)).Ask(1, Id(4)).Report(1, Id(4)).Ask(1, Id(5));

        run.Observe(Step(1, [1, 1], [0, 0])).Report(1, Id(5)).Ask(1, Id(6)).Report(0, Id(1)).Observe(Step(2, [0, 1], [1, 1]));

        Assert.Equal(2, _checker.Checks);
    }

    [Fact]
    public void Passes_a_step_with_a_report_of_a_worker_that_was_lost_after_it()
    {
        Begun().Report(0, Id(1)).Change(0, WorkerChange.Lost).Report(1, Id(2)).Observe(Step(1, [0, 1], [0, 0]));

        Assert.Equal(1, _checker.Checks);
    }

    [Fact]
    public void Finds_a_step_of_too_few_reports() =>
        Begun().Report(0, Id(1)).Breaks(run => run.Observe(Step(1, [0], [0])), "took 1 reports; the buffer has 2");

    [Fact]
    public void Finds_a_report_that_is_used_twice() =>
        Begun().Report(0, Id(1)).Report(1, Id(2)).Observe(Step(1, [0, 1], [0, 0])).Ask(0, Id(4)).Report(0, Id(4))
            .Breaks(run => run.Observe(Step(2, [0, 1], [0, 0])), "since the last step there arrived [worker-0 of age 0]");

    [Fact]
    public void Finds_a_duplicate_that_is_used() =>
        Begun().Report(0, Id(1)).Report(0, Id(1)).Breaks(run => run.Observe(Step(1, [0, 0], [0, 0])), "there arrived [worker-0 of age 0]");

    [Fact]
    public void Finds_a_late_answer_to_a_retired_task() =>
        Begun().Change(0, WorkerChange.Lost).Report(0, Id(1)).Report(1, Id(2))
            .Breaks(run => run.Observe(Step(1, [0, 1], [0, 0])), "there arrived [worker-1 of age 0]");

    [Fact]
    public void Finds_a_report_that_was_rejected() =>
        Begun().Report(0, Id(1)).Report(1, Id(2)).Supervise(SupervisionAction.Dropped, ParticipantId.Master)
            .Breaks(run => run.Observe(Step(1, [0, 1], [0, 0])), "there arrived [worker-0 of age 0]");

    [Fact]
    public void Finds_a_wrong_staleness() =>
        Begun().Report(0, Id(1)).Report(1, Id(2)).Observe(Step(1, [0, 1], [0, 0])).Ask(0, Id(4)).Report(0, Id(4)).Report(2, Id(3))
            .Breaks(run => run.Observe(Step(2, [0, 2], [0, 0])), "there arrived [worker-0 of age 0, worker-2 of age 1]");

    [Fact]
    public void Finds_reports_that_outlive_their_master() =>
        Begun().Report(0, Id(1)).Report(1, Id(2)).Start(ParticipantId.Master).Breaks(run => run.Observe(Step(1, [0, 1], [0, 0])), "there arrived []");

    private Watched Begun() => new Watched(_checker).Ask(0, Id(1)).Ask(1, Id(2)).Ask(2, Id(3));

    private static RequestId Id(long sequence) => new(1, sequence);

    private static StepObserved Step(long step, ImmutableArray<int> active, ImmutableArray<int> staleness) =>
        Watched.StepOf(step, active) with { Staleness = staleness };
}
