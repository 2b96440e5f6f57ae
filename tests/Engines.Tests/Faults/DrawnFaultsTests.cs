using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using ActorFed.Engines.Simulation.Faults;
using Xunit;

namespace ActorFed.Engines.Tests.Faults;

/// <summary>What is drawn depends on the seed alone, keeps to the assumptions, and can be played again as a plan.</summary>
public sealed class DrawnFaultsTests
{
    private const int MaxViolations = 20;

    private static readonly FaultProfile Heavy = FaultProfile.Heavy with { Until = TimeSpan.FromMilliseconds(150), MaxDuration = TimeSpan.FromMilliseconds(40) };

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 25).Select(seed => (ulong)seed)];

    [Theory, MemberData(nameof(Seeds))]
    public void A_plan_of_what_struck_makes_the_same_run(ulong seed)
    {
        Gossip drawn = Gossip.Run(new DrawnFaults(Heavy, seed, Gossip.Placement, MaxViolations), Gossip.ReportOf);

        Gossip played = Gossip.Run(new PlannedFaults(FaultPlan.Parse(drawn.Log.Plan.Lines)), Gossip.ReportOf);

        Assert.NotEmpty(drawn.Log.Faults);
        Assert.Equal(drawn.Report, played.Report);
        Assert.Equal(drawn.Log.Plan, played.Log.Plan);
    }

    [Fact]
    public void Heavy_draws_every_kind_and_every_kind_is_in_the_table()
    {
        HashSet<string> drawn = [];
        for (ulong seed = 1; seed <= 30; seed++)
        {
            DrawnFaults faults = new(FaultProfile.Heavy, seed, Placement(workers: 5), MaxViolations);
            drawn.UnionWith(faults.Timed.Select(fault => fault.Kind));
            drawn.UnionWith(Messages(faults, workers: 5).Select(fault => fault.Kind));
        }

        Assert.Equal(FaultKinds.All.Select(kind => kind.Name).Order(), drawn.Order());
        Assert.Equal(FaultKinds.All.Length, FaultKinds.All.Select(kind => kind.Meaning).Distinct().Count());
    }

    [Fact]
    public void Every_type_of_fault_is_drawn_by_heavy()
    {
        HashSet<Type> drawn = [];
        for (ulong seed = 1; seed <= 30; seed++)
        {
            DrawnFaults faults = new(FaultProfile.Heavy, seed, Placement(workers: 5), MaxViolations);
            drawn.UnionWith(faults.Timed.Select(fault => fault.GetType()));
            drawn.UnionWith(Messages(faults, workers: 5).Select(fault => fault.GetType()));
        }

        IEnumerable<Type> all = typeof(Fault).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Fault)) && !type.IsAbstract);

        Assert.Equal(all.Select(type => type.Name).Order(), drawn.Select(type => type.Name).Order());
    }

    [Theory, MemberData(nameof(Seeds))]
    public void All_that_is_drawn_is_valid_and_over_when_it_becomes_quiet(ulong seed)
    {
        DrawnFaults faults = new(Heavy, seed, Placement(workers: 5), MaxViolations);
        Fault[] all = [.. faults.Timed, .. Messages(faults, workers: 5)];

        Assert.All(all, fault => fault.Validate(Placement(workers: 5)));
        Assert.All(faults.Timed, fault => Assert.InRange(fault.Until, TimeSpan.Zero, Heavy.Until));
        Assert.Null(faults.Of(new Sending(ParticipantId.Worker(0), 1, ParticipantId.Master, Gossip.ReportOf(1), Heavy.Until)));
        Assert.Equal(all.Length, FaultPlan.Parse(new FaultPlan(all).Lines).Faults.Length);
        Assert.Equal(all, FaultPlan.Parse(new FaultPlan(all).Lines).Faults);
    }

    [Fact]
    public void Answers_do_not_depend_on_the_order_of_the_questions()
    {
        DrawnFaults forwards = new(Heavy, 3, Placement(workers: 5), MaxViolations);
        DrawnFaults backwards = new(Heavy, 3, Placement(workers: 5), MaxViolations);
        Sending[] sendings = [.. Sendings(workers: 5)];

        MessageFault?[] first = [.. sendings.Select(sending => forwards.Of(sending))];
        MessageFault?[] last = [.. sendings.Reverse().Select(sending => backwards.Of(sending)).Reverse()];

        Assert.Equal(first, last);
        Assert.Equal(forwards.Timed, backwards.Timed);
        Assert.NotEqual(first, sendings.Select(sending => new DrawnFaults(Heavy, 4, Placement(workers: 5), MaxViolations).Of(sending)));
    }

    [Fact]
    public void More_of_one_kind_leaves_the_others_as_they_are()
    {
        DrawnFaults few = new(Heavy, 3, Placement(workers: 5), MaxViolations);
        DrawnFaults many = new(Heavy with { Crashes = 2 * Heavy.Crashes }, 3, Placement(workers: 5), MaxViolations);

        Assert.Equal(few.Timed.Where(fault => fault is not Crash), many.Timed.Where(fault => fault is not Crash));
        Assert.Equal(few.Timed.Count() + Heavy.Crashes, many.Timed.Count());
    }

    [Theory, MemberData(nameof(Seeds))]
    public void One_worker_stays_reachable(ulong seed)
    {
        DrawnFaults faults = new(FaultProfile.Heavy, seed, Placement(workers: 5), MaxViolations);

        ParticipantId[] spared = [.. Enumerable.Range(0, 5).Select(ParticipantId.Worker).Where(worker => !faults.Timed.Any(fault => Strikes(fault, worker)))];

        Assert.NotEmpty(spared);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void At_most_one_snapshot_of_a_participant_is_damaged_and_never_the_first(ulong seed)
    {
        FaultProfile profile = FaultProfile.Heavy with { TornWrites = 4, FlippedBits = 4 };
        DrawnFaults faults = new(profile, seed, Placement(workers: 5), MaxViolations);

        DiskFault[] damages = [.. faults.Timed.OfType<DiskFault>().Where(fault => fault is not FailedWrite)];

        Assert.Equal(6, damages.Length); // one each of six participants
        Assert.Equal(6, damages.Select(fault => fault.Participant).Distinct().Count());
        Assert.All(damages, fault => Assert.True(fault.At > TimeSpan.Zero));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(100)]
    public void Poison_stays_below_the_violations_at_which_its_sender_is_stopped(int maxViolations)
    {
        FaultProfile profile = new() { NanPoison = 0.3, HugePoison = 0.2, LengthPoison = 0.2, Forgery = 0.3 };
        DrawnFaults faults = new(profile, 5, Placement(workers: 5), maxViolations);
        Dictionary<ParticipantId, int> violations = [];

        foreach (MessageFault fault in Messages(faults, workers: 5))
        {
            ParticipantId blamed = fault is Forgery forgery ? forgery.Claimed : fault.Sender;
            violations[blamed] = violations.GetValueOrDefault(blamed) + 1;
        }

        Assert.All(violations, entry => Assert.InRange(entry.Value, 1, maxViolations - 1));
        Assert.Equal(maxViolations > 2, violations.Count > 0);
    }

    [Fact]
    public void Only_reports_are_poisoned()
    {
        DrawnFaults faults = new(new FaultProfile { NanPoison = 0.9 }, 1, Placement(5), 100);

        Assert.All(Sendings(workers: 5), sending => Assert.Null(faults.Of(sending with { Message = new Note(1) })));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Draws_what_it_can_where_few_take_part(int workers)
    {
        DrawnFaults faults = new(FaultProfile.Heavy, 1, Placement(workers), MaxViolations);

        Assert.DoesNotContain(faults.Timed, fault => fault.Kind is "crash" or "partition" or "one-way-partition" or "partial-partition");
        Assert.Contains(faults.Timed, fault => fault is Crash { Participant.Role: Role.Master });
    }

    [Fact]
    public void None_draws_nothing()
    {
        DrawnFaults faults = new(FaultProfile.None, 1, Placement(workers: 5), MaxViolations);

        Assert.Empty(faults.Timed);
        Assert.Empty(Messages(faults, workers: 5));
        Assert.Empty(new DrawnFaults(FaultProfile.Heavy with { Until = TimeSpan.Zero }, 1, Placement(workers: 5), MaxViolations).Timed);
    }

    [Fact]
    public void What_is_planned_goes_before_what_is_drawn()
    {
        FaultPlan plan = FaultPlan.Parse(["message worker-0#1 lost", "at 1s pause master for 1s"]);
        DrawnFaults drawn = new(new FaultProfile { Corruption = 1, Pauses = 1 }, 1, Placement(workers: 2), MaxViolations);
        PlannedFaults both = new(plan, drawn);
        Sending first = new(ParticipantId.Worker(0), 1, ParticipantId.Master, new Note(1), TimeSpan.Zero);

        Assert.Equal(new Loss(ParticipantId.Worker(0), 1), both.Of(first));
        Assert.Equal(new Corruption(ParticipantId.Worker(0), 2), both.Of(first with { Number = 2 }));
        Assert.Equal([.. plan.Faults.OfType<TimedFault>(), .. drawn.Timed], both.Timed);
    }

    public static TheoryData<FaultProfile, string> OutOfRange => new()
    {
        { new FaultProfile { Loss = 1.5 }, "Loss is 1.5; it must be between 0 and 1." },
        { new FaultProfile { Forgery = double.NaN }, "Forgery is NaN; it must be between 0 and 1." },
        { new FaultProfile { Loss = 0.6, Corruption = 0.6 }, "the sum of Loss, Duplication, Reordering and Corruption is 1.2; it must be between 0 and 1." },
        { new FaultProfile { NanPoison = 0.6, Replay = 0.6 }, "the sum of the poisons, Replay and Forgery is 1.2; it must be between 0 and 1." },
        { new FaultProfile { Crashes = -1 }, "Crashes is -1; it must be between 0 and 100000." },
        { new FaultProfile { MinDelay = TimeSpan.FromSeconds(-1) }, "MinDelay is -1s; it must be at least 0s." },
        { new FaultProfile { MinDelay = TimeSpan.FromSeconds(1) }, "MaxDelay is 100ms; it must be at least 1s." },
        { new FaultProfile { MaxDuration = TimeSpan.Zero }, "MaxDuration is 0s; it must be at least 10ms." },
        { new FaultProfile { MaxClockOffset = TimeSpan.FromHours(25) }, "MaxClockOffset is 90000s; it must be at most 24h." },
        { new FaultProfile { MaxClockRate = 0.5 }, "MaxClockRate is 0.5; it must be between 1 and 100." },
        { new FaultProfile { Until = TimeSpan.FromSeconds(-1) }, "Until is -1s; it must be at least 0s." },
    };

    [Theory, MemberData(nameof(OutOfRange))]
    public void Refuses_a_profile_out_of_range(FaultProfile profile, string problem)
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => new DrawnFaults(profile, 1, Placement(workers: 2), MaxViolations));

        Assert.Equal(problem, wrong.Message);
    }

    private static IReadOnlyList<(ParticipantId Participant, int Node)> Placement(int workers) =>
        new SimulationSetup { Nodes = 3 }.Place([ParticipantId.Master, .. Enumerable.Range(0, workers).Select(ParticipantId.Worker)]);

    private static IEnumerable<Sending> Sendings(int workers) =>
        from number in Enumerable.Range(1, 400)
        from worker in Enumerable.Range(0, workers)
        select new Sending(ParticipantId.Worker(worker), number, ParticipantId.Master, Gossip.ReportOf(number), TimeSpan.Zero);

    private static IEnumerable<MessageFault> Messages(DrawnFaults faults, int workers) =>
        Sendings(workers).Select(sending => faults.Of(sending)).OfType<MessageFault>();

    private static bool Strikes(Fault fault, ParticipantId worker) => fault switch
    {
        Crash crash => crash.Participant == worker,
        Pause pause => pause.Participant == worker,
        NodeCrash crash => Placement(workers: 5).Contains((worker, crash.Node)),
        Partition partition => partition.Group.Contains(worker) != partition.Group.Contains(ParticipantId.Master),
        OneWayPartition partition => partition.Group.Contains(worker) != partition.Group.Contains(ParticipantId.Master),
        PartialPartition partition => partition.Links.Contains(new Link(ParticipantId.Master, worker)) || partition.Links.Contains(new Link(worker, ParticipantId.Master)),
        _ => false,
    };
}
