using ActorFed.Actors;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;
using ActorFed.Engines.Simulation.Faults;

namespace ActorFed.Engines.Tests.Faults;

/// <summary>
/// A simulated run on which faults can be seen: every 10 ms each of master, worker-0 and worker-1 stores its count of ticks and
/// tells it to the other two, in the order of their ids. Messages take 1 ms. The master completes at its tick 20. There are two
/// nodes, with worker-0 alone on node 1.
/// </summary>
internal sealed class Gossip : ISimulationObserver
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    public static readonly ParticipantId Master = ParticipantId.Master;
    public static readonly ParticipantId First = ParticipantId.Worker(0);
    public static readonly ParticipantId Second = ParticipantId.Worker(1);

    private static readonly ParticipantId[] All = [Master, First, Second];

    public List<(double Milliseconds, ParticipantId Sender, ParticipantId Receiver, Message Message)> Received { get; } = [];

    public List<(double Milliseconds, ParticipantId Who, long Count)> Started { get; } = [];

    public FaultLog Log { get; } = new();

    public RunReport Report { get; private set; } = null!;

    /// <summary>Placement as in these runs.</summary>
    public static IReadOnlyList<(ParticipantId Participant, int Node)> Placement => new SimulationSetup { Nodes = 2 }.Place(All);

    /// <summary>Runs with the faults that these lines say.</summary>
    public static Gossip With(params string[] lines) => Run(new PlannedFaults(FaultPlan.Parse(lines)));

    /// <summary>Runs with faults from a source.</summary>
    /// <param name="faults">What goes wrong.</param>
    /// <param name="message">What a participant tells at a count; null: a note.</param>
    /// <param name="hasDisk">Whether snapshots lie on a disk that can fail; else they are kept in memory.</param>
    public static Gossip Run(IFaultSource faults, Func<long, Message>? message = null, bool hasDisk = true)
    {
        Gossip run = new();
        SimulatedDisk disk = new();
        SimulationSetup setup = new()
        {
            Time = new ConstantTime(TimeSpan.FromMilliseconds(1)),
            Faults = faults,
            Disk = hasDisk ? disk : null,
            Nodes = 2,
        };
        RunPlan plan = new() { RunId = "gossip", Seed = 1, Participants = [.. All.Select(id => new ParticipantSpec(id))] };
        ScriptedFactory factory = new((spec, _, snapshot) => run.Member(spec.Id, Scripted.CountIn(snapshot), message ?? (count => new Note(count))));
        ISnapshotStore snapshots = hasDisk ? new GenerationStore(disk, _ => { }) : new MemorySnapshotStore();
        run.Report = new SimulationEngine(setup).RunAsync(plan, factory, run, snapshots, CancellationToken.None).GetAwaiter().GetResult();
        return run;
    }

    /// <summary>A report that says a count.</summary>
    public static Message ReportOf(long count) => new StarMessage.WorkReported
    {
        Id = new RequestId(1, count),
        Report = new AdboBody.Stepped { Upper = FlatVector.Of(count, 1), Lower = FlatVector.Of(2, 3, 4), UpperLoss = 0 },
    };

    /// <summary>The notes that one member heard from another, in order.</summary>
    public long[] Heard(ParticipantId receiver, ParticipantId sender) =>
        [.. Received.Where(entry => entry.Receiver == receiver && entry.Sender == sender).Select(entry => ((Note)entry.Message).Number)];

    /// <summary>Pairs between which messages arrived in a time, in milliseconds.</summary>
    public string[] Connected(double from, double to) =>
    [
        .. Received.Where(entry => entry.Milliseconds >= from && entry.Milliseconds < to)
            .Select(entry => $"{entry.Sender}>{entry.Receiver}").Distinct().Order(StringComparer.Ordinal),
    ];

    public void Entered(TimeSpan at, in Entry entry)
    {
        if (entry.Kind == EntryKind.Received)
        {
            Received.Add((at.TotalMilliseconds, entry.Sender, entry.Participant, (Message)entry.What!));
        }
    }

    public void Struck(TimeSpan at, Fault fault) => Log.Struck(at, fault);

    public void Observed(ParticipantId source, TimeSpan at, Observation observation) =>
        Started.Add((at.TotalMilliseconds, source, long.Parse(((Said)observation).Text, System.Globalization.CultureInfo.InvariantCulture)));

    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
    }

    private Scripted Member(ParticipantId id, long count, Func<long, Message> message)
    {
        Scripted member = null!;
        return member = new Scripted
        {
            Count = count,
            OnStart = outbox =>
            {
                outbox.Observe(new Said($"{member.Count}"));
                outbox.StartTimer("tick", Tick);
            },
            OnReceive = (_, _, _) => { },
            OnTimer = (_, outbox) =>
            {
                member.Count++;
                outbox.Save();
                outbox.StartTimer("tick", Tick);
                Message said = message(member.Count);
                foreach (ParticipantId other in All)
                {
                    if (other != id)
                    {
                        outbox.Send(other, said);
                    }
                }

                if (id == Master && member.Count == 20)
                {
                    outbox.Complete("20 ticks");
                }
            },
        };
    }
}
