using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Replay;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Scenarios.Tests;

/// <summary>
/// Asynchronous runs, of which no two are alike, are made again from their deliveries. What disturbed a run (threads that meet in
/// another order, oracles that break, disks that fail) is absent from its replay.
/// </summary>
public sealed class ReplayTests
{
    private const int Steps = 60;

    private static readonly SupervisionPolicy Forgiving = new() { InitialBackOff = TimeSpan.Zero, MaxRestarts = 50 };

    [Theory]
    [InlineData("quadratic", "paper", 12)]
    [InlineData("quadratic", "paper, warm start", 4)]
    [InlineData("quadratic", "official, ijcnn1", 4)]
    [InlineData("quadratic", "official, mnist", 4)]
    [InlineData("hyper-cleaning", "paper", 4)]
    [InlineData("hyper-cleaning", "official, mnist", 4)]
    public async Task Repeats_every_observation_of_a_run_bit_for_bit(string problem, string profile, int runs)
    {
        Scenario scenario = Asynchronous(1) with { Problem = Cases.Problem(problem, 1), Options = Cases.Profile(profile) };
        for (ulong seed = 1; seed <= (ulong)runs; seed++)
        {
            (Ended run, DeliveryRecord record) = await (scenario with { Oracle = Perturbation.Of(seed) }).RecordAsync(new MemorySnapshotStore());

            Ended replay = await scenario.ReplayAsync(record);

            MustRepeat(run.MustHaveCompleted(), replay);
        }
    }

    [Fact]
    public async Task Repeats_a_replay_with_the_same_trace()
    {
        Scenario scenario = Asynchronous(2);
        (_, DeliveryRecord record) = await (scenario with { Oracle = Perturbation.Of(2) }).RecordAsync(new MemorySnapshotStore());

        Ended first = await scenario.ReplayAsync(record);
        Ended second = await scenario.ReplayAsync(record);

        Assert.NotNull(first.Report.TraceHash);
        Assert.Equal(first.Report, second.Report);
    }

    [Fact]
    public async Task Repeats_a_run_whose_workers_broke_for_reasons_that_are_gone()
    {
        Scenario scenario = Asynchronous(3) with { Supervision = Forgiving };
        int calls = 0;

        (Ended run, DeliveryRecord record) = await (scenario with { Oracle = BreakEvery(11, () => Interlocked.Increment(ref calls)) })
            .RecordAsync(new MemorySnapshotStore());
        Ended replay = await scenario.ReplayAsync(record);

        MustRepeat(run.MustHaveCompleted(), replay);
        Assert.InRange(run.Report.Restarts, 5, 150);
        Assert.Equal(run.Report.Restarts, replay.Report.Restarts);
    }

    [Fact]
    public async Task Repeats_a_run_whose_master_broke_and_whose_snapshots_failed()
    {
        Scenario scenario = Asynchronous(4) with
        {
            Supervision = Forgiving,
            Participant = (id, participant) => id == ParticipantId.Master ? new Intercepted(participant) { SavesAlways = true } : participant,
        };
        int received = 0;
        Scenario broken = scenario with
        {
            Participant = (id, participant) => id != ParticipantId.Master ? participant : new Intercepted(participant)
            {
                SavesAlways = true,
                OnReceive = (_, _) => ThrowIf(++received % 97 == 0),
            },
        };

        (Ended run, DeliveryRecord record) = await broken.RecordAsync(new HiccupingStore(period: 61));
        Ended replay = await scenario.ReplayAsync(record);

        MustRepeat(run.MustHaveCompleted(), replay);
        Assert.InRange(run.Report.Restarts, 2, 100);
    }

