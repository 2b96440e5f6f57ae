using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using ActorFed.Engines.Simulation.Faults;
using Xunit;

namespace ActorFed.Scenarios.Tests;

/// <summary>Whole runs under drawn faults of all kinds: no rule is broken, and a plan of what struck makes the same run again.</summary>
public sealed class HeavyFaultsTests
{
    private const int Nodes = 3;
    private const ulong Seeds = 8;

    private static readonly FaultProfile Profile = FaultProfile.Heavy with
    {
        NanPoison = 0.04,
        HugePoison = 0.04,
        LengthPoison = 0.04,
        Replay = 0.04,
        Forgery = 0.04,
        MaxDelay = TimeSpan.FromMilliseconds(60),
        MaxDuration = TimeSpan.FromMilliseconds(100),
        Until = TimeSpan.FromMilliseconds(500),
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Breaks_no_rule_and_runs_again_from_what_struck(bool isSynchronous)
    {
        HashSet<string> struck = [];
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            CheckedRun run = new()
            {
                Seed = seed,
                IsSynchronous = isSynchronous,
                Options = Cases.Paper with { StepPlaneDual = 0.1 },
                Steps = 60,
                Time = new SeededTime(seed),
                Nodes = Nodes,
            };
            ModelObserved? reference = isSynchronous ? run.Run().MustHaveCompleted(seed).Model : null;
            DrawnFaults drawn = new(Profile, seed, Placement(), run.Supervision.MaxViolations);

            CheckedEnd end = (run with
            {
                Faults = drawn,
                Disk = new SimulatedDisk(),
                Reference = reference,
                QuietFrom = Profile.Until + Profile.MaxDelay,
            }).Run().MustHaveCompleted(seed);
            FaultPlan plan = FaultPlan.Parse(end.Log.Faults.Plan.Lines);
            CheckedEnd again = (run with { Faults = new PlannedFaults(plan), Disk = new SimulatedDisk() }).Run();

            Assert.Equal(end.Report, again.Report);
            struck.UnionWith(plan.Faults.Select(fault => fault.Kind));
        }

        Assert.Equal(FaultKinds.All.Select(kind => kind.Name).Order(), struck.Order());
    }

    [Fact]
    public void A_run_that_diverges_says_so_instead_of_losing_its_workers()
    {
        CheckedEnd end = new CheckedRun { Seed = 10, Options = Cases.Paper with { StepLower = 5 } }.Run();

        Assert.Equal(RunOutcome.Failed, end.Report.Outcome);
        Assert.IsType<ArithmeticException>(end.Report.Failure);
        Assert.Contains("the run diverges. Try a smaller adbo.", end.Report.Reason, StringComparison.Ordinal);
        Assert.Equal(0, end.Report.Violations);
    }

    private static IReadOnlyList<(ParticipantId Participant, int Node)> Placement() => new SimulationSetup { Nodes = Nodes }.Place(
        [ParticipantId.Master, .. Enumerable.Range(0, CheckedRun.Workers).Select(ParticipantId.Worker)]);
}
