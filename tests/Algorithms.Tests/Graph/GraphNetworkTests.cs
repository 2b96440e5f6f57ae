using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph;

/// <summary>Whole runs of neighbours, message by message: whatever is lost, doubled or killed, the result keeps its bits.</summary>
public sealed class GraphNetworkTests
{
    public static TheoryData<string, int> Settings => new()
    {
        { "ring", 1 },
        { "ring", 2 },
        { "exponential", 1 },
        { "one-peer-exponential", 2 },
        { "random-matching", 1 },
        { "star", 1 },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void One_killed_at_any_message_is_rebuilt_and_the_result_keeps_its_bits(string topology, int exchanges)
    {
        GraphSetup setup = SetupOf(topology);
        GraphNetwork calm = new GraphNetwork(setup, exchanges).Play();

        for (int n = 0; n < calm.Deliveries; n++)
        {
            GraphNetwork struck = new GraphNetwork(setup, exchanges) { Kills = number => number == n }.Play();

            Assert.Equal(5, struck.Last.Count);
            Assert.Equal(calm.Last, struck.Last);
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Any_message_may_be_lost_or_come_twice(string topology, int exchanges)
    {
        GraphSetup setup = SetupOf(topology);
        GraphNetwork calm = new GraphNetwork(setup, exchanges).Play();

        for (int n = 0; n < calm.Deliveries; n++)
        {
            Assert.Equal(calm.Last, new GraphNetwork(setup, exchanges) { Loses = number => number == n }.Play().Last);
            Assert.Equal(calm.Last, new GraphNetwork(setup, exchanges) { Doubles = number => number == n }.Play().Last);
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Several_may_be_killed_again_and_again_while_messages_are_lost_and_come_twice(string topology, int exchanges)
    {
        GraphSetup setup = SetupOf(topology);
        GraphNetwork calm = new GraphNetwork(setup, exchanges).Play();

        const int Quiet = 300; // deliveries; those after it go well, so that the run can end
        for (ulong seed = 0; seed < 50; seed++)
        {
            CounterRandom random = new(seed, "network");
            GraphNetwork struck = new GraphNetwork(setup, exchanges)
            {
                Kills = number => number < Quiet && random.Uniform(0, number) < 0.03,
                Loses = number => number < Quiet && random.Uniform(1, number) < 0.1,
                Doubles = number => number < Quiet && random.Uniform(2, number) < 0.1,
            }.Play();

            Assert.Equal(calm.Last, struck.Last);
        }
    }

    private static GraphSetup SetupOf(string name)
    {
        Topology topology = TopologyCatalog.Create(new TopologyOptions { Topology = name, Base = "complete" }, 5, seed: 1);
        return new GraphSetup
        {
            Lower = topology,
            Upper = topology,
            Auxiliary = topology,
            RoundLimit = 12,
            Seed = 1,
            SnapshotEvery = 3,
            AskAgainAfter = TimeSpan.FromSeconds(1),
            LostAfter = TimeSpan.FromDays(1),
            OnLoss = topology.IsSymmetric ? OnLoss.Continue : OnLoss.Fail,
        };
    }
}
