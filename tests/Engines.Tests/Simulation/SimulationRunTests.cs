using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests.Simulation;

/// <summary>What a simulation does beyond the promises of every engine: virtual time, and what faults can touch.</summary>
public sealed class SimulationRunTests
{
    private static readonly ParticipantId Master = ParticipantId.Master;
    private static readonly ParticipantId Worker = ParticipantId.Worker(0);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Takes_days_of_virtual_time_in_no_time()
    {
        RunReport report = Run(
            new SimulationSetup(),
            (spec, _, _) => new Scripted
            {
                OnStart = outbox => outbox.StartTimer("wait", TimeSpan.FromDays(40)),
                OnTimer = (_, outbox) => outbox.Complete("waited"),
            });

        Assert.Equal((RunOutcome.Completed, TimeSpan.FromDays(40)), (report.Outcome, report.Elapsed));
    }

    [Fact]
    public void Performs_effects_when_the_computing_time_is_over_and_keeps_others_waiting()
    {
        List<(TimeSpan, long)> log = [];
        RunReport report = Run(
            new SimulationSetup { Time = new FixedTimes(computing: 3 * Second, delivery: Second) },
            (spec, _, _) => spec.Id == Master
                ? new Scripted
                {
                    OnStart = outbox =>
                    {
                        outbox.Send(Worker, new Note(1));
                        outbox.Send(Worker, new Note(2));
                    },
                    OnReceive = (_, message, outbox) => EndAt(2, message, outbox),
                }
                : new Scripted { OnReceive = (sender, message, outbox) => outbox.Send(sender, message) },
            new Watcher { OnEntered = (at, entry) => LogNote(log, at, entry) });

        // There at 1, computed until 4; the second waits until then, is done at 7, and is back at 8. The master computes as well.
        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Equal([(Second, 1), (4 * Second, 2), (5 * Second, 1), (8 * Second, 2)], log);
        Assert.Equal(11 * Second, report.Elapsed);
    }

