using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class ReportCheckerTests
{
    private readonly ReportChecker _checker = new(workers: 3);

    [Fact]
    public void Passes_steps_and_stages_that_use_what_arrived()
    {
        Watched run = new Watched(_checker).Ask(0, new(1, 1)).Ask(1, new(1, 2)).Report(0, new(1, 1)).Report(1, new(1, 2));

        run.Step(1, 0, 1).Ask(0, new(1, 3), new(1, 1)).Ask(1, new(1, 4), new(1, 2)); // a step
        run.Report(0, new(1, 3)).Report(0, new(1, 3)).Ask(0, new(1, 5), new(1, 3));  // a stage, and a duplicate
        run.Ask(0, new(1, 5), new(1, 3)).Ask(0, new(1, 6), new(1, 3));               // asked again, then superseded
        run.Report(0, new(1, 5)).Report(0, new(1, 6)).Step(2, 0);

        Assert.Equal(9, _checker.Checks);
    }

    [Fact]
    public void Finds_a_step_with_a_report_that_never_came() =>
        new Watched(_checker).Ask(0, new(1, 1)).Report(1, new(1, 1)).Breaks(run => run.Step(1, 0), "used an answer of worker-0 to 1.1; none has arrived");

    [Fact]
    public void Finds_an_old_report_used_for_a_new_request()
    {
        Watched run = new Watched(_checker).Ask(0, new(1, 1)).Report(0, new(1, 1)).Step(1, 0).Ask(0, new(1, 2), new(1, 1));

        run.Report(0, new(1, 1)).Breaks(again => again.Step(2, 0), "used an answer of worker-0 to 1.2; none has arrived");
    }

    [Fact]
    public void Finds_a_report_to_an_earlier_incarnation()
    {
        Watched run = new Watched(_checker).Ask(0, new(1, 1)).Start(ParticipantId.Master).Ask(0, new(2, 1));

        run.Report(0, new(1, 1)).Breaks(again => again.Step(1, 0), "worker-0 to 2.1; none has arrived");
    }

    [Fact]
    public void Finds_a_step_with_a_worker_that_was_not_asked() =>
        new Watched(_checker).Ask(0, new(1, 1)).Report(0, new(1, 1)).Start(ParticipantId.Master)
            .Breaks(run => run.Step(1, 0), "worker-0, which this incarnation of the master has asked for nothing");

    [Fact]
    public void Finds_a_report_used_twice() =>
        new Watched(_checker).Ask(0, new(1, 1)).Report(0, new(1, 1)).Step(1, 0).Breaks(run => run.Step(2, 0), "used before");

    [Fact]
    public void Finds_a_report_that_was_rejected_and_used_all_the_same() =>
        new Watched(_checker).Ask(0, new(1, 1)).Report(0, new(1, 1)).Supervise(SupervisionAction.Dropped, ParticipantId.Master)
            .Breaks(run => run.Step(1, 0), "none has arrived that the master did not reject");

    [Fact]
    public void Keeps_a_report_when_a_later_copy_of_it_is_rejected()
    {
        Watched run = new Watched(_checker).Ask(0, new(1, 1)).Report(0, new(1, 1));

        run.Report(0, new(1, 1)).Supervise(SupervisionAction.Dropped, ParticipantId.Master).Step(1, 0);

        Assert.Equal(2, _checker.Checks);
    }

    [Fact]
    public void Finds_a_stage_that_went_on_without_an_answer() =>
        new Watched(_checker).Ask(0, new(1, 1)).Breaks(run => run.Ask(0, new(1, 2), new(1, 1)), "request 1.2 used an answer of worker-0 to 1.1");

    [Theory]
    [InlineData(0)] // used before that
    [InlineData(2)] // asked of another worker
    [InlineData(9)] // never asked
    public void Finds_a_request_that_builds_on_another_state(long previous)
    {
        Watched run = new Watched(_checker).Ask(0, new(1, 1)).Ask(1, new(1, 2)).Report(0, new(1, 1)).Report(1, new(1, 2)).Step(1, 0, 1);

        run.Breaks(again => again.Ask(0, new(1, 3), new(previous == 0 ? 0 : 1, previous)), "that can only be 1.1");
    }

    [Fact]
    public void Finds_a_request_sent_again_with_other_work()
    {
        Watched run = new Watched(_checker).Ask(0, new(1, 1));
        StarMessage.WorkRequested other = Watched.Request(new(1, 1)) with { Work = new Watched.Work("another") };

        run.Breaks(again => again.Send(ParticipantId.Master, ParticipantId.Worker(0), other), "sent again with other work");
    }
}
