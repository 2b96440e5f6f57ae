using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <summary>The checkers of how a run goes on and ends.</summary>
public sealed class EndCheckerTests
{
    private static LivenessChecker Liveness => new(workers: 2, quietFrom: TimeSpan.FromSeconds(10), patience: TimeSpan.FromSeconds(5));

    [Fact]
    public void Bytes_pass_when_every_message_is_counted_once()
    {
        BytesChecker checker = new();

        new Watched(checker).Ask(0, new(1, 1)).Ask(1, new(1, 2)).End(bytes: 16);

        Assert.Equal(1, checker.Checks);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(24)]
    public void Bytes_counted_wrongly_are_found(long bytes) =>
        new Watched(new BytesChecker()).Ask(0, new(1, 1)).Ask(1, new(1, 2))
            .Breaks(run => run.End(bytes: bytes), $"the report counts {bytes} bytes sent; the messages that left carried 16");

    [Fact]
    public void A_run_that_goes_on_and_completes_is_live()
    {
        Watched run = new Watched(Liveness).At(11).Step(1, 0).At(14).Step(2, 1);

        Wake(run, 18).At(18).Step(3, 0);

        Wake(run, 20).End();
    }

    [Fact]
    public void A_run_that_ends_before_it_is_quiet_or_is_cancelled_is_not_judged()
    {
        new Watched(Liveness).At(9).End(RunOutcome.Failed);
        new Watched(Liveness).At(11).End(RunOutcome.Cancelled);
    }

    [Theory]
    [InlineData(RunOutcome.Failed)]
    [InlineData(RunOutcome.TimeLimit)]
    public void A_run_that_ends_otherwise_when_all_is_quiet_is_found(RunOutcome outcome) =>
        new Watched(Liveness).At(11).Breaks(run => run.End(outcome), $"the run ended as {outcome}, not as Completed: test");

    [Fact]
    public void A_run_that_stands_still_is_found()
    {
        Watched run = new Watched(Liveness).At(11).Step(1, 0, 1);

        Wake(run, 16).Breaks(again => Wake(again, 16.5), "there was no step since 00:00:11");
    }

    [Fact]
    public void A_worker_that_is_not_heard_is_found()
    {
        Watched run = new Watched(Liveness).At(9).Step(1, 0, 1).At(12).Step(2, 0).At(15).Step(3, 0);

        run.Breaks(again => Wake(again, 15.5), "worker-1 was active in no step");
    }

    [Fact]
    public void A_worker_that_was_stopped_need_not_be_heard()
    {
        Watched run = new Watched(Liveness).Supervise(SupervisionAction.Stopped, ParticipantId.Worker(1)).At(12).Step(2, 0);

        Wake(run, 16).End();
    }

    [Fact]
    public void The_same_final_model_passes()
    {
        ReferenceChecker checker = new(Watched.Model(7, 1, -0.0));

        new Watched(checker).Observe(Watched.Model(5, 3, 4)).Observe(Watched.Model(7, 1, -0.0)).End();

        Assert.Equal(1, checker.Checks);
    }

    [Theory]
    [InlineData(new[] { 1, 0.0 }, "entry 1 of the final upper variable is 0; without faults it is -0")]
    [InlineData(new[] { 1.0 }, "has length 1; without faults it has length 2")]
    public void Another_final_model_is_found(double[] upper, string expected) =>
        new Watched(new ReferenceChecker(Watched.Model(7, 1, -0.0))).Observe(Watched.Model(7, upper)).Breaks(run => run.End(), expected);

    [Fact]
    public void A_model_of_another_step_or_none_is_found()
    {
        new Watched(new ReferenceChecker(Watched.Model(7, 1))).Observe(Watched.Model(6, 1)).Breaks(run => run.End(), "is that of step 6");
        new Watched(new ReferenceChecker(Watched.Model(7, 1))).Breaks(run => run.End(), "completed without a model");
    }

    [Fact]
    public void The_final_model_may_be_another_when_a_worker_was_lost_or_the_run_did_not_complete()
    {
        ReferenceChecker checker = new(Watched.Model(7, 1));

        new Watched(checker).End(RunOutcome.Failed).Change(0, WorkerChange.Lost).Observe(Watched.Model(7, 2)).End();

        Assert.Equal(0, checker.Checks);
    }

    [Fact]
    public void Patience_covers_the_return_of_a_lost_worker()
    {
        StarMasterOptions star = new() { StepLimit = 1, AskAgainAfter = TimeSpan.FromSeconds(2), LostAfter = TimeSpan.FromSeconds(60) };
        SupervisionPolicy supervision = new() { MaxBackOff = TimeSpan.FromSeconds(5) };

        TimeSpan patience = LivenessChecker.PatienceFor(star, supervision, stages: 7, stalenessBound: 5, roundTrip: TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(5 + 60 + 10 + 16), patience);
    }

    private static Watched Wake(Watched run, double seconds) =>
        run.At(seconds).Receive(ParticipantId.Worker(0), ParticipantId.Master, new LifecycleMessage.ParticipantRestarted(1));
}
