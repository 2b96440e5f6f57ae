using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <summary>Tells a checker what happens in a run of the star protocol, as a test says.</summary>
internal sealed class Watched : ISimulationView
{
    private readonly Checker _checker;
    private long _sent;

    public Watched(Checker checker)
    {
        _checker = checker;
        checker.Began(this);
        Start(ParticipantId.Master);
    }

    public TimeSpan Now { get; set; }

    public long Events { get; private set; }

    /// <summary>What the master shows.</summary>
    public IReadOnlyList<StateEntry> State { get; set; } = [];

    public IEnumerable<StateEntry> Inspect(ParticipantId participant) => participant == ParticipantId.Master ? State : [];

    public ActorState StateOf(ParticipantId participant) => ActorState.Running;

    public Watched Start(ParticipantId participant) => Enter(new Entry(participant, EntryKind.Started, default, 0, null));

    public Watched Receive(ParticipantId receiver, ParticipantId sender, Message message) =>
        Enter(new Entry(receiver, EntryKind.Received, sender, 1, message));

    public Watched Send(ParticipantId sender, ParticipantId receiver, Message message)
    {
        _checker.Sent(new Sending(sender, ++_sent, receiver, message, Now));
        return this;
    }

    public Watched Observe(Observation observation)
    {
        _checker.Observed(ParticipantId.Master, Now, observation);
        return this;
    }

    /// <summary>A neighbour shows something.</summary>
    public Watched Show(int neighbour, Observation observation)
    {
        _checker.Observed(new ParticipantId(Role.Neighbour, neighbour), Now, observation);
        return this;
    }

    public Watched Supervise(SupervisionAction action, ParticipantId participant)
    {
        _checker.Supervised(Now, new SupervisionEvent(action, participant, "test"));
        return this;
    }

    public Watched At(double seconds)
    {
        Now = TimeSpan.FromSeconds(seconds);
        return this;
    }

    public Watched Step(long step, params ImmutableArray<int> active) => Observe(StepOf(step, active));

    public Watched Change(int worker, WorkerChange change) => Observe(new WorkerObserved(worker, change, 0));

    /// <summary>The master asks a worker.</summary>
    public Watched Ask(int worker, RequestId id, RequestId previous = default) =>
        Send(ParticipantId.Master, ParticipantId.Worker(worker), Request(id, previous));

    /// <summary>A report reaches the master.</summary>
    public Watched Report(int worker, RequestId id) => Receive(ParticipantId.Master, ParticipantId.Worker(worker), ReportOf(id));

    /// <summary>The run is over.</summary>
    public Watched End(RunOutcome outcome = RunOutcome.Completed, long bytes = 0)
    {
        _checker.Ended(new RunReport
        {
            Outcome = outcome,
            Reason = "test",
            Elapsed = Now,
            Deliveries = 0,
            BytesSent = bytes,
            Restarts = 0,
            Violations = 0,
            Events = Events,
        });
        return this;
    }

    /// <summary>What breaks the rule, and the words in which it is told.</summary>
    public void Breaks(Action<Watched> what, string expected)
    {
        CheckerException broken = Assert.Throws<CheckerException>(() => what(this));

        Assert.Equal(_checker.Name, broken.Checker);
        Assert.Equal(Now, broken.At);
        Assert.Equal(Events, broken.Event);
        Assert.Contains(expected, broken.Message, StringComparison.Ordinal);
    }

    public static StepObserved StepOf(long step, ImmutableArray<int> active, int alive = 3) => new()
    {
        Step = step,
        Active = active,
        Staleness = [.. active.Select(_ => 0)],
        WorkersAlive = alive,
        Measures = [],
    };

    public static StarMessage.WorkRequested Request(RequestId id, RequestId previous = default) =>
        new() { Id = id, Previous = previous, Work = Work.One };

    public static StarMessage.WorkReported ReportOf(RequestId id) => new() { Id = id, Report = Work.One };

    public static ModelObserved Model(long step, params double[] upper) =>
        new() { Step = step, Upper = FlatVector.Of(upper), Lower = FlatVector.Of(1) };

    private Watched Enter(in Entry entry)
    {
        Events++;
        _checker.Entered(Now, entry);
        return this;
    }

    internal sealed record Work(string Name) : StarBody
    {
        public static Work One { get; } = new("one");

        public override long PayloadBytes => 8;
    }
}
