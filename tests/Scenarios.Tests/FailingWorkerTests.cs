using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Scenarios.Tests;

public sealed class FailingWorkerTests
{
    private const int Steps = 40;
    private const int Broken = 2;

    private static readonly SupervisionPolicy GiveUpSoon = new()
    {
        InitialBackOff = TimeSpan.Zero,
        MaxRestarts = 2,
        OnGiveUp = GiveUpAction.Stop,
    };

    [Theory]
    [InlineData("paper", 1)] // its first query
    [InlineData("paper", 5)]
    [InlineData("paper", 11)] // the first inner round of the first refresh
    [InlineData("paper", 14)]
    [InlineData("paper", 16)] // differentiates a plane
    [InlineData("paper", 40)]
    [InlineData("official, ijcnn1", 3)]
    [InlineData("official, ijcnn1", 4)]
    [InlineData("official, mnist", 5)]
    [InlineData("official, mnist", 20)]
    public async Task One_that_throws_once_is_rebuilt_and_the_result_keeps_its_bits(string profile, int call)
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(1), Options = Cases.Profile(profile), Steps = Steps };
        Ended expected = await scenario.CompleteAsync();

        int calls = 0;
        Ended actual = await (scenario with { Oracle = Break(() => ++calls == call) }).CompleteAsync();

        actual.MustEqual(expected);
        Assert.Equal([SupervisionAction.Restarting, SupervisionAction.Restarted], actual.Log.Acts.Select(act => act.Action));
        Assert.Equal(1, actual.Report.Restarts);
    }

    [Fact]
    public async Task One_that_throws_now_and_then_is_rebuilt_every_time_and_the_result_keeps_its_bits()
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(2), Options = Cases.Paper, Steps = Steps };
        Ended expected = await scenario.CompleteAsync();

        int calls = 0;
        Ended actual = await (scenario with
        {
            Oracle = Break(() => ++calls % 11 == 0),
            Supervision = new SupervisionPolicy { InitialBackOff = TimeSpan.Zero, MaxRestarts = 50 },
        }).CompleteAsync();

        actual.MustEqual(expected);
        Assert.InRange(actual.Report.Restarts, 5, 50);
    }

    [Fact]
    public async Task One_that_throws_always_fails_the_run()
    {
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(3),
            Options = Cases.Paper,
            Steps = Steps,
            Oracle = Break(() => true),
            Supervision = GiveUpSoon with { OnGiveUp = GiveUpAction.FailRun },
        };

        Ended ended = await scenario.RunAsync();

        Assert.Equal(RunOutcome.Failed, ended.Report.Outcome);
        Assert.Contains("worker-2 threw InvalidOperationException: broken oracle", ended.Report.Reason, StringComparison.Ordinal);
        Assert.Contains("at most 2", ended.Report.Reason, StringComparison.Ordinal);
        Assert.Equal(2, ended.Report.Restarts);
    }

    [Fact]
    public async Task One_that_throws_always_is_left_behind_where_the_experiment_says_so()
    {
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(4),
            Options = Cases.Paper,
            Steps = Steps,
            Oracle = Break(() => true),
            Supervision = GiveUpSoon,
            OnLoss = OnLoss.Continue,
        };

        Ended ended = await scenario.CompleteAsync();

        Assert.Equal(Steps, ended.Steps.Count);
        Assert.All(ended.Steps, step => Assert.Equal([0, 1, 3], step.Active.AsEnumerable()));
        Assert.All(ended.Steps, step => Assert.Equal(3, step.WorkersAlive));
        Assert.Contains(ended.Log.Of<WorkerObserved>(), seen => seen is { Worker: Broken, Change: WorkerChange.Lost });
    }

    [Theory]
    [InlineData(7)]
    [InlineData(13)] // in a refresh
    public async Task One_that_is_lost_on_the_way_stays_frozen_and_the_run_completes(int call)
    {
        int calls = 0;
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(5),
            Options = Cases.Paper,
            Steps = Steps,
            Oracle = Break(() => ++calls >= call),
            Supervision = GiveUpSoon,
        };

        Ended ended = await scenario.CompleteAsync();

        Assert.Equal(Enumerable.Range(1, Steps).Select(step => (long)step), ended.Steps.Select(step => step.Step));
        Assert.Equal(Enumerable.Range(0, 4), ended.Steps[0].Active);
        Assert.Equal([0, 1, 3], ended.Steps[^1].Active.AsEnumerable());
    }

    [Fact]
    public async Task One_that_is_lost_fails_the_run_where_the_experiment_says_so()
    {
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(6),
            Options = Cases.Paper,
            Steps = Steps,
            Oracle = Break(() => true),
            Supervision = GiveUpSoon,
            OnLoss = OnLoss.Fail,
        };

        Ended ended = await scenario.RunAsync();

        Assert.Equal(RunOutcome.Failed, ended.Report.Outcome);
        Assert.Contains("worker-2 was lost at step 0", ended.Report.Reason, StringComparison.Ordinal);
        Assert.Contains("on-loss = continue", ended.Report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_lost_fail_the_run()
    {
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(7),
            Options = Cases.Paper,
            Steps = Steps,
            Oracle = (_, oracle) => new DisturbedOracle(oracle, () => throw new InvalidOperationException("broken oracle")),
            Supervision = GiveUpSoon,
        };

        Ended ended = await scenario.RunAsync();

        Assert.Equal(RunOutcome.Failed, ended.Report.Outcome);
        Assert.Contains("no worker is left", ended.Report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_computes_NaN_is_rebuilt_once_and_then_fails_the_run_with_the_key_to_change()
    {
        int calls = 0;
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(8),
            Options = Cases.Paper,
            Steps = Steps,
            Oracle = (shard, oracle) => shard == Broken
                ? new DisturbedOracle(oracle, () => calls++, gradient => gradient[0] = calls > 6 ? double.NaN : gradient[0])
                : oracle,
        };

        Ended ended = await scenario.RunAsync();

        Assert.Equal(RunOutcome.Failed, ended.Report.Outcome);
        Assert.Contains("worker-2 threw ArithmeticException: Entry 0 of the lower variable y_i became NaN", ended.Report.Reason, StringComparison.Ordinal);
        Assert.Contains("adbo.step-lower", ended.Report.Reason, StringComparison.Ordinal);
        Assert.Equal(1, ended.Report.Restarts);
        Assert.Equal(6, ended.Steps.Count);
    }

    [Fact]
    public async Task One_that_computes_NaN_once_is_rebuilt_and_the_result_keeps_its_bits()
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(9), Options = Cases.Paper, Steps = Steps };
        Ended expected = await scenario.CompleteAsync();

        int calls = 0;
        Ended actual = await (scenario with
        {
            Oracle = (shard, oracle) => shard == Broken
                ? new DisturbedOracle(oracle, () => calls++, gradient => gradient[0] = calls == 7 ? double.NaN : gradient[0])
                : oracle,
        }).CompleteAsync();

        actual.MustEqual(expected);
        Assert.Equal(1, actual.Report.Restarts);
    }

    /// <summary>Breaks the oracle of one worker whenever <paramref name="isDue"/> says so; only that worker asks it.</summary>
    private static Func<int, IBilevelOracle, IBilevelOracle> Break(Func<bool> isDue) => (shard, oracle) => shard == Broken
        ? new DisturbedOracle(oracle, () =>
        {
            if (isDue())
            {
                throw new InvalidOperationException("broken oracle");
            }
        })
        : oracle;
}
