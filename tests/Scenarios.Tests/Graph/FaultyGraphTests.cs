using System.Runtime.InteropServices;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Decentralized.Consensus;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Engines.Simulation.Faults;
using Xunit;

namespace ActorFed.Scenarios.Tests.Graph;

/// <summary>Neighbours through heavy faults: topologies, algorithms, compression, edges that come and go.</summary>
public sealed class FaultyGraphTests
{
    private const int Rounds = 100;

    /// <summary>Messages lost, doubled and late, groups cut off, a fifth of the neighbours gone for longer than they are waited for.</summary>
    private static readonly FaultProfile Outages = FaultProfile.Heavy with
    {
        Loss = 0.1,
        Duplication = 0.05,
        Crashes = 4,
        Partitions = 2,
        MinDuration = TimeSpan.FromSeconds(3),
        MaxDuration = TimeSpan.FromSeconds(8),
        Until = TimeSpan.FromSeconds(20),
    };

    [Theory]
    [InlineData("dsgd, exponential")]
    [InlineData("dsgd, one-peer-exponential")]
    [InlineData("dsgd, random-matching")]
    [InlineData("dsgd, complete")]
    [InlineData("dsgd, erdos-renyi")]
    [InlineData("dsgd, top-k against reference points")]
    [InlineData("dsgd, rand-k with error feedback on matchings")]
    [InlineData("dsoba, another graph for each level")]
    [InlineData("sparkle, gradient tracking")]
    [InlineData("sparkle, gradient tracking in two exchanges")]
    [InlineData("sparkle, exact diffusion")]
    [InlineData("sparkle, EXTRA")]
    [InlineData("sparkle, gradient tracking of rand-k against reference points")]
    public void Synchronous_rounds_end_bit_for_bit_as_without_faults(string name)
    {
        GraphScenario scenario = GraphCases.Scenario(name);
        GraphEnded calm = scenario.Run().MustHaveCompleted(name);

        for (ulong seed = 1; seed <= 4; seed++)
        {
            GraphEnded ended = Struck(scenario, GraphCases.Heavy, seed).Run(calm).MustHaveCompleted($"{name}, seed {seed}");

            Assert.True(ended.Log.Restarts > 0);
            Assert.All(["reference", "resends", "snapshots", "rounds"], rule => Assert.True(ended.Checks[rule] > 0, rule));
            Assert.Equal(name.Contains("gradient tracking", StringComparison.Ordinal), ended.Checks["means"] > 0);
            MustBeEqual(calm, ended);
        }
    }

    [Fact]
    public void Old_vectors_of_three_levels_stand_in_within_the_bound()
    {
        GraphScenario scenario = GraphCases.Scenario("dsoba, another graph for each level") with { };
        scenario = scenario with { With = Also(scenario.With, setup => setup with { StalenessBound = 3, RoundLimit = 300 }) };
        for (ulong seed = 1; seed <= 4; seed++)
        {
            GraphEnded ended = Struck(scenario, GraphCases.Heavy, seed).Run().MustHaveCompleted($"seed {seed}");

            Assert.All(ended.Log.Rounds, pair => Assert.All(pair.Value.Staleness, age => Assert.InRange(age, 0, 3)));
            Assert.Contains(ended.Log.Rounds, pair => pair.Value.Staleness.Any(age => age > 0));
        }
    }

    [Theory]
    [InlineData(1, 30)]
    public void Copies_come_together_as_without_faults_when_edges_were_left_out_and_taken_in_again(int firstSeed, int seeds)
    {
        const int Long = 800;
        GraphScenario scenario = new() { Topology = GraphCases.Topology("torus"), With = Impatient(Long) };
        double calm = scenario.Run().MustHaveCompleted().ConsensusErrorAt(Long);
        (int closed, int opened) = (0, 0);
        for (int seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            GraphEnded ended = Struck(scenario, Outages, (ulong)seed).Run().MustHaveCompleted($"seed {seed}");

            closed += Count(ended, EdgeChange.Closed);
            opened += Count(ended, EdgeChange.Opened);
            Assert.Equal(8, ended.ModelsAt(Long).Count);
            Assert.InRange(ended.ConsensusErrorAt(Long), 0, calm * 1.000001);
        }

        Assert.True(closed > seeds && opened > seeds, $"{closed} edges were left out, {opened} taken in again");
    }

