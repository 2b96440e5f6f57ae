using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class CheckersTests
{
    private static readonly CheckerSettings Settings = new() { Workers = 3, MinActive = 2, StalenessBound = 3 };

    [Fact]
    public async Task End_a_run_that_breaks_a_rule_and_tell_the_inner_observer_first()
    {
        Counting inner = new();
        Checkers checkers = new(Settings, inner);

        RunReport report = await RunAsync(checkers, Watched.StepOf(1, [0]), Watched.StepOf(2, [0]));

        CheckerException broken = Assert.IsType<CheckerException>(checkers.Conclude(report).Failure);
        Assert.Equal("participation", broken.Checker);
        Assert.Equal(1, inner.Count);
    }

    [Fact]
    public async Task Leave_a_run_that_breaks_none_alone()
    {
        Checkers checkers = new(Settings);

        RunReport report = await RunAsync(checkers);

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Same(report, checkers.Conclude(report));
    }

    [Fact]
    public async Task Fail_a_report_by_what_only_the_end_can_tell()
    {
        Checkers checkers = new(Settings with { Reference = Watched.Model(1, 1) });

        RunReport report = checkers.Conclude(await RunAsync(checkers));

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Equal("reference", Assert.IsType<CheckerException>(report.Failure).Checker);
        Assert.StartsWith("The rule 'reference' was broken at 00:00:00 (event 1): ", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_one_run_only()
    {
        Checkers checkers = new(Settings);
        await RunAsync(checkers);

        RunReport report = await RunAsync(checkers);

        Assert.IsType<InvalidOperationException>(report.Failure);
    }

    [Fact]
    public void Watch_what_was_promised_only()
    {
        string[] all = ["participation", "epochs", "answers", "reports", "planes", "finiteness", "bytes", "staleness", "liveness", "reference"];

        Checkers most = new(Settings with { QuietFrom = TimeSpan.Zero, Reference = Watched.Model(1, 1) });
        Checkers least = new(Settings with { StalenessBound = null });

        Assert.Equal(all, most.Counts.Select(count => count.Checker));
        Assert.Equal(all[..7], least.Counts.Select(count => count.Checker));
    }

    public static TheoryData<CheckerSettings, string> BadSettings => new()
    {
        { Settings with { Workers = 0 }, "Workers is 0" },
        { Settings with { MinActive = 0 }, "MinActive is 0" },
        { Settings with { MinActive = 4 }, "MinActive is 4; it must be in [1, 3]" },
        { Settings with { StalenessBound = 0 }, "StalenessBound is 0" },
        { Settings with { MaxPlanes = 0 }, "MaxPlanes is 0" },
        { Settings with { QuietFrom = TimeSpan.FromSeconds(-1) }, "QuietFrom is -00:00:01" },
        { Settings with { Patience = TimeSpan.Zero }, "Patience is 00:00:00" },
    };

    [Theory]
    [MemberData(nameof(BadSettings))]
    public void Reject_settings_out_of_range(CheckerSettings settings, string expected)
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => new Checkers(settings));

        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A run whose master observes what it is told to, and completes.</summary>
    private static async Task<RunReport> RunAsync(Checkers checkers, params Observation[] observations)
    {
        ScriptedFactory factory = new((_, _, _) => new Scripted
        {
            OnStart = outbox =>
            {
                foreach (Observation observation in observations)
                {
                    outbox.Observe(observation);
                }

                outbox.Complete("done");
            },
        });
        RunPlan plan = new() { RunId = "checkers", Seed = 1, Participants = [new ParticipantSpec(ParticipantId.Master)] };
        await using SimulationEngine engine = new(new SimulationSetup());
        return await engine.RunAsync(plan, factory, checkers, new MemorySnapshotStore(), CancellationToken.None);
    }

    private sealed class Counting : IRunObserver
    {
        public int Count { get; private set; }

        public void Observed(ParticipantId source, TimeSpan at, Observation observation) => Count++;

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }
    }
}
