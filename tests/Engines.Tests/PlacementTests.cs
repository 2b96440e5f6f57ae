using ActorFed.Actors.Membership;
using Xunit;

namespace ActorFed.Engines.Tests;

public sealed class PlacementTests
{
    private const string Run = "run-1";

    private static readonly string[] Participants = [.. Enumerable.Range(0, 10_000).Select(i => $"worker-{i}")];

    [Fact]
    public void Shares_follow_capacities()
    {
        NodeView[] nodes = [Ready("a", 1), Ready("b", 2), Ready("c", 5)];

        ILookup<string?, string> homes = Participants.ToLookup(participant => Placement.HomeOf(Run, participant, nodes));

        Assert.Empty(homes[null]);
        Assert.All(nodes, node => Assert.InRange(homes[node.Identity.Name].Count() / 10_000.0, (node.Identity.Capacity / 8) - 0.02, (node.Identity.Capacity / 8) + 0.02));
    }

    [Fact]
    public void One_that_goes_moves_only_what_it_had()
    {
        NodeView[] nodes = [Ready("a"), Ready("b"), Ready("c")];

        foreach (string participant in Participants)
        {
            string? before = Placement.HomeOf(Run, participant, nodes);
            string? after = Placement.HomeOf(Run, participant, nodes[..2]);

            Assert.True(before == after || before == "c", $"{participant} moved from {before} to {after}");
        }
    }

    [Fact]
    public void One_that_comes_moves_only_what_it_gets()
    {
        NodeView[] nodes = [Ready("a"), Ready("b"), Ready("c"), Ready("d")];

        Assert.All(Participants, participant =>
        {
            string? before = Placement.HomeOf(Run, participant, nodes[..3]);
            string? after = Placement.HomeOf(Run, participant, nodes);
            Assert.True(before == after || after == "d", $"{participant} moved from {before} to {after}");
        });
    }

    [Fact]
    public void Does_not_depend_on_the_order_in_which_nodes_are_seen()
    {
        NodeView[] nodes = [Ready("a"), Ready("b"), Ready("c")];

        Assert.All(Participants.Take(100), participant =>
            Assert.Equal(Placement.HomeOf(Run, participant, nodes), Placement.HomeOf(Run, participant, nodes.Reverse())));
    }

    [Fact]
    public void Belongs_on_none_that_is_gone_or_leaving_or_ailing_or_cannot_host_the_run()
    {
        NodeView gone = Ready("a") with { IsAlive = false };
        NodeView leaving = With("b", new NodeCondition(true, null, new Dictionary<string, string>()));
        NodeView ailing = With("c", new NodeCondition(false, "no broker", new Dictionary<string, string>()));
        NodeView without = With("d", new NodeCondition(false, null, new Dictionary<string, string> { [Run] = "no data" }));

        Assert.Null(Placement.HomeOf(Run, "master", [gone, leaving, ailing, without]));
        Assert.Equal("d", Placement.HomeOf("run-2", "master", [gone, leaving, ailing, without]));
    }

    [Fact]
    public void Claims_what_belongs_here_and_nobody_alive_holds()
    {
        NodeView[] nodes = [Ready("a"), Ready("b") with { IsAlive = false }, With("c", new NodeCondition(true, null, new Dictionary<string, string>()))];
        RunView run = new(Run, Plan: 1, new Dictionary<string, string> { ["worker-1"] = "b", ["worker-2"] = "c", ["worker-3"] = "unknown" });

        PlacementChange change = Placement.Plan(
            "a", new ClusterView(nodes, [run]), run, ["worker-0", "worker-1", "worker-2", "worker-3", "worker-4"], new HashSet<string> { "worker-4" });

        Assert.Equal(["worker-0", "worker-1", "worker-3"], change.Claims); // worker-2's holder is leaving, and hands it over
        Assert.Empty(change.Moves);
    }

    [Fact]
    public void Hands_over_what_belongs_elsewhere_but_only_where_it_belongs_somewhere()
    {
        RunView run = new(Run, Plan: 1, new Dictionary<string, string>());
        NodeView leaving = With("a", new NodeCondition(true, null, new Dictionary<string, string>()));
        HashSet<string> hosted = ["master", "worker-0"];

        PlacementChange together = Placement.Plan("a", new ClusterView([leaving, Ready("b")], [run]), run, hosted, hosted);
        PlacementChange alone = Placement.Plan("a", new ClusterView([leaving], [run]), run, hosted, hosted);

        Assert.Equal(["master", "worker-0"], together.Moves);
        Assert.Empty(alone.Moves);
    }

    private static NodeView Ready(string name, double capacity = 1) => With(name, new NodeCondition(false, null, new Dictionary<string, string>()), capacity);

    private static NodeView With(string name, NodeCondition condition, double capacity = 1) => new(
        new NodeIdentity(name, "a test", capacity, "build", 1, TimeSpan.FromSeconds(3)), condition, IsAlive: true, TimeSpan.Zero, DateTimeOffset.UnixEpoch);
}
