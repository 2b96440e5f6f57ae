using ActorFed.Actors;
using ActorFed.Algorithms.Decentralized.CoupledCd;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation.Faults;
using ActorFed.Problems;
using Xunit;

namespace ActorFed.Scenarios.Tests.Graph;

/// <summary>Exchanges of pairs in which someone dies: the constraint holds after every event, and the run ends as if nobody had.</summary>
public sealed class CoupledRunTests
{
    private const int Count = 3;

    [Theory]
    [InlineData("")]
    [InlineData("at {0}ms tear write neighbour-{1} after 40 bytes")]
    [InlineData("at {0}ms fail write neighbour-{1}")]
    public void Both_ends_move_or_neither_whenever_either_dies(string disk)
    {
        GraphScenario scenario = Scenario(exchanges: 4, separable: true);
        GraphEnded calm = scenario.Run();
        for (int milliseconds = 1; milliseconds < 130; milliseconds += 3)
        {
            for (int dying = 0; dying < Count; dying++)
            {
                string[] faults =
                [
                    $"at {milliseconds + 4}ms crash neighbour-{dying} for 200ms",
                    .. disk.Length == 0 ? [] : new[] { string.Format(System.Globalization.CultureInfo.InvariantCulture, disk, milliseconds, dying) },
                ];

                GraphEnded ended = (scenario with { Faults = new PlannedFaults(FaultPlan.Parse(faults)) }).Run(calm);

                Assert.True(ended.Report.Outcome == RunOutcome.Completed, $"{string.Join("; ", faults)}: {ended.Report.Reason}");
                Assert.True(ended.Checks["constraints"] > 10);
                Assert.Equal(Count, ended.Checks["reference"]);
            }
        }
    }

    [Theory]
    [InlineData("smooth", 0)]
    [InlineData("l1", 0)]
    [InlineData("stochastic", 0)]
    [InlineData("asynchronous", 4)]
    public void Constraints_hold_under_heavy_faults(string kind, int stalenessBound)
    {
        CoupledCdOptions options = kind switch
        {
            "l1" => new() { Regularizer = new() { Kind = BlockRegularizerKind.L1, Weight = 0.2 } },
            "stochastic" => new() { Stochastic = true },
            _ => new(),
        };
        GraphScenario scenario = Scenario(exchanges: 60, separable: false) with
        {
            Options = options,
            With = setup => setup with { RoundLimit = 60, OnLoss = OnLoss.Fail, StalenessBound = stalenessBound, LostAfter = TimeSpan.FromMinutes(5) },
            QuietFrom = TimeSpan.FromSeconds(8),
        };
        GraphEnded? calm = stalenessBound == 0 ? scenario.Run() : null;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            GraphEnded ended = (scenario with { Faults = new DrawnFaults(GraphCases.Heavy, seed, scenario.Placement, maxViolations: 100) }).Run(calm);

            Assert.True(ended.Report.Outcome == RunOutcome.Completed, $"seed {seed}: {ended.Report.Reason}");
            Assert.True(ended.Checks["constraints"] > 0);
        }
    }

    private static GraphScenario Scenario(int exchanges, bool separable) => new()
    {
        Topology = new StaticTopology("complete", new MixingMatrix([.. Enumerable.Range(0, Count).Select(i =>
            (IReadOnlyList<Weight>)[.. Enumerable.Range(0, Count).Where(j => j != i).Select(j => new Weight(j, 0.25))])])),
        Algorithm = new CoupledCdAlgorithm(),
        Options = new CoupledCdOptions(),
        Problem = new CoupledQuadratic(new CoupledQuadraticOptions { Separable = separable, ConditionNumber = 10, RightSide = [1], Noise = 0.1 }, Count, seed: 3),
        With = setup => setup with { RoundLimit = exchanges, OnLoss = OnLoss.Fail },
    };
}