    [Fact]
    public void A_crash_takes_effects_that_are_not_yet_performed_and_what_waits()
    {
        List<(TimeSpan, long)> log = [];
        List<int> incarnations = [];
        RunReport report = Run(
            new SimulationSetup { Time = new FixedTimes(computing: 3 * Second, delivery: Second), Faults = At(2 * Second, w => w.Crash(Worker, 10 * Second, forgets: false)) },
            (spec, incarnation, _) =>
            {
                if (spec.Id == Worker)
                {
                    incarnations.Add(incarnation);
                }

                return spec.Id == Master
                    ? new Scripted
                    {
                        OnStart = outbox =>
                        {
                            outbox.Watch(Worker);
                            outbox.Send(Worker, new Note(1));
                            outbox.Send(Worker, new Note(2));
                        },
                        OnReceive = (_, message, outbox) => outbox.Complete(message.GetType().Name),
                    }
                    : new Scripted { OnReceive = (sender, message, outbox) => outbox.Send(sender, message) };
            },
            new Watcher { OnEntered = (at, entry) => LogNote(log, at, entry) });

        Assert.Equal((RunOutcome.Completed, nameof(LifecycleMessage.ParticipantRestarted)), (report.Outcome, report.Reason));
        Assert.Equal([(Second, 1)], log); // nothing came back, and the second note was never handed over
        Assert.Equal([1, 2], incarnations);
        Assert.Equal(1, report.Restarts);
        Assert.Equal(2 * sizeof(long), report.BytesSent); // the worker's answer never left
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)] // elsewhere nothing is known of it: a snapshot would say more
    public void A_crash_forgets_the_incarnation_or_not(bool forgets, int expected)
    {
        int last = 0;
        RunReport report = Run(
            new SimulationSetup { Faults = At(Second, w => w.Crash(Worker, Second, forgets)) },
            (spec, incarnation, _) => spec.Id == Master
                ? new Scripted
                {
                    OnStart = outbox => outbox.Watch(Worker),
                    OnReceive = (_, _, outbox) => outbox.Complete("it is back"),
                }
                : new Scripted
                {
                    OnStart = outbox =>
                    {
                        last = incarnation;
                        outbox.StartTimer("long", TimeSpan.FromHours(1));
                    },
                });

        Assert.Equal((RunOutcome.Completed, 2 * Second), (report.Outcome, report.Elapsed));
        Assert.Equal(expected, last);
        Assert.Equal(1, report.Restarts);
    }

    [Fact]
    public void A_message_to_one_that_is_down_is_lost()
    {
        RunReport report = Run(
            new SimulationSetup { Faults = At(TimeSpan.Zero, w => w.Crash(Worker, 5 * Second, forgets: false)) },
            (spec, _, _) => spec.Id == Master
                ? new Scripted { OnStart = outbox => SendAt(outbox, Second), OnTimer = (_, outbox) => outbox.Send(Worker, new Note(1)) }
                : new Scripted { OnReceive = (_, _, outbox) => outbox.Complete("heard") });

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.StartsWith("Nothing is left to happen", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pause_delays_messages_timers_and_effects()
    {
        List<(TimeSpan, long)> log = [];
        RunReport report = Run(
            new SimulationSetup { Time = new FixedTimes(computing: 3 * Second, delivery: Second), Faults = At(2 * Second, w => w.Pause(Worker, 10 * Second)) },
            (spec, _, _) => spec.Id == Master
                ? new Scripted { OnStart = outbox => outbox.Send(Worker, new Note(1)), OnReceive = (_, message, outbox) => outbox.Complete("answered") }
                : new Scripted { OnReceive = (sender, message, outbox) => outbox.Send(sender, message) },
            new Watcher { OnEntered = (at, entry) => LogNote(log, at, entry) });

        Assert.Equal([(Second, 1), (13 * Second, 1)], log); // due at 4, held up until 12, under way for 1
        Assert.Equal(RunOutcome.Completed, report.Outcome);
    }

    [Fact]
    public void A_block_loses_messages_one_way_until_it_ends()
    {
        List<long> heard = [];
        Run(
            new SimulationSetup { Faults = At(TimeSpan.Zero, w => w.Block(2 * Second, (from, to) => from == Master && to == Worker)) },
            (spec, _, _) => spec.Id == Master
                ? new Scripted
                {
                    OnStart = outbox => outbox.StartTimer("1", Second),
                    OnTimer = (timer, outbox) =>
                    {
                        int n = int.Parse(timer, System.Globalization.CultureInfo.InvariantCulture);
                        outbox.Send(Worker, new Note(n));
                        outbox.StartTimer($"{n + 1}", Second);
                    },
                    OnReceive = (_, message, outbox) => EndAt(3, message, outbox),
                }
                : new Scripted
                {
                    OnStart = outbox => outbox.Send(Master, new Note(0)),
                    OnReceive = (sender, message, outbox) =>
                    {
                        heard.Add(((Note)message).Number);
                        outbox.Send(sender, message);
                    },
                });

        Assert.Equal([2, 3], heard);
    }

    [Fact]
    public void One_that_is_away_leaves_what_waits_until_it_is_back()
    {
        List<(TimeSpan, long)> log = [];
        RunReport report = Run(
            new SimulationSetup { Time = new AwayFrom(4 * Second, until: 60 * Second) },
            (spec, _, _) => spec.Id == Master
                ? new Scripted
                {
                    OnStart = outbox => outbox.StartTimer("send", Second),
                    OnTimer = (_, outbox) =>
                    {
                        outbox.Send(Worker, new Note(1));
                        outbox.Send(Worker, new Note(2));
                    },
                    OnReceive = (_, message, outbox) => EndAt(2, message, outbox),
                }
                : new Scripted { OnReceive = (sender, message, outbox) => outbox.Send(sender, message) },
            new Watcher { OnEntered = (at, entry) => LogNote(log, at, entry) });

        // The first is computed from 1 to 4 and its answer waits for the return; so does the second, with an answer at 63.
        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Equal([(Second, 1), (60 * Second, 1), (60 * Second, 2), (63 * Second, 2)], log.OrderBy(entry => entry.Item1).ThenBy(entry => entry.Item2));
    }

    [Fact]
    public void A_fast_clock_runs_timers_early()
    {
        RunReport report = Run(
            new SimulationSetup { Faults = At(TimeSpan.Zero, w => w.SetClock(Master, TimeSpan.FromHours(3), 2)) },
            (spec, _, _) => new Scripted
            {
                OnStart = outbox => outbox.Send(spec.Id, new Note(1)),
                OnReceive = (_, _, outbox) => outbox.StartTimer("wait", 10 * Second),
                OnTimer = (_, outbox) => outbox.Complete($"{spec.Id}"),
            });

        Assert.Equal("master", report.Reason);
        Assert.Equal(5, report.Elapsed.TotalSeconds, 0.001);
    }

    [Fact]
    public void Fails_with_the_exception_of_an_observer_and_names_it()
    {
        RunReport report = Run(
            new SimulationSetup(),
            (_, _, _) => new Scripted { OnStart = outbox => outbox.Send(Master, new Note(1)) },
            new Watcher { OnSent = _ => throw new InvalidDataException("a rule is broken") });

        Assert.Equal("The run's observer threw InvalidDataException: a rule is broken", report.Reason);
        Assert.IsType<InvalidDataException>(report.Failure);
    }

    [Fact]
    public void Shows_a_checker_where_participants_stand()
    {
        ISimulationView? view = null;
        List<ActorState> states = [];
        Run(
            new SimulationSetup { Faults = At(Second, w => w.Crash(Worker, Second, forgets: false)) },
            (spec, _, _) => new Scripted { OnStart = outbox => outbox.StartTimer("end", 3 * Second), OnTimer = (_, outbox) => outbox.Complete("over") },
            new Watcher { OnBegan = v => view = v, OnStruck = _ => states.Add(view!.StateOf(Worker)), OnEntered = (_, _) => states.Add(view!.StateOf(Worker)) });

        Assert.Equal([ActorState.New, ActorState.New, ActorState.Restarting, ActorState.Restarting, ActorState.Running], states); // told when it has struck
        Assert.Throws<ArgumentException>(() => view!.StateOf(ParticipantId.Worker(9)));
    }

    private static void SendAt(Outbox outbox, TimeSpan after) => outbox.StartTimer("send", after);

    private static void EndAt(long last, Message message, Outbox outbox)
    {
        if (message is Note { Number: long n } && n == last)
        {
            outbox.Complete("heard the last");
        }
    }

    private static void LogNote(List<(TimeSpan, long)> log, TimeSpan at, Entry entry)
    {
        if (entry.What is Note note)
        {
            log.Add((at, note.Number));
        }
    }

    private static RunReport Run(
        SimulationSetup setup, Func<ParticipantSpec, int, Snapshot?, IParticipant> create, Watcher? observer = null)
    {
        RunPlan plan = new()
        {
            RunId = "simulated",
            Seed = 1,
            Participants = [new ParticipantSpec(Master), new ParticipantSpec(Worker, 0)],
        };
        return new SimulationEngine(setup)
            .RunAsync(plan, new ScriptedFactory(create), observer ?? new Watcher(), new MemorySnapshotStore(), CancellationToken.None)
            .GetAwaiter().GetResult();
    }

    private static OneFault At(TimeSpan at, Action<IFaultyWorld> strike) => new(new Act(at, strike));

    private sealed record Act(TimeSpan At, Action<IFaultyWorld> Does) : TimedFault(At)
    {
        public override string Kind => "test";

        public override TimeSpan Until => At;

        public override bool Strike(IFaultyWorld world)
        {
            Does(world);
            return true;
        }

        public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
        {
        }
    }

    private sealed class OneFault(TimedFault fault) : IFaultSource
    {
        public IEnumerable<TimedFault> Timed => [fault];

        public MessageFault? Of(in Sending sending) => null;
    }

    private sealed class FixedTimes(TimeSpan computing, TimeSpan delivery) : ITimeModel
    {
        public bool TakesComputingTime => true;

        public bool HasAbsences => false;

        public TimeSpan ComputingTime(ParticipantId participant, TimeSpan now, long entry, Message? message) =>
            message is Note ? computing : TimeSpan.Zero;

        public TimeSpan DeliveryTime(in Sending sending) => delivery;

        public TimeSpan AvailableFrom(ParticipantId participant, TimeSpan now) => now;
    }

    /// <summary>The worker computes for three seconds on a note, and is away for a while; messages take no time.</summary>
    private sealed class AwayFrom(TimeSpan from, TimeSpan until) : ITimeModel
    {
        public bool TakesComputingTime => true;

        public bool HasAbsences => true;

        public TimeSpan ComputingTime(ParticipantId participant, TimeSpan now, long entry, Message? message) =>
            participant == Worker && message is Note ? 3 * Second : TimeSpan.Zero;

        public TimeSpan DeliveryTime(in Sending sending) => TimeSpan.Zero;

        public TimeSpan AvailableFrom(ParticipantId participant, TimeSpan now) =>
            participant == Worker && now >= from && now < until ? until : now;
    }

    private sealed class Watcher : ISimulationObserver
    {
        public Action<ISimulationView> OnBegan { get; init; } = _ => { };

        public Action<TimeSpan, Entry> OnEntered { get; init; } = (_, _) => { };

        public Action<Sending> OnSent { get; init; } = _ => { };

        public Action<Fault> OnStruck { get; init; } = _ => { };

        public void Began(ISimulationView view) => OnBegan(view);

        public void Entered(TimeSpan at, in Entry entry) => OnEntered(at, entry);

        public void Sent(in Sending sending) => OnSent(sending);

        public void Struck(TimeSpan at, Fault fault) => OnStruck(fault);

        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }
}
