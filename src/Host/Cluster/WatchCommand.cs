using ActorFed.Actors;
using ActorFed.Host.Configuration;
using ActorFed.Host.Experiments;
using ActorFed.Host.Plugins;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Cluster;

/// <summary><c>actorfed watch</c>: shows a run that other processes carry out, live, until it ends.</summary>
internal sealed class WatchCommand(RunTerminal terminal, RunsCommands runs, Catalogue catalogue, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Watches.</summary>
    /// <param name="store">Where the run is.</param>
    /// <param name="name">The run.</param>
    /// <param name="cancellation">Ends the watching; the run goes on.</param>
    public async Task<int> RunAsync(IRunStore store, string name, CancellationToken cancellation)
    {
        await Task.Yield(); // until a command waits, Ctrl-C kills the process: it must not do so after the first line
        IStoredRun run = store.Find(name);
        RunHead head = HeadOf(run);
        WatchedRun watched = new(run, store.Cluster?.WishOf(run.Id) is null ? null : store.Cluster, head.Workers);
        try
        {
            await terminal.ShowWhileAsync(head, run, watched.Progress, async () =>
            {
                while (watched.Refresh())
                {
                    await Task.Delay(LookEvery, clock, cancellation);
                }

                return true;
            });
        }
        catch (OperationCanceledException)
        {
            runs.Status(name); // how it stood when nobody watched any longer
            return ExitCodes.Cancelled;
        }

        return runs.Status(name);
    }

    private RunHead HeadOf(IStoredRun run)
    {
        string plan = run.ReadPlan();
        Experiment experiment = Experiment.OfPlan(plan, PlanText.SourceOf(run), catalogue, mayDiffer: true);
        return new RunHead
        {
            RunId = run.Id,
            Algorithm = experiment.Options.Algorithm,
            Problem = experiment.Options.Problem,
            Engine = ScalarText.NameOf(experiment.Options.Engine.Kind),
            Seed = experiment.Options.Seed,
            Build = RunHeads.Build,
            Workers = experiment.Options.Workers,
            IsGraph = experiment.IsGraph,
            StartedAt = clock.GetUtcNow(),
            Plan = plan,
            Command = "",
            StepLimit = experiment.Options.Stop.Steps,
        };
    }
}
