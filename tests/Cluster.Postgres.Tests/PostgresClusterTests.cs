using ActorFed.Actors;
using ActorFed.Actors.Membership;
using Npgsql;
using Xunit;

namespace ActorFed.Cluster.Postgres.Tests;

/// <summary>Membership, wishes and placements, with two programs at one database.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresClusterTests(PostgresServer server)
{
    private const string Run = "run-1";

    private static readonly NodeCondition Well = new(false, null, new Dictionary<string, string>());

    [PostgresFact]
    public void A_node_is_seen_as_it_says_it_is()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Connect(options);
        using INodeSeat a = cluster.Join(Identity("a"));
        using INodeSeat b = cluster.Join(Identity("b") with { Capacity = 2.5 });

        a.Beat(new NodeCondition(false, "no broker", new Dictionary<string, string> { [Run] = "no \"data\"" }));
        ClusterView view = b.Beat(Well);

        Assert.Equal(["a", "b"], view.Nodes.Select(node => node.Identity.Name));
        Assert.All(view.Nodes, node => Assert.True(node.IsAlive));
        Assert.Equal("no broker", view.Nodes[0].Condition.Ailment);
        Assert.Equal("no \"data\"", view.Nodes[0].Condition.Refused[Run]);
        Assert.Equal((2.5, true), (view.Nodes[1].Identity.Capacity, view.Nodes[1].CanHost(Run)));
    }

    [PostgresFact]
    public void A_name_is_taken_until_its_node_was_not_heard_of_for_long_enough()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Connect(options);
        using INodeSeat paused = cluster.Join(Identity("a"));

        NameTakenException taken = Assert.Throws<NameTakenException>(() => cluster.Join(Identity("a")));
        Age(options, "a");
        using INodeSeat next = cluster.Join(Identity("a"));
        OvertakenException unseated = Assert.Throws<OvertakenException>(() => paused.Beat(Well));

        Assert.Contains("Choose another name: node.name", taken.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(30), taken.SuspectAfter);
        Assert.Contains("node 'a'", unseated.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], next.Beat(Well).Nodes.Select(node => node.Identity.Name));
    }

    [PostgresFact]
    public void Nodes_of_another_wire_version_are_turned_away_while_one_of_this_is_there()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Connect(options);
        using INodeSeat old = cluster.Join(Identity("a"));

        RunStoreException refused = Assert.Throws<RunStoreException>(() => cluster.Join(Identity("b") with { WireVersion = 2, Build = "2.0" }));
        Age(options, "a");
        using INodeSeat alone = cluster.Join(Identity("b") with { WireVersion = 2, Build = "2.0" });

        Assert.Contains("speak version 1 of the wire contract", refused.Message, StringComparison.Ordinal);
        Assert.Contains("build 2.0, speaks version 2", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void A_participant_is_held_by_one_node_until_that_lets_go_or_is_gone()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Wanted(options);
        using INodeSeat a = cluster.Join(Identity("a"));
        using INodeSeat b = cluster.Join(Identity("b"));

        Assert.Equal(["master", "worker-0"], a.Claim(Run, ["master", "worker-0"]).Order());
        Assert.Equal(["worker-1"], b.Claim(Run, ["master", "worker-1"]));
        Assert.Equal(["master"], a.Claim(Run, ["master"])); // once more is no harm

        b.Release(Run, "master"); // not its own
        a.Release(Run, "worker-0");
        Assert.Equal(["worker-0"], b.Claim(Run, ["master", "worker-0"]));

        Age(options, "a");
        Assert.Equal(["master"], b.Claim(Run, ["master"]));
        ClusterView view = b.Beat(Well);
        Assert.Equal(new Dictionary<string, string> { ["master"] = "b", ["worker-0"] = "b", ["worker-1"] = "b" }, view.Runs.Single().Holders);
        Assert.False(view.Nodes[0].IsAlive);
    }

    [PostgresFact]
    public void A_run_is_seen_as_long_as_it_is_wanted()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Wanted(options);
        using INodeSeat node = cluster.Join(Identity("a"));
        node.Claim(Run, ["master"]);

        Assert.Equal(RunWish.Run, cluster.WishOf(Run));
        cluster.Want(Run, RunWish.Stop);

        Assert.Empty(cluster.Look().Runs);
        Assert.Empty(node.Claim(Run, ["worker-0"]));
        Assert.Equal(new Dictionary<string, string> { ["master"] = "a" }, cluster.HoldersOf(Run)); // who still holds it can be seen
        Assert.Equal(RunWish.Stop, cluster.WishOf(Run));
        Assert.Null(cluster.WishOf("other"));
        Assert.Contains("There is no run 'other'", Assert.Throws<RunStoreException>(() => cluster.Want("other", RunWish.Run)).Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void A_node_that_was_asked_to_leave_reads_it()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Connect(options);
        INodeSeat node = cluster.Join(Identity("a"));

        cluster.Drain("a");

        Assert.True(node.Beat(Well).Nodes.Single().Condition.IsDraining);
        Assert.Contains("there are: a", Assert.Throws<RunStoreException>(() => cluster.Drain("b")).Message, StringComparison.Ordinal);
        Age(options, "a");
        Assert.Contains("No node 'a' is alive", Assert.Throws<RunStoreException>(() => cluster.Drain("a")).Message, StringComparison.Ordinal);
        node.Dispose();
        Assert.Empty(cluster.Look().Nodes);
    }

    [PostgresFact]
    public void A_node_that_starts_again_under_its_name_holds_nothing_of_before()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Wanted(options);
        using INodeSeat before = cluster.Join(Identity("a"));
        using INodeSeat other = cluster.Join(Identity("b"));
        before.Claim(Run, ["master", "worker-0"]);

        Age(options, "a");
        using INodeSeat again = cluster.Join(Identity("a"));

        Assert.Empty(again.Beat(Well).Runs.Single().Holders);
        Assert.Equal(["master"], other.Claim(Run, ["master"])); // it may belong elsewhere by now, and its name is alive
    }

    [PostgresFact]
    public void Who_lost_its_seat_claims_and_releases_nothing()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Wanted(options);
        using INodeSeat paused = cluster.Join(Identity("a"));
        Age(options, "a");
        using INodeSeat next = cluster.Join(Identity("a"));
        next.Claim(Run, ["master"]);

        IReadOnlyList<string> claimed = paused.Claim(Run, ["master", "worker-0"]);
        paused.Release(Run, "master");

        Assert.Empty(claimed);
        Assert.Equal(new Dictionary<string, string> { ["master"] = "a" }, next.Beat(Well).Runs.Single().Holders);
    }

    [PostgresFact]
    public async Task A_sign_of_life_does_not_wait_for_a_claim_that_waits()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Wanted(options);
        using INodeSeat node = cluster.Join(Identity("a"));
        using NpgsqlConnection paused = PostgresServer.Connect(options); // in the middle of a claim of the same participant
        using NpgsqlTransaction claim = paused.BeginTransaction();
        paused.Execute("INSERT INTO placements (run, participant, node) SELECT number, 'master', 'b' FROM runs WHERE id = $1", Run);

        Task<IReadOnlyList<string>> waiting = Task.Run(() => node.Claim(Run, ["master"]));
        ClusterView view = node.Beat(Well);
        bool isClaimed = waiting.IsCompleted;
        claim.Rollback();

        Assert.Single(view.Nodes);
        Assert.False(isClaimed);
        Assert.Equal(["master"], await waiting);
    }

    [PostgresFact]
    public void A_session_that_was_lost_while_nobody_used_it_costs_no_claim()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Wanted(options);
        using INodeSeat node = cluster.Join(Identity("a"));
        node.Claim(Run, ["master"]);
        node.Beat(Well);
        cluster.Look(); // one more that nobody uses

        PostgresServer.Rows(options, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        node.Release(Run, "master");

        Assert.Empty(node.Beat(Well).Runs.Single().Holders);
    }

    [PostgresFact]
    public void A_run_is_marked_as_ended_by_who_holds_it_and_by_nobody_who_was_overtaken()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Wanted(options);
        using PostgresRunStore store = PostgresRunStore.Connect(options, PostgresServer.Password);
        using IOpenRun before = store.Resume(Run, takesOver: true);
        using IOpenRun next = store.Resume(Run, takesOver: true);

        Assert.Throws<OvertakenException>(before.MarkEnded);
        Assert.Equal(RunWish.Run, cluster.WishOf(Run));
        next.MarkEnded();
        Assert.Equal(RunWish.Ended, cluster.WishOf(Run));
    }

    [PostgresFact]
    public void A_run_that_has_ended_is_not_stopped_any_more()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Wanted(options);
        using PostgresRunStore store = PostgresRunStore.Connect(options, PostgresServer.Password);
        using IOpenRun run = store.Resume(Run, takesOver: true);

        Assert.True(cluster.Want(Run, RunWish.Stop));
        Assert.False(cluster.Want(Run, RunWish.Stop)); // nobody carries it out
        run.MarkEnded(); // it came to its end before it was stopped
        Assert.False(cluster.Want(Run, RunWish.Stop));
        Assert.Equal(RunWish.Ended, cluster.WishOf(Run));
        Assert.True(cluster.Want(Run, RunWish.Run)); // under another stopping rule
    }

    [PostgresFact]
    public void A_run_has_the_number_of_its_newest_plan()
    {
        PostgresOptions options = server.NewDatabase();
        using PostgresCluster cluster = Wanted(options);
        using PostgresRunStore store = PostgresRunStore.Connect(options, PostgresServer.Password);
        int first = cluster.Look().Runs.Single().Plan;
        using IOpenRun before = store.Resume(Run, takesOver: true);
        using IOpenRun next = store.Resume(Run, takesOver: true);

        next.ReplacePlan("another plan");

        Assert.Throws<OvertakenException>(() => before.ReplacePlan("the plan of one who came too late"));
        Assert.Equal("another plan", store.Find(Run).ReadPlan());
        Assert.True(cluster.Look().Runs.Single().Plan > first);
    }

    /// <summary>As a node connects: without patience.</summary>
    private static PostgresCluster Connect(PostgresOptions options) => PostgresCluster.Connect(options with { RetryFor = TimeSpan.Zero }, PostgresServer.Password);

    private static PostgresCluster Wanted(PostgresOptions options)
    {
        using (PostgresRunStore store = PostgresRunStore.Connect(options, PostgresServer.Password))
        {
            store.Create(Run, "plan").Dispose();
        }

        PostgresCluster cluster = Connect(options);
        cluster.Want(Run, RunWish.Run);
        return cluster;
    }

    /// <summary>Lets a node not have been heard of for an hour.</summary>
    private static void Age(PostgresOptions options, string node) =>
        PostgresServer.Execute(options, "UPDATE nodes SET seen_at = seen_at - interval '1 hour' WHERE name = $1", node);

    private static NodeIdentity Identity(string name) => new(name, "a test", 1, "1.0", 1, TimeSpan.FromSeconds(30));
}
