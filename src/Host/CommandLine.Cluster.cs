using System.CommandLine;
using ActorFed.Actors;
using ActorFed.Host.Cluster;
using ActorFed.Host.Experiments;

namespace ActorFed.Host;

/// <summary>The commands over a cluster.</summary>
internal sealed partial class CommandLine
{
    private ClusterAccess ClusterOf(ParseResult parsed) => new(environment, parsed.GetValue(_clusterFile), CatalogueOf(parsed));

    private ClusterCommands ClusterCommandsOf(ParseResult parsed) =>
        new(output, error, parsed.GetValue(_json), ClusterOf(parsed), CatalogueOf(parsed), TimeProvider.System);

    private IEnumerable<Command> ClusterCommandLines()
    {
        Command node = new("node", "Take part in a cluster: host participants of its runs until asked to leave (SIGTERM, or actorfed drain)");
        SetAction(node, (parsed, cancellation) => new NodeCommand(output, ClusterOf(parsed), environment, Locator(parsed), CatalogueOf(parsed)).RunAsync(cancellation));
        yield return node;

        Argument<string> experiment = new("experiment") { Description = "Experiment file (HOCON)" };
        Option<string[]> settings = new("--set") { Description = "Override a key: --set adbo.step-lower=0.01", HelpName = "KEY=VALUE" };
        Option<bool> wait = new("--wait") { Description = "Return when the run has ended, with the exit code of its outcome" };
        Command submit = new("submit", "Give a run to the cluster; its id is the answer") { experiment, settings, wait };
        SetAction(submit, (parsed, cancellation) => ClusterCommandsOf(parsed).SubmitAsync(
            parsed.GetRequiredValue(experiment), parsed.GetValue(settings) ?? [], parsed.GetValue(wait), cancellation));
        yield return submit;

        Argument<string> watched = new("run") { Description = "A run: its id, or its folder" };
        Command watch = new("watch", "Watch a run that other processes carry out, with its nodes, until it ends") { watched };
        SetAction(watch, async (parsed, cancellation) =>
        {
            using IRunStore store = StoreOf(parsed);
            RunTerminal terminal = new(output, error, parsed.GetValue(_json));
            return await new WatchCommand(terminal, RunsOf(parsed, store), CatalogueOf(parsed), TimeProvider.System)
                .RunAsync(store, parsed.GetRequiredValue(watched), cancellation);
        });
        yield return watch;

        Argument<string> run = new("run") { Description = "The run's id" };
        Command stop = new("stop", "Let a run of the cluster rest, with its snapshots stored") { run };
        SetAction(stop, parsed => ClusterCommandsOf(parsed).Stop(parsed.GetRequiredValue(run)));
        yield return stop;

        Command resume = new("resume", "Let a run of the cluster go on that was stopped, or has ended under another stopping rule") { run, settings };
        SetAction(resume, parsed => ClusterCommandsOf(parsed).Resume(parsed.GetRequiredValue(run), parsed.GetValue(settings) ?? []));
        yield return resume;

        Command nodes = new("nodes", "The nodes of the cluster, how they are, and what they host");
        SetAction(nodes, parsed => ClusterCommandsOf(parsed).Nodes());
        yield return nodes;

        Argument<string> name = new("node") { Description = "The node's name" };
        Command drain = new("drain", "Ask a node to hand over what it hosts, and to leave") { name };
        SetAction(drain, parsed => ClusterCommandsOf(parsed).Drain(parsed.GetRequiredValue(name)));
        yield return drain;
    }
}
