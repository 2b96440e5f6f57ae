using ActorFed.Actors;
using ActorFed.Algorithms.Blocks;
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
}
