using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Scenarios.Tests;

public sealed class ResumeTests
{
    private const int Steps = 60;

    [Theory]
    [InlineData("quadratic", "paper", 1)]
    [InlineData("quadratic", "paper", 2)]
    [InlineData("quadratic", "paper, warm start", 3)]
    [InlineData("quadratic", "official, ijcnn1", 4)]
    [InlineData("quadratic", "official, ijcnn1", 5)]
    [InlineData("quadratic", "official, mnist", 6)]
    [InlineData("hyper-cleaning", "paper", 7)]
    [InlineData("hyper-cleaning", "official, mnist", 8)]
    public async Task A_synchronous_run_cancelled_again_and_again_ends_at_the_same_bits(string problem, string profile, ulong seed)
    {
        Scenario scenario = new() { Problem = Cases.Problem(problem, seed), Options = Cases.Profile(profile), Steps = Steps, Seed = seed };
        Ended expected = await scenario.CompleteAsync();

        SeededRandom random = new(seed, "cancel");
        MemorySnapshotStore snapshots = new();
        List<long> seen = [];
        Ended part;
        do
        {
            using CancellationTokenSource cancellation = new();
            int left = 1 + random.NextInt32(15);
            part = await (scenario with
            {
                Oracle = Perturbation.Of(random.NextUInt64()),
                OnObserved = observation =>
                {
                    if (observation is StepObserved && --left == 0)
                    {
                        cancellation.Cancel();
                    }
                },
            }).RunAsync(snapshots, cancellation.Token);
            seen.AddRange(part.Steps.Select(step => step.Step));
        }
        while (part.Report.Outcome == RunOutcome.Cancelled);

        part.MustHaveCompleted().MustEqual(expected);
        Assert.Equal(seen.Distinct().Order(), seen); // no step was made twice
    }

    [Theory]
    [InlineData("paper")]
    [InlineData("official, ijcnn1")]
    [InlineData("official, mnist")]
    public async Task A_synchronous_run_killed_at_any_time_ends_at_the_same_bits(string profile)
    {
        HistoryStore history = new();
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(9),
            Options = Cases.Profile(profile),
            Steps = Steps,
            Participant = (_, participant) => new Intercepted(participant) { SavesAlways = true },
        };
        Ended expected = (await scenario.RunAsync(history, CancellationToken.None)).MustHaveCompleted();

        SeededRandom random = new(9, "kill");
        for (int kill = 0; kill < 10; kill++)
        {
            StoredSnapshot left = history.Master[random.NextInt32(history.Master.Count)];
            MemorySnapshotStore snapshots = new();
            snapshots.Store(ParticipantId.Master, left.Incarnation, left.Snapshot);

            Ended actual = await scenario.RunAsync(snapshots, CancellationToken.None);

            actual.MustHaveCompleted().MustEqual(expected);
        }
    }

    [Fact]
    public async Task A_completed_run_goes_on_under_a_higher_limit_as_if_it_had_been_set_at_once()
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(10), Options = Cases.Paper, Steps = Steps };
        Ended expected = await scenario.CompleteAsync();

        MemorySnapshotStore snapshots = new();
        Ended first = await (scenario with { Steps = 25 }).RunAsync(snapshots, CancellationToken.None);
        Ended second = await scenario.RunAsync(snapshots, CancellationToken.None);

        Assert.Equal(25, first.MustHaveCompleted().Model.Step);
        second.MustHaveCompleted().MustEqual(expected);
        Assert.Equal(26, second.Steps[0].Step);
    }

    [Fact]
    public async Task An_asynchronous_run_goes_on_from_its_last_step()
    {
        Scenario scenario = new()
        {
            Problem = Cases.Quadratic(11),
            Options = Cases.Paper,
            Steps = Steps,
            Participation = new AsynchronousParticipation(2, 5),
        };
        MemorySnapshotStore snapshots = new();
        using CancellationTokenSource cancellation = new();

        Ended first = await (scenario with
        {
            OnObserved = observation =>
            {
                if (observation is StepObserved { Step: 33 })
                {
                    cancellation.Cancel();
                }
            },
        }).RunAsync(snapshots, cancellation.Token);
        Ended second = await scenario.RunAsync(snapshots, CancellationToken.None);

        Assert.Equal(RunOutcome.Cancelled, first.Report.Outcome);
        Assert.Equal(33, first.Steps[^1].Step);
        Assert.Null(snapshots.Latest(ParticipantId.Worker(0)));
        Assert.Empty(second.Log.Of<WorkerObserved>()); // the master gives every worker its state without being asked
        Assert.Equal(34, second.MustHaveCompleted().Steps[0].Step);
        Assert.Equal(Steps, second.Model.Step);
    }

    [Fact]
    public async Task A_run_that_met_its_time_limit_goes_on_from_its_last_step()
    {
        Scenario scenario = new() { Problem = Cases.Quadratic(13), Options = Cases.Paper, Steps = int.MaxValue };
        MemorySnapshotStore snapshots = new();
        TimeSpan limit = TimeSpan.FromMilliseconds(200);

        Ended first = await (scenario with { WallTime = limit }).RunAsync(snapshots, CancellationToken.None);
        long last = first.Steps.Select(step => step.Step).LastOrDefault();
        Ended second = await (scenario with { Steps = last + 5 }).RunAsync(snapshots, CancellationToken.None);

        Assert.Equal(RunOutcome.TimeLimit, first.Report.Outcome);
        Assert.InRange(second.MustHaveCompleted().Steps[0].Step, last + 1, last + 2); // the step under way at the end may be unseen
    }

    [Fact]
    public async Task A_snapshot_of_another_experiment_fails_the_run_with_the_length_that_does_not_fit()
    {
        MemorySnapshotStore snapshots = new();
        Scenario scenario = new() { Problem = Cases.Quadratic(12), Options = Cases.Paper, Steps = 5 };
        (await scenario.RunAsync(snapshots, CancellationToken.None)).MustHaveCompleted();

        Ended ended = await (scenario with { Problem = Cases.HyperCleaning(12) }).RunAsync(snapshots, CancellationToken.None);

        Assert.Equal(RunOutcome.Failed, ended.Report.Outcome);
        Assert.Contains("v of length 4", ended.Report.Reason, StringComparison.Ordinal);
    }
}
