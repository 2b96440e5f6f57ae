using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using ActorFed.Engines.Simulation.Faults;
using Xunit;

namespace ActorFed.Scenarios.Tests.Graph;

/// <summary>Neighbours on a graph, from their first round to their last, with and without faults.</summary>
public sealed class NeighbourRunTests
{
    private const int Rounds = 100;

    private static readonly FaultProfile Heavy = FaultProfile.Heavy with { Loss = 0.1, Crashes = 8, MaxDuration = TimeSpan.FromSeconds(3) };

    [Fact]
    public void Every_neighbour_makes_every_round_and_the_run_ends()
    {
        GraphEnded ended = new GraphScenario { Topology = GraphScenario.Ring(8) }.Run().MustHaveCompleted();

        Assert.Equal(8 * Rounds, ended.Log.Rounds.Count);
        Assert.All(ended.Log.Rounds, pair => Assert.Equal(2, pair.Value.Heard.Length));
        Assert.True(ended.Checks["snapshots"] > 8 * Rounds / 7);
    }

    [Fact]
    public void One_participant_without_neighbours_learns_alone()
    {
        Topology alone = new StaticTopology("alone", new MixingMatrix([[]]));

        GraphEnded ended = new GraphScenario { Topology = alone }.Run().MustHaveCompleted();

        FlatVector minimum = new QuadraticShards(1, 3).Minimum();
        Assert.True(VectorMath.SquaredDistance(minimum.Span, ended.MeanAt(Rounds).Span) < 1e-4);
    }

    [Fact]
    public void The_mean_moves_by_the_mean_step_alone()
    {
        GraphScenario scenario = new() { Topology = GraphScenario.Ring(6) };

        GraphEnded ended = scenario.Run().MustHaveCompleted();

        QuadraticShards problem = new(6, 3);
        double[] gradient = new double[3];
        for (long round = 1; round < Rounds; round++)
        {
            IReadOnlyList<FlatVector> before = ended.ModelsAt(round);
            double[] expected = ended.MeanAt(round).Span.ToArray();
            for (int i = 0; i < 6; i++)
            {
                problem.CreateOracle(i).Loss(before[i].Span, [], gradient);
                VectorMath.AddScaled(-0.125 / 6, gradient, expected);
            }

            FlatVector after = ended.MeanAt(round + 1);
            Assert.True(Math.Sqrt(VectorMath.SquaredDistance(expected, after.Span)) < 1e-14, $"round {round}");
        }
    }

    [Theory]
    [InlineData(1, 15)]
    public void Synchronous_rounds_end_bit_for_bit_as_without_faults(int firstSeed, int seeds)
    {
        GraphScenario scenario = new() { Topology = GraphScenario.Ring(8), With = setup => setup with { LostAfter = TimeSpan.FromMinutes(10) } };
        GraphEnded calm = scenario.Run().MustHaveCompleted();

        for (int seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            GraphEnded ended = (scenario with { Faults = new DrawnFaults(Heavy, (ulong)seed, scenario.Placement, maxViolations: 100) }).Run();

            ended.MustHaveCompleted($"seed {seed}");
            Assert.NotEmpty(ended.Log.Faults.Plan.Faults);
            Assert.Equal(calm.ModelsAt(Rounds), ended.ModelsAt(Rounds));
        }
    }

    [Theory]
    [InlineData(1, 15)]
    public void Old_vectors_stand_in_until_they_are_too_old_and_the_run_converges_through_faults(int firstSeed, int seeds)
    {
        GraphScenario scenario = new()
        {
            Topology = GraphScenario.Ring(8),
            With = setup => setup with { LostAfter = TimeSpan.FromMinutes(10), StalenessBound = 4, RoundLimit = 300 },
        };
        for (int seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            GraphEnded ended = (scenario with { Faults = new DrawnFaults(Heavy, (ulong)seed, scenario.Placement, maxViolations: 100) }).Run();

            ended.MustHaveCompleted($"seed {seed}");
            Assert.All(ended.Log.Rounds, pair => Assert.All(pair.Value.Staleness, age => Assert.InRange(age, 0, 4)));
            Assert.Contains(ended.Log.Rounds, pair => pair.Value.Staleness.Any(age => age > 0));
            Assert.InRange(Math.Sqrt(VectorMath.SquaredDistance(ended.MeanAt(300).Span, new QuadraticShards(8, 3).Minimum().Span)), 0, 0.15);
        }
    }

    [Theory]
    [InlineData(1, 15)]
    public void Edges_are_left_out_and_taken_in_again_and_the_run_converges(int firstSeed, int seeds)
    {
        FaultProfile outages = Heavy with { Crashes = 3, Partitions = 2, MinDuration = TimeSpan.FromSeconds(8), MaxDuration = TimeSpan.FromSeconds(20), Until = TimeSpan.FromSeconds(40) };
        GraphScenario scenario = new()
        {
            Topology = GraphScenario.Ring(8),
            With = setup => setup with { AskAgainAfter = TimeSpan.FromSeconds(1), LostAfter = TimeSpan.FromSeconds(4), RoundLimit = 3000, ModelEvery = 50, RecordEvery = 50 },
        };
        int closed = 0;
        int opened = 0;
        for (int seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            GraphEnded ended = (scenario with { Faults = new DrawnFaults(outages, (ulong)seed, scenario.Placement, maxViolations: 100) }).Run();

            ended.MustHaveCompleted($"seed {seed}");
            closed += ended.Log.Edges.Count(edge => edge.Edge.Change == EdgeChange.Closed);
            opened += ended.Log.Edges.Count(edge => edge.Edge.Change == EdgeChange.Opened);
            Assert.Equal(8, ended.ModelsAt(3000).Count);
            Assert.InRange(Math.Sqrt(VectorMath.SquaredDistance(ended.MeanAt(3000).Span, new QuadraticShards(8, 3).Minimum().Span)), 0, 0.1);
        }

        Assert.True(closed > seeds, $"{closed} edges were closed");
        Assert.True(opened > seeds, $"{opened} edges were opened again");
    }
}
