using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Cluster.Tests;
using ActorFed.Engines.Tests;
using Xunit;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>What nodes tell each other of runs, by distributed data.</summary>
public sealed class RunTellerTests
{
    private const string Quick = "actorfed.look-every = 200ms\nactorfed.remind-every = 1s\nakka.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout = 5s";

    private static readonly ParticipantId Worker = ParticipantId.Worker(0);

    [Fact]
    public void Puts_together_what_nodes_tell()
    {
        NodeShares a = Told("a", ("run-2", new RunShare(null, ["worker-1"])), ("run-1", new RunShare(41, ["master", "worker-0"])));
        NodeShares b = Told("b", ("run-1", new RunShare(null, ["worker-1"])));
        NodeShares c = Told("c", ("run-1", new RunShare(null, [])));

        IReadOnlyList<RunStanding> standings = RunTeller.Standings([c, a, b]);

        Assert.Equal([("run-1", "a", 41L), ("run-2", null, 0L)], standings.Select(standing => (standing.Run, standing.Lead, standing.Step)));
        Assert.Equal(["a: master worker-0", "b: worker-1"], standings[0].Hosts.Select(host => $"{host.Key}: {string.Join(' ', host.Value)}"));
    }

    [Fact]
    public void Takes_the_one_that_is_further_for_the_lead_while_it_moves()
    {
        NodeShares before = Told("before", ("run-1", new RunShare(41, ["master"])));
        NodeShares after = Told("after", ("run-1", new RunShare(43, ["master"])));

        Assert.Equal(("after", 43), (RunTeller.Standings([before, after]).Single().Lead, RunTeller.Standings([after, before]).Single().Step));
    }

    [Fact]
    public async Task Each_node_knows_how_a_run_stands_that_another_one_leads()
    {
        RunPlan plan = new()
        {
            RunId = "run-1",
            Seed = 1,
            Participants = [new ParticipantSpec(ParticipantId.Master), new ParticipantSpec(Worker, 0)],
            Limits = new RunLimits { WallTime = TimeSpan.FromMinutes(4) },
        };
        bool isSeen = false;
        await using TwoNodes nodes = await TwoNodes.StartAsync(Quick);

        Task<RunReport> running = nodes.RunAsync(
            plan,
            TestCodec.Instance,
            new ScriptedFactory((spec, _, _) => spec.Id == ParticipantId.Master
                ? new Scripted
                {
                    OnStart = outbox => outbox.Send(Worker, new Note(0)),
                    OnReceive = (_, message, outbox) =>
                    {
                        long step = ((Note)message).Number + 1;
                        outbox.Observe(new StepObserved { Step = step, Active = [0], Staleness = [0], WorkersAlive = 1, Measures = [] });
                        outbox.Send(Worker, new Note(step));
                        if (Volatile.Read(ref isSeen))
                        {
                            outbox.Complete("it was seen");
                        }
                    },
                }
                : new Scripted { OnReceive = (sender, message, outbox) => outbox.Send(sender, message) }),
            new MemorySnapshotStore(),
            new RecordingObserver());
        (string first, string second) = (nodes.First.Address.Split('@')[1], nodes.Second.Address.Split('@')[1]);
        RunStanding[] seen = await Until.TrueAsync("both know of both", () => Both(nodes), both => both.Length == 2 && both.All(standing => standing is { Step: > 0, Hosts.Count: 2 }));
        Volatile.Write(ref isSeen, true);
        await running;

        Assert.All(seen, standing => Assert.Equal(("run-1", first), (standing.Run, standing.Lead)));
        Assert.All(seen, standing => Assert.Equal([first, second], standing.Hosts.OrderBy(host => host.Value[0]).Select(host => host.Key)));
        Assert.All(seen, standing => Assert.Equal(["master", "worker-0"], standing.Hosts.Values.SelectMany(hosted => hosted).Order()));
        await Until.TrueAsync("it is known to have ended", () => Both(nodes), both => both.Length == 0);
    }

    private static RunStanding[] Both(TwoNodes nodes) => [.. nodes.First.Standings, .. nodes.Second.Standings];

    private static NodeShares Told(string node, params (string Run, RunShare Share)[] runs) =>
        new(node, runs.ToImmutableSortedDictionary(run => run.Run, run => run.Share));
}