    [Fact]
    public async Task Repeats_a_run_that_gave_up_on_a_worker()
    {
        Scenario scenario = Asynchronous(5) with
        {
            Supervision = new SupervisionPolicy { InitialBackOff = TimeSpan.Zero, MaxRestarts = 2, OnGiveUp = GiveUpAction.Stop },
        };
        int calls = 0;

        (Ended run, DeliveryRecord record) = await (scenario with
        {
            Oracle = (shard, oracle) => shard == 2 ? new DisturbedOracle(oracle, () => ThrowIf(++calls > 20)) : oracle,
        }).RecordAsync(new MemorySnapshotStore());
        Ended replay = await scenario.ReplayAsync(record);

        MustRepeat(run.MustHaveCompleted(), replay);
        Assert.Contains(replay.Log.Of<WorkerObserved>(), seen => seen is { Worker: 2, Change: WorkerChange.Lost });
    }

    [Fact]
    public async Task Repeats_a_run_that_stopped_a_worker_for_its_violations()
    {
        Scenario scenario = Asynchronous(6) with
        {
            Supervision = new SupervisionPolicy { InitialBackOff = TimeSpan.Zero, MaxViolations = 3 },
            AskAgainAfter = TimeSpan.FromMilliseconds(5), // each violation is followed by silence
            Participant = (id, participant) => id != ParticipantId.Worker(1) ? participant : new Intercepted(participant)
            {
                Sent = message => message is StarMessage.WorkReported report
                    ? [report with { Id = new RequestId(report.Id.Epoch, report.Id.Sequence + 1_000_000) }]
                    : [message],
            },
        };

        (Ended run, DeliveryRecord record) = await scenario.RecordAsync(new MemorySnapshotStore());
        Ended replay = await scenario.ReplayAsync(record);

        MustRepeat(run.MustHaveCompleted(), replay);
        Assert.Equal(run.Report.Violations, replay.Report.Violations);
        Assert.True(run.Report.Violations >= 3, $"{run.Report.Violations} violations were counted.");
    }

    [Fact]
    public async Task Repeats_both_parts_of_a_run_that_was_cancelled_and_resumed()
    {
        Scenario scenario = Asynchronous(7);
        MemorySnapshotStore snapshots = new();
        using CancellationTokenSource cancellation = new();

        (Ended first, DeliveryRecord firstRecord) = await (scenario with
        {
            OnObserved = observation => CancelAt(33, observation, cancellation),
        }).RecordAsync(snapshots, cancellation.Token);
        (Ended second, DeliveryRecord secondRecord) = await (scenario with { Oracle = Perturbation.Of(7) }).RecordAsync(snapshots);

        Assert.Equal(RunOutcome.Cancelled, first.Report.Outcome);
        MustRepeat(first, await scenario.ReplayAsync(firstRecord));
        MustRepeat(second.MustHaveCompleted(), await scenario.ReplayAsync(secondRecord));
        Assert.Equal(34, second.Steps[0].Step);
    }

    [Fact]
    public async Task Repeats_as_much_of_a_record_that_ends_early_as_it_holds()
    {
        Scenario scenario = Asynchronous(8);
        (Ended run, DeliveryRecord whole) = await (scenario with { Oracle = Perturbation.Of(8) }).RecordAsync(new MemorySnapshotStore());
        ReadOnlyMemory<byte> master = whole.Entries[0];
        DeliveryRecord early = whole with { End = null, Entries = whole.Entries.SetItem(0, WholeEntries(master, master.Length / 2)) };

        Ended replay = await scenario.ReplayAsync(early);

        Assert.Equal(RunOutcome.Cancelled, replay.Report.Outcome);
        Assert.Contains("ends before the run did", replay.Report.Reason, StringComparison.Ordinal);
        Assert.InRange(replay.Steps.Count, 10, Steps - 1);
        Assert.Equal(Trace(run.Log.Of<Observation>().Take(replay.Log.Of<Observation>().Count)), Trace(replay.Log.Of<Observation>()));
    }

    [Fact]
    public async Task Comes_to_another_model_on_other_data()
    {
        Scenario scenario = Asynchronous(9);
        (Ended run, DeliveryRecord record) = await scenario.RecordAsync(new MemorySnapshotStore());

        Ended replay = await (scenario with { Problem = Cases.Quadratic(10) }).ReplayAsync(record);

        Assert.NotEqual(Trace(run.Log.Of<Observation>()), Trace(replay.Log.Of<Observation>()));
    }

