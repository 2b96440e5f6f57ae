using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Host.Configuration;
using ActorFed.Host.Experiments;
using ActorFed.Host.Plugins;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Cluster;

/// <summary>The commands over a cluster and its runs.</summary>
internal sealed class ClusterCommands(TextWriter output, TextWriter error, bool isJson, ClusterAccess access, Catalogue catalogue, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Gives a run to the cluster.</summary>
    /// <param name="file">The experiment.</param>
    /// <param name="settings">Keys set anew.</param>
    /// <param name="waits">Whether to return when the run has ended.</param>
    /// <param name="cancellation">Ends the waiting, not the run.</param>
    public async Task<int> SubmitAsync(string file, IReadOnlyList<string> settings, bool waits, CancellationToken cancellation)
    {
        Experiment experiment = Experiment.Load(file, settings, catalogue);
        if (experiment.Options.Engine.Kind == EngineKind.Simulation)
        {
            throw experiment.ErrorAt("engine.kind", "engine.kind is simulation, which needs no cluster: actorfed run, or actorfed simulate. Leave it out to submit the experiment.");
        }

        if (experiment.Options.Run.Folder is string folder)
        {
            throw experiment.ErrorAt("run.folder", $"run.folder is '{folder}', and a cluster keeps its runs in its database. Leave it out; actorfed report RUN writes the files.");
        }

        Experiment submitted = InCluster(experiment);
        using IRunStore store = access.OpenStore();
        ICluster cluster = store.Cluster!;
        await Task.Yield(); // from here on Ctrl-C ends the waiting and not the process: who made a run is told its id
        string id = RunId.Claim(
            () => RunId.Create(DateTimeOffset.UtcNow, submitted.Options.Algorithm, submitted.Options.Problem, (ushort)Random.Shared.Next(1 << 16)),
            id => store.Create(id, submitted.Plan).Dispose());
        cluster.Want(id, RunWish.Run);
        ClusterView view = cluster.Look();
        if (!view.Nodes.Any(node => node.CanHost(id)))
        {
            await error.WriteLineAsync($"warning: no node of the cluster in {cluster.Place} can host it at present; it begins when one joins: actorfed node --cluster FILE");
        }

        if (!isJson)
        {
            await output.WriteLineAsync(id);
        }

        return waits ? await WaitAsync(store, cluster, id, cancellation) : Said(new { run = id });
    }

    /// <summary>Lets a run rest.</summary>
    public int Stop(string run)
    {
        using IRunStore store = access.OpenStore();
        ICluster cluster = store.Cluster!;
        if (!cluster.Want(run, RunWish.Stop))
        {
            throw new RunStoreException($"The run '{run}' in {store.Place} is {RunStatus.Of(store.Find(run), cluster: cluster).State}, and not carried out by the cluster, so there is nothing to stop.");
        }

        return Said(new { run, wish = "stop" }, $"{run} stops; go on with it: actorfed resume {run}");
    }

    /// <summary>Lets a run go on.</summary>
    /// <param name="run">The run.</param>
    /// <param name="settings">Keys set anew, such as a later step to stop at.</param>
    public int Resume(string run, IReadOnlyList<string> settings)
    {
        using IRunStore store = access.OpenStore();
        ICluster cluster = store.Cluster!;
        RunStatus status = RunStatus.Of(store.Find(run), cluster: cluster);
        if (cluster.WishOf(run) == RunWish.Run)
        {
            throw new RunStoreException($"The run '{run}' is {status.State}: it goes on already. Watch it: actorfed watch {run}");
        }

        if (status.State == "completed" && settings.Count == 0)
        {
            throw new RunStoreException($"The run '{run}' has ended ({status.Reason}). To let it go on further, set its stopping rule anew: actorfed resume {run} --set stop.steps=N");
        }

        using (IOpenRun held = store.Resume(run))
        {
            string plan = held.ReadPlan();
            Experiment experiment = Experiment.OfPlan(plan, PlanText.SourceOf(held), catalogue, mayDiffer: false, settings);
            experiment.MustGoOnFrom(Experiment.OfPlan(plan, PlanText.SourceOf(held), catalogue, mayDiffer: true));
            held.ReplacePlan(InCluster(experiment).Plan);
        }

        cluster.Want(run, RunWish.Run);
        return Said(new { run, wish = "run" }, $"{run} goes on");
    }

    /// <summary>Asks a node to leave.</summary>
    public int Drain(string node)
    {
        using IRunStore store = access.OpenStore();
        ICluster cluster = store.Cluster!;
        cluster.Drain(node);
        ClusterView view = cluster.Look();
        string[] waiting = [.. view.RunsWithout(node)];
        if (!view.Nodes.Any(other => other.Identity.Name != node && other.IsAlive && !other.Condition.IsDraining))
        {
            error.WriteLine($"warning: '{node}' is the last node of the cluster in {cluster.Place}: nobody can take over. {WhenItHasLeft(waiting)}");
        }
        else if (waiting.Length > 0)
        {
            error.WriteLine($"warning: no other node can host {string.Join(", ", waiting)} at present; why, says: actorfed nodes. {WhenItHasLeft(waiting)}");
        }

        return Said(new { node, draining = true, waiting }, $"{node} hands over what it hosts, and leaves");
    }

    /// <summary>Shows the nodes, and what they host.</summary>
    public int Nodes()
    {
        using IRunStore store = access.OpenStore();
        ICluster cluster = store.Cluster!;
        ClusterView view = cluster.Look();
        ILookup<string, string> hosted = view.Runs.SelectMany(run => run.Holders.Select(holder => (Node: holder.Value, Run: run.Id))).ToLookup(held => held.Node, held => held.Run);
        if (isJson)
        {
            return Said(new
            {
                place = cluster.Place,
                nodes = view.Nodes.Select(node => new
                {
                    name = node.Identity.Name,
                    state = State(node),
                    capacity = node.Identity.Capacity,
                    process = node.Identity.Process,
                    build = node.Identity.Build,
                    participants = hosted[node.Identity.Name].Count(),
                    seenSecondsAgo = node.SeenAgo.TotalSeconds,
                    ailment = node.Condition.Ailment,
                    refused = node.Condition.Refused,
                }),
            });
        }

        output.WriteLine($"Nodes of the cluster in {cluster.Place}");
        int width = view.Nodes.Select(node => node.Identity.Name.Length).DefaultIfEmpty(0).Max();
        foreach (NodeView node in view.Nodes)
        {
            int participants = hosted[node.Identity.Name].Count();
            int runs = hosted[node.Identity.Name].Distinct().Count();
            string capacity = node.Identity.Capacity.ToString("0.###", CultureInfo.InvariantCulture);
            output.WriteLine($"  {node.Identity.Name.PadRight(width)}  {State(node),-8}  capacity {capacity,-6}  {participants} participants of {runs} runs  {node.Identity.Process}");
            foreach (string reason in node.Condition.Refused.Select(refused => $"cannot host {refused.Key}: {refused.Value}").Prepend(node.Condition.Ailment).OfType<string>())
            {
                output.WriteLine($"  {"".PadRight(width)}  {reason}");
            }
        }

        if (view.Nodes.Count == 0)
        {
            output.WriteLine("  none has joined: actorfed node --cluster FILE");
        }

        return ExitCodes.Success;
    }

    private static string WhenItHasLeft(string[] waiting) => waiting.Length == 0
        ? "Runs that are submitted wait until a node joins: actorfed node --cluster FILE"
        : $"When it has left, {(waiting.Length == 1 ? "that run waits" : $"{waiting.Length} runs wait")}, with all snapshots stored, until a node joins that can host {(waiting.Length == 1 ? "it" : "them")}: actorfed node --cluster FILE";

    private static string State(NodeView node) => !node.IsAlive ? "gone" : node.Condition.IsDraining ? "leaving" : node.Condition.Ailment is not null ? "ailing" : "ready";

    private Experiment InCluster(Experiment experiment) => experiment.With("engine.kind", new HoconScalar(
        new Origin("the cluster"), ScalarText.NameOf(access.Machine.Node.Engine == NodeEngine.Akka ? EngineKind.Akka : EngineKind.RabbitMq)));

    private async Task<int> WaitAsync(IRunStore store, ICluster cluster, string id, CancellationToken cancellation)
    {
        try
        {
            while (cluster.WishOf(id) == RunWish.Run || store.Find(id).IsOpen)
            {
                await Task.Delay(LookEvery, clock, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync($"Not waited for any longer; the run goes on: actorfed watch {id}");
            Said(new { run = id });
            return ExitCodes.Cancelled;
        }

        RunStatus status = RunStatus.Of(store.Find(id), rows: 200, cluster);
        Said(status, $"{status.State}: {status.Reason}");
        return status.State switch { "completed" or "time-limit" => ExitCodes.Success, "cancelled" => ExitCodes.Cancelled, _ => ExitCodes.Failed };
    }

    private int Said(object json, string? words = null)
    {
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(json, Json));
        }
        else if (words is not null)
        {
            output.WriteLine(words);
        }

        return ExitCodes.Success;
    }
}