    [Theory]
    [InlineData(ConsensusMethod.SemiAtcGt, 1, 20)]
    [InlineData(ConsensusMethod.AtcGt, 101, 10)]
    public void Trackers_mean_what_they_track_again_when_edges_were_left_out_and_taken_in_again(ConsensusMethod method, int firstSeed, int seeds)
    {
        const int Long = 500;
        GraphScenario scenario = GraphCases.Sparkle(method) with { Topology = GraphCases.Topology("torus") };
        scenario = scenario with { With = Also(Impatient(Long), setup => setup with { ShowsState = true }) };
        int closed = 0;
        for (int seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            GraphEnded ended = Struck(scenario, Outages, (ulong)seed).Run().MustHaveCompleted($"seed {seed}");

            closed += Count(ended, EdgeChange.Closed);
            foreach (string variable in (string[])["upper", "lower", "auxiliary"])
            {
                FlatVector tracker = Mean(ended, Long, $"tracker-{variable}");
                FlatVector tracked = Mean(ended, Long, $"tracked-{variable}");
                double distance = Math.Sqrt(VectorMath.SquaredDistance(tracker.Span, tracked.Span));
                Assert.True(distance < 1e-9, $"seed {seed}: the mean of the trackers of '{variable}' is {distance:R} off");
            }
        }

        Assert.True(closed > seeds, $"{closed} edges were left out");
    }

    [Fact]
    public async Task Synchronous_rounds_give_the_same_bits_on_threads_as_in_simulation()
    {
        foreach (string name in (string[])["dsgd, erdos-renyi", "dsgd, random-matching", "sparkle, gradient tracking in two exchanges"])
        {
            GraphScenario scenario = GraphCases.Scenario(name);

            MustBeEqual(scenario.Run().MustHaveCompleted(name), (await scenario.RunInProcessAsync()).MustHaveCompleted(name));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(150)]
    [InlineData(203)] // a closing round
    public async Task One_that_throws_at_a_message_is_rebuilt_on_threads_and_the_result_keeps_its_bits(int message)
    {
        GraphScenario scenario = GraphCases.Scenario("sparkle, gradient tracking");
        int messages = 0;
        GraphScenario broken = scenario with
        {
            Supervision = new Actors.SupervisionPolicy { InitialBackOff = TimeSpan.Zero },
            With = Also(scenario.With, setup => setup with { AskAgainAfter = TimeSpan.FromMilliseconds(50) }),
            Participant = (id, participant) => id.Index != 3 ? participant : new Intercepted(participant)
            {
                OnReceive = (_, _) =>
                {
                    if (Interlocked.Increment(ref messages) == message)
                    {
                        throw new InvalidOperationException("broken");
                    }
                },
            },
        };

        GraphEnded ended = (await broken.RunInProcessAsync()).MustHaveCompleted();

        Assert.Equal(1, ended.Log.Restarts);
        MustBeEqual(scenario.Run().MustHaveCompleted(), ended);
    }

    private static GraphScenario Struck(GraphScenario scenario, FaultProfile profile, ulong seed) => scenario with
    {
        Faults = new DrawnFaults(profile, seed, scenario.Placement, maxViolations: 100),
        QuietFrom = profile.Until,
    };

    private static Func<GraphSetup, GraphSetup> Also(Func<GraphSetup, GraphSetup> first, Func<GraphSetup, GraphSetup> then) => setup => then(first(setup));

    private static Func<GraphSetup, GraphSetup> Impatient(long rounds) => setup => setup with
    {
        AskAgainAfter = TimeSpan.FromMilliseconds(500),
        LostAfter = TimeSpan.FromSeconds(2),
        RoundLimit = rounds,
        ModelEvery = 100,
        RecordEvery = 100,
    };

    private static int Count(GraphEnded ended, EdgeChange change) => ended.Log.Edges.Count(edge => edge.Edge.Change == change);

    private static FlatVector Mean(GraphEnded ended, long round, string entry)
    {
        FlatVector[] all = [.. ended.Log.Rounds.Where(pair => pair.Key.Round == round).Select(pair => pair.Value.State.Single(state => state.Name == entry).Values)];
        Assert.Equal(GraphCases.Count, all.Length);
        return FlatVector.Combine([.. all.Select(values => new Term(1.0 / all.Length, values))]);
    }

    private static void MustBeEqual(GraphEnded expected, GraphEnded actual)
    {
        foreach (((long, int) key, ModelObserved model) in expected.Log.Models.Where(pair => pair.Key.Round == Rounds))
        {
            Assert.Equal(Bits(model.Upper), Bits(actual.Log.Models[key].Upper));
            Assert.Equal(Bits(model.Lower), Bits(actual.Log.Models[key].Lower));
        }
    }

    private static long[] Bits(FlatVector vector) => MemoryMarshal.Cast<double, long>(vector.Span).ToArray();
}
