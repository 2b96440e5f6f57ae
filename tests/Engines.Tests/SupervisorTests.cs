using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Engines.Tests;

public class SupervisorTests
{
    private static readonly ParticipantId Worker = ParticipantId.Worker(3);
    private static readonly ParticipantId Other = ParticipantId.Worker(4);

    private static readonly SupervisionPolicy Policy = new()
    {
        MaxRestarts = 3,
        MaxArithmeticRestarts = 1,
        MaxViolations = 2,
        Window = TimeSpan.FromSeconds(10),
        InitialBackOff = TimeSpan.FromSeconds(1),
        MaxBackOff = TimeSpan.FromSeconds(3),
    };

    [Fact]
    public void Doubles_the_back_off_up_to_its_limit()
    {
        Supervisor supervisor = new(Policy);

        TimeSpan[] delays = [.. Enumerable.Range(0, 3).Select(_ => supervisor.Failed(Worker, new InvalidOperationException(), TimeSpan.Zero).Delay)];

        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)], delays);
    }

    [Fact]
    public void Fails_the_run_at_once_when_somebody_else_goes_on_with_a_participant()
    {
        OvertakenException overtaken = new("incarnation 2 of master was overtaken by incarnation 3");

        SupervisionEvent[] events =
        [
            new Supervisor(Policy).StoreFailed(ParticipantId.Master, overtaken, TimeSpan.Zero).Event,
            new Supervisor(Policy).Failed(ParticipantId.Master, overtaken, TimeSpan.Zero).Event,
            Supervisor.SnapshotLost(ParticipantId.Master, overtaken).Event,
        ];

        Assert.All(events, told => Assert.Equal((SupervisionAction.FailedRun, overtaken.Message, overtaken), (told.Action, told.Reason, told.Failure)));
    }

    [Fact]
    public void Gives_up_after_the_last_restart_in_the_window()
    {
        Supervisor supervisor = new(Policy);
        InvalidOperationException failure = new("broken");
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(SupervisionAction.Restarting, supervisor.Failed(Worker, failure, TimeSpan.FromSeconds(i)).Event.Action);
        }

        SupervisionEvent gaveUp = supervisor.Failed(Worker, failure, TimeSpan.FromSeconds(9)).Event;

        Assert.Equal(SupervisionAction.FailedRun, gaveUp.Action);
        Assert.Same(failure, gaveUp.Failure);
        Assert.Contains("worker-3 threw InvalidOperationException: broken", gaveUp.Reason, StringComparison.Ordinal);
        Assert.Contains("at most 3", gaveUp.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Forgets_restarts_once_they_are_a_window_old()
    {
        Supervisor supervisor = new(Policy);
        for (int i = 0; i < 3; i++)
        {
            supervisor.Failed(Worker, new InvalidOperationException(), TimeSpan.Zero);
        }

        SupervisionDecision decision = supervisor.Failed(Worker, new InvalidOperationException(), TimeSpan.FromSeconds(10));

        Assert.Equal(SupervisionAction.Restarting, decision.Event.Action);
        Assert.Equal(TimeSpan.FromSeconds(1), decision.Delay);
    }

    [Fact]
    public void Counts_each_participant_by_itself()
    {
        Supervisor supervisor = new(Policy with { MaxRestarts = 1 });
        supervisor.Failed(Worker, new InvalidOperationException(), TimeSpan.Zero);

        SupervisionDecision decision = supervisor.Failed(Other, new InvalidOperationException(), TimeSpan.Zero);

        Assert.Equal(SupervisionAction.Restarting, decision.Event.Action);
    }

    [Fact]
    public void Fails_the_run_at_the_second_arithmetic_exception_whatever_giving_up_means()
    {
        Supervisor supervisor = new(Policy with { OnGiveUp = GiveUpAction.Stop });

        SupervisionAction first = supervisor.Failed(Worker, new ArithmeticException("NaN"), TimeSpan.Zero).Event.Action;
        SupervisionAction second = supervisor.Failed(Worker, new DivideByZeroException(), TimeSpan.FromSeconds(1)).Event.Action;

        Assert.Equal(SupervisionAction.Restarting, first);
        Assert.Equal(SupervisionAction.FailedRun, second);
    }

    [Fact]
    public void Does_not_count_other_restarts_as_arithmetic_ones()
    {
        Supervisor supervisor = new(Policy);
        supervisor.Failed(Worker, new InvalidOperationException(), TimeSpan.Zero);
        supervisor.Failed(Worker, new InvalidOperationException(), TimeSpan.Zero);

        SupervisionDecision decision = supervisor.Failed(Worker, new ArithmeticException(), TimeSpan.Zero);

        Assert.Equal(SupervisionAction.Restarting, decision.Event.Action);
    }

    [Fact]
    public void Gives_up_at_once_when_no_restart_is_allowed()
    {
        Supervisor supervisor = new(Policy with { MaxRestarts = 0, OnGiveUp = GiveUpAction.Stop });

        SupervisionDecision decision = supervisor.Failed(Worker, new InvalidOperationException(), TimeSpan.Zero);

        Assert.Equal(SupervisionAction.Stopped, decision.Event.Action);
    }

    [Fact]
    public void Never_stops_the_master_but_fails_the_run()
    {
        Supervisor supervisor = new(Policy with { MaxRestarts = 0, OnGiveUp = GiveUpAction.Stop });

        SupervisionDecision decision = supervisor.Failed(ParticipantId.Master, new InvalidOperationException(), TimeSpan.Zero);

        Assert.Equal(SupervisionAction.FailedRun, decision.Event.Action);
    }

    [Fact]
    public void Stops_a_sender_once_when_it_reaches_the_limit_of_violations()
    {
        Supervisor supervisor = new(Policy);

        SupervisionDecision[] decisions = [.. Enumerable.Range(0, 3).Select(_ => Violate(supervisor, ParticipantId.Master, Worker))];

        Assert.All(decisions, decision => Assert.Equal(SupervisionAction.Dropped, decision.Event.Action));
        Assert.All(decisions, decision => Assert.Equal(Worker, decision.Event.Sender));
        Assert.Equal([false, true, false], decisions.Select(decision => decision.StopsSender));
    }

    [Fact]
    public void Adds_up_the_violations_that_different_receivers_report()
    {
        Supervisor supervisor = new(Policy);
        Violate(supervisor, ParticipantId.Master, Worker);

        SupervisionDecision decision = Violate(supervisor, Other, Worker);

        Assert.True(decision.StopsSender);
        Assert.Contains("violation 2 by worker-3", decision.Event.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Fails_the_run_when_the_master_reaches_the_limit_of_violations()
    {
        Supervisor supervisor = new(Policy);
        Violate(supervisor, Worker, ParticipantId.Master);

        SupervisionDecision decision = Violate(supervisor, Worker, ParticipantId.Master);

        Assert.Equal(SupervisionAction.FailedRun, decision.Event.Action);
        Assert.False(decision.StopsSender);
    }

    [Fact]
    public void Counts_a_rejected_lifecycle_message_against_nobody()
    {
        Supervisor supervisor = new(Policy with { MaxViolations = 1 });
        LifecycleMessage.ParticipantRestarted notice = new(2);

        SupervisionDecision decision = supervisor.Violated(
            ParticipantId.Master, Worker, notice, new ProtocolViolationException(Worker, notice, "not watched"));

        Assert.Equal(SupervisionAction.Dropped, decision.Event.Action);
        Assert.Null(decision.Event.Sender);
        Assert.False(decision.StopsSender);
    }

    [Fact]
    public void Counts_what_is_no_message_like_a_violation_and_against_nobody_when_its_sender_is_unknown()
    {
        Supervisor supervisor = new(Policy with { MaxViolations = 2 });
        InvalidDataException fault = new("42 bytes are no envelope");

        SupervisionDecision first = Violate(supervisor, ParticipantId.Master, Worker);
        SupervisionDecision unknown = supervisor.Poisoned(ParticipantId.Master, sender: null, fault);
        SupervisionDecision second = supervisor.Poisoned(ParticipantId.Master, Worker, fault);

        Assert.False(first.StopsSender);
        Assert.Equal(new SupervisionEvent(SupervisionAction.Dropped, ParticipantId.Master, fault.Message, null, fault), unknown.Event);
        Assert.False(unknown.StopsSender);
        Assert.Equal((SupervisionAction.Dropped, Worker), (second.Event.Action, second.Event.Sender));
        Assert.True(second.StopsSender);
    }

    [Fact]
    public void Counts_a_snapshot_that_cannot_be_stored_among_the_failures()
    {
        Supervisor supervisor = new(Policy);
        supervisor.Failed(Worker, new InvalidOperationException(), TimeSpan.Zero);

        SupervisionDecision second = supervisor.StoreFailed(Worker, new IOException("no room in 'runs/a'"), TimeSpan.Zero);
        SupervisionDecision third = supervisor.Failed(Worker, new InvalidOperationException(), TimeSpan.Zero);
        SupervisionDecision fourth = supervisor.StoreFailed(Worker, new IOException("no room in 'runs/a'"), TimeSpan.Zero);

        Assert.Equal((SupervisionAction.Restarting, TimeSpan.FromSeconds(2)), (second.Event.Action, second.Delay));
        Assert.Equal((SupervisionAction.Restarting, TimeSpan.FromSeconds(3)), (third.Event.Action, third.Delay));
        Assert.Equal(SupervisionAction.FailedRun, fourth.Event.Action);
        Assert.Equal(
            "The snapshot of worker-3 could not be stored: no room in 'runs/a' Its last good snapshot is kept: make room or repair "
            + "the store, then resume the run. (after 3 restarts within 00:00:10; at most 3 are allowed)",
            fourth.Event.Reason);
    }

    [Fact]
    public void Fails_the_run_for_its_snapshots_whatever_giving_up_means()
    {
        Supervisor supervisor = new(Policy with { MaxRestarts = 0, OnGiveUp = GiveUpAction.Stop });

        SupervisionDecision decision = supervisor.StoreFailed(Worker, new IOException("no room"), TimeSpan.Zero);

        Assert.Equal(SupervisionAction.FailedRun, decision.Event.Action);
    }

    private static SupervisionDecision Violate(Supervisor supervisor, ParticipantId receiver, ParticipantId sender)
    {
        Note note = new(1);
        return supervisor.Violated(receiver, sender, note, new ProtocolViolationException(sender, note, "not due"));
    }
}
