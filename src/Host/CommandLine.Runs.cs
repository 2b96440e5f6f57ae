using System.CommandLine;
using ActorFed.Actors;
using ActorFed.Host.Experiments;
using ActorFed.Host.Runs;

namespace ActorFed.Host;

/// <summary>The commands over the runs of a store.</summary>
internal sealed partial class CommandLine
{
    private readonly Option<string?> _clusterFile = new("--cluster")
    {
        Description = "HOCON file that says where runs are kept and who carries messages: its sections store, broker, ... (else the experiment and the environment)",
        HelpName = "FILE",
        Recursive = true,
    };

    private RunStores StoresOf(ParseResult parsed) => new(environment, parsed.GetValue(_clusterFile));

    private MessageBrokers BrokersOf(ParseResult parsed) => new(environment, parsed.GetValue(_clusterFile));

    /// <summary>The store that file and environment name.</summary>
    private IRunStore StoreOf(ParseResult parsed) => StoresOf(parsed).Open([], CatalogueOf(parsed));

    private RunsCommands RunsOf(ParseResult parsed, IRunStore store) => new(store, output, parsed.GetValue(_json), TimeProvider.System);

    private IEnumerable<Command> RunsCommandLines()
    {
        Argument<string> run = new("run") { Description = "A run: its id, or its folder" };
        Command status = new("status", "How a run stands: running, interrupted or ended, its step and newest numbers") { run };
        SetAction(status, parsed =>
        {
            using IRunStore store = StoreOf(parsed);
            return RunsOf(parsed, store).Status(parsed.GetRequiredValue(run));
        });
        yield return status;

        Option<bool> follow = new("--follow") { Description = "Go on until the run ends" };
        Command logs = new("logs", "The events of a run: joins, silences, restarts, snapshots") { run, follow };
        SetAction(logs, async (parsed, cancellation) =>
        {
            await Task.Yield(); // until a command waits, Ctrl-C kills the process: it must not do so after the first line
            using IRunStore store = StoreOf(parsed);
            return await RunsOf(parsed, store).LogsAsync(parsed.GetRequiredValue(run), parsed.GetValue(follow), cancellation);
        });
        yield return logs;

        Option<string?> folder = new("--out") { Description = "The folder, absent or empty (else the run's id)", HelpName = "DIR" };
        Command report = new("report", "Put all that a run has to show into a folder: report, model, plan, metrics, events") { run, folder };
        SetAction(report, parsed =>
        {
            using IRunStore store = StoreOf(parsed);
            return RunsOf(parsed, store).Report(parsed.GetRequiredValue(run), parsed.GetValue(folder));
        });
        yield return report;
    }
}