    [Fact]
    public async Task Names_the_entry_that_cannot_be_repeated_under_another_policy()
    {
        Scenario scenario = Asynchronous(10);
        (_, DeliveryRecord record) = await (scenario with { Oracle = Perturbation.Of(10) }).RecordAsync(new MemorySnapshotStore());

        Ended replay = await (scenario with { Participation = new SynchronousParticipation() }).ReplayAsync(record);

        Assert.Equal(RunOutcome.Failed, replay.Report.Outcome);
        ReplayDifferenceException difference = Assert.IsType<ReplayDifferenceException>(replay.Report.Failure);
        Assert.Contains($"Entry {difference.Entry} of {difference.Participant}", replay.Report.Reason, StringComparison.Ordinal);
    }

    private static Scenario Asynchronous(ulong seed) => new()
    {
        Problem = Cases.Quadratic(seed),
        Options = Cases.Paper,
        Steps = Steps,
        Seed = seed,
        Participation = new AsynchronousParticipation(2, 5),
    };

    private static void MustRepeat(Ended run, Ended replay)
    {
        Assert.Null(replay.Report.Failure);
        Assert.Equal((run.Report.Outcome, run.Report.Reason), (replay.Report.Outcome, replay.Report.Reason));
        Assert.NotEmpty(run.Steps);
        Assert.Equal(run.Steps.Select(Describe), replay.Steps.Select(Describe));
        Assert.Equal(Trace(run.Log.Of<Observation>()), Trace(replay.Log.Of<Observation>()));
    }

    private static string Describe(StepObserved step) => $"{step.Step}: {string.Join(" ", step.Active)}, {string.Join(" ", step.Staleness)}";

    /// <summary>All that was observed, down to the bits of every model.</summary>
    private static ulong Trace(IEnumerable<Observation> observations)
    {
        TraceHash trace = new();
        foreach (Observation observation in observations)
        {
            trace.Add(observation);
        }

        return trace.Value;
    }

    /// <summary>The longest beginning of at most so many bytes that holds whole entries.</summary>
    private static ReadOnlyMemory<byte> WholeEntries(ReadOnlyMemory<byte> entries, int maxBytes)
    {
        for (int length = maxBytes; ; length--)
        {
            EntryDecoder decoder = new(entries[..length], participants: 5);
            try
            {
                while (decoder.TryRead(out _))
                {
                }

                return entries[..length];
            }
            catch (InvalidDataException)
            {
                // cut within an entry
            }
        }
    }

    private static Func<int, IBilevelOracle, IBilevelOracle> BreakEvery(int period, Func<int> count) => (shard, oracle) => shard % 2 == 0
        ? oracle
        : new DisturbedOracle(oracle, () => ThrowIf(count() % period == 0));

    private static void ThrowIf(bool condition)
    {
        if (condition)
        {
            throw new InvalidOperationException("broken");
        }
    }

    private static void CancelAt(long step, Observation observation, CancellationTokenSource cancellation)
    {
        if (observation is StepObserved made && made.Step == step)
        {
            cancellation.Cancel();
        }
    }

    /// <summary>Every so many writes one fails, and every so many reads.</summary>
    private sealed class HiccupingStore(int period) : ISnapshotStore
    {
        private readonly MemorySnapshotStore _kept = new();
        private int _writes;
        private int _reads;

        public void Store(ParticipantId participant, int incarnation, Snapshot snapshot)
        {
            if (++_writes % period == 0)
            {
                throw new IOException("the disk hiccups");
            }

            _kept.Store(participant, incarnation, snapshot);
        }

        public StoredSnapshot? Latest(ParticipantId participant)
        {
            if (participant == ParticipantId.Master && ++_reads % 2 == 0)
            {
                throw new InvalidDataException("the disk cannot be read right now");
            }

            return _kept.Latest(participant);
        }
    }
}
