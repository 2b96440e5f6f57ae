using ActorFed.Actors;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Scenarios.Tests;

/// <summary>Whole runs under watch: with everything going wrong no rule is broken, and one that is broken is found.</summary>
public sealed class CheckedRunTests
{
    private const ulong Seeds = 40;

    private static readonly TimeSpan TroubleUntil = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData("paper", true, 300)]
    [InlineData("paper", false, 300)]
    [InlineData("paper", false, 150)] // workers are lost and return
    [InlineData("official, mnist", true, 150)]
    [InlineData("official, ijcnn1", false, 300)]
    public void Breaks_no_rule_whatever_goes_wrong(string profile, bool isSynchronous, int lostAfter)
    {
        AdboOptions options = Cases.Profile(profile) with { StepPlaneDual = 0.1 }; // at 1 some quadratics diverge, faults or not
        Dictionary<string, long> counts = [];
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            CheckedRun run = new()
            {
                Seed = seed,
                IsSynchronous = isSynchronous,
                Options = options,
                Time = new SeededTime(seed),
                LostAfter = TimeSpan.FromMilliseconds(lostAfter),
            };
            CheckedEnd reference = run.Run().MustHaveCompleted(seed);
            SeededTrouble trouble = new(seed, TroubleUntil);

            CheckedEnd end = (run with
            {
                Faults = trouble,
                QuietFrom = trouble.QuietFrom,
                Reference = isSynchronous ? reference.Model : null,
            }).Run().MustHaveCompleted(seed);

            foreach ((string checker, long checks) in end.Checkers.Counts)
            {
                counts[checker] = counts.GetValueOrDefault(checker) + checks;
            }
        }

        Assert.Equal(isSynchronous ? 11 : 10, counts.Count);
        Assert.All(counts, count => Assert.True(count.Value >= (long)Seeds / 4, $"{count}: too few occasions"));
    }

    [Fact]
    public void Finds_a_policy_that_steps_with_too_few() =>
        MustBreak("participation", new() { Seed = 1, Time = new SeededTime(1), Participation = new AsynchronousParticipation(1, 5) });

    [Fact]
    public void Finds_a_policy_that_waits_for_nobody() => MustBreak("staleness", new()
    {
        Seed = 1,
        Time = new SlowWorker(),
        Options = Cases.Paper with { RefreshEvery = 1000 }, // a barrier would wait for the slow one
        Participation = new AsynchronousParticipation(2, 1000),
    });

    [Fact]
    public void Finds_a_worker_that_does_not_answer() => MustBreak("answers", new()
    {
        Seed = 1,
        Participant = (id, participant) => id == ParticipantId.Worker(2) ? new Deaf() : participant,
    });

    [Fact]
    public void Finds_a_run_that_does_not_recover() => MustBreak("liveness", new()
    {
        Seed = 1,
        Steps = 100_000,
        Faults = new CutOff(ParticipantId.Worker(2)),
        QuietFrom = TimeSpan.FromMilliseconds(100),
    });

    [Fact]
    public void Finds_a_result_that_depends_on_the_faults()
    {
        CheckedRun run = new() { Seed = 1, IsSynchronous = true };
        CheckedEnd other = (run with { Seed = 2 }).Run().MustHaveCompleted(2);

        MustBreak("reference", run with { Reference = other.Model });
    }

    private static void MustBreak(string checker, CheckedRun run)
    {
        CheckedEnd end = run.Run();

        Assert.Equal(RunOutcome.Failed, end.Report.Outcome);
        Assert.True(checker == end.Broken?.Checker, end.Report.Reason);
    }

    /// <summary>Takes everything and says nothing.</summary>
    private sealed class Deaf : IParticipant
    {
        public void Start(Outbox outbox)
        {
        }

        public void Receive(ParticipantId sender, Message message, Outbox outbox)
        {
        }

        public void TimerElapsed(string timer, Outbox outbox)
        {
        }

        public Snapshot? TakeSnapshot() => null;
    }

    /// <summary>The last worker takes a second for what the others do at once.</summary>
    private sealed class SlowWorker : ITimeModel
    {
        public bool TakesComputingTime => true;

        public bool HasAbsences => false;

        public TimeSpan ComputingTime(ParticipantId participant, TimeSpan now, long entry, Message? message) =>
            TimeSpan.FromSeconds(participant == ParticipantId.Worker(CheckedRun.Workers - 1) ? 1 : 0);

        public TimeSpan DeliveryTime(in Sending sending) => TimeSpan.FromMilliseconds(1);

        public TimeSpan AvailableFrom(ParticipantId participant, TimeSpan now) => now;
    }

    /// <summary>Nothing that one participant says arrives.</summary>
    private sealed class CutOff(ParticipantId who) : IFaultSource
    {
        public IEnumerable<TimedFault> Timed => [];

        public MessageFault? Of(in Sending sending) => sending.Sender == who ? new Loss(sending.Sender, sending.Number) : null;

        private sealed record Loss(ParticipantId From, long Index) : MessageFault(From, Index)
        {
            public override string Kind => "loss";

            public override bool Strike(Passage passage) => passage.IsLost = true;

            public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
            {
            }
        }
    }
}
