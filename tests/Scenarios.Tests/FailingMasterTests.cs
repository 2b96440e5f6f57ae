using ActorFed.Actors;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Scenarios.Tests;

public sealed class FailingMasterTests
{
    private const int Steps = 40;

    [Theory]
    [InlineData("paper", 1)]
    [InlineData("paper", 50)]
    [InlineData("paper, warm start", 120)]
    [InlineData("official, ijcnn1", 60)]
    [InlineData("official, mnist", 100)]
    public async Task One_that_throws_is_rebuilt_from_its_snapshot_and_the_result_keeps_its_bits(string profile, int call)
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(1), Options = Cases.Profile(profile), Steps = Steps };
        Ended expected = await scenario.CompleteAsync();

        int calls = 0;
        Ended actual = await (scenario with
        {
            Participation = new BreakingPolicy(() => ++calls == call),
            Participant = (_, participant) => new Intercepted(participant) { SavesAlways = true },
        }).CompleteAsync();

        actual.MustEqual(expected);
        Assert.Equal([SupervisionAction.Restarting, SupervisionAction.Restarted], actual.Log.Acts.Select(act => act.Action));
        Assert.Equal(Steps, actual.Steps[^1].Step);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task One_whose_snapshots_fail_now_and_then_goes_on_and_the_result_keeps_its_bits(int period)
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(3), Options = Cases.Paper, Steps = Steps };
        Ended expected = await scenario.CompleteAsync();

        FailingStore store = new(attempt => attempt <= 3 * period && attempt % period == 0);
        Ended actual = await (scenario with { Participant = (_, participant) => new Intercepted(participant) { SavesAlways = true } })
            .RunAsync(store, CancellationToken.None);

        actual.MustHaveCompleted().MustEqual(expected);
        Assert.Equal(3, actual.Log.Acts.Count(act => act.Action == SupervisionAction.Restarting));
        Assert.All(
            actual.Log.Acts.Where(act => act.Action == SupervisionAction.Restarting),
            act => Assert.StartsWith("The snapshot of master could not be stored: the disk hiccups", act.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_throws_always_fails_the_run()
    {
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(2),
            Options = Cases.Paper,
            Steps = Steps,
            Participation = new BreakingPolicy(() => true),
            Supervision = new SupervisionPolicy { InitialBackOff = TimeSpan.Zero, MaxRestarts = 2, OnGiveUp = GiveUpAction.Stop },
        };

        Ended ended = await scenario.RunAsync();

        Assert.Equal(RunOutcome.Failed, ended.Report.Outcome);
        Assert.Contains("master threw InvalidOperationException: broken policy", ended.Report.Reason, StringComparison.Ordinal);
    }

    /// <summary>Synchronous, but that it throws when told to.</summary>
    private sealed class BreakingPolicy(Func<bool> isDue) : IParticipationPolicy
    {
        private readonly SynchronousParticipation _policy = new();

        public bool MayStep(StalenessLedger ledger) =>
            isDue() ? throw new InvalidOperationException("broken policy") : _policy.MayStep(ledger);
    }

    /// <summary>A store whose attempts for the master, counted from 1, fail when told to.</summary>
    private sealed class FailingStore(Func<int, bool> isDue) : ISnapshotStore
    {
        private readonly MemorySnapshotStore _store = new();
        private int _attempts;

        public void Store(ParticipantId participant, int incarnation, Snapshot snapshot)
        {
            if (participant == ParticipantId.Master && isDue(++_attempts))
            {
                throw new IOException("the disk hiccups");
            }

            _store.Store(participant, incarnation, snapshot);
        }

        public StoredSnapshot? Latest(ParticipantId participant) => _store.Latest(participant);
    }
}
