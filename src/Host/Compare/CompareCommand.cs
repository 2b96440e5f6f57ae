using System.Collections.Immutable;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Compare;

/// <summary><c>actorfed compare</c>: several experiments on the same seeds in the simulation, and a report of how they fared.</summary>
/// <param name="terminal">What the person sees.</param>
/// <param name="locator">Where data sets lie.</param>
/// <param name="commandLine">The command as typed, for the report.</param>
internal sealed class CompareCommand(CompareTerminal terminal, DataLocator locator, string commandLine)
{
    /// <summary>Carries it out.</summary>
    /// <param name="options">What to compare.</param>
    /// <param name="cancellation">Ends the runs; what there is by then is written.</param>
    /// <returns>One of <see cref="ExitCodes"/>: failed when a run failed.</returns>
    /// <exception cref="ArgumentException">The command line is wrong; nothing was started.</exception>
    /// <exception cref="Configuration.ConfigurationException">An experiment is wrong; nothing was started.</exception>
    /// <exception cref="RunFolderException">The folder of the results cannot be used; nothing was started.</exception>
    public async Task<int> RunAsync(CompareOptions options, CancellationToken cancellation)
    {
        DataSetCache data = new(locator);
        ComparisonPlan plan = ComparisonPlan.Make(options, data, terminal.Line);
        string folder = CreateFolder(options.Folder ?? FolderRunStore.DefaultPath(
            RunId.Create(DateTimeOffset.UtcNow, "compare", plan.Firsts[0].Options.Problem, (ushort)Random.Shared.Next(1 << 16))));
        terminal.Line(
            $"compare {string.Join(", ", plan.Experiments.Select(experiment => experiment.Label))}: {plan.Firsts[0].Options.Problem}, "
            + $"{plan.SeedWords}, {plan.Seeds.Length * plan.Experiments.Length} runs, at most {options.Parallel} at a time");
        foreach ((string label, Experiment first) in plan.Experiments.Zip(plan.Firsts, (experiment, first) => (experiment.Label, first)))
        {
            foreach (string warning in first.IsGraph ? GraphExperiment.Warnings(first.Graph) : [])
            {
                terminal.Warn($"{label}, seed {plan.Seeds[0]}: {warning}");
            }
        }

        ComparisonRunner runner = new(plan, data, terminal.Ended);
        ImmutableArray<ImmutableArray<ComparedRun>> runs = await terminal.ShowWhileAsync(
            runner.Stands, () => runner.RunAsync(options.Parallel, cancellation));
        Comparison comparison = new(plan, runs);
        try
        {
            Write(comparison, folder);
        }
        catch (RunFolderException failure)
        {
            terminal.Fail(failure.Message); // the runs were carried out, so this is no wrong input
            return ExitCodes.Failed;
        }

        terminal.End(comparison, folder);
        return comparison.IsInterrupted ? ExitCodes.Cancelled : comparison.HasFailed ? ExitCodes.Failed : ExitCodes.Success;
    }

    private void Write(Comparison comparison, string folder)
    {
        RunFolder.ReplaceText(Path.Combine(folder, "curves.csv"), CurvesCsv.Of(comparison));
        RunFolder.ReplaceText(Path.Combine(folder, "summary.json"), SummaryJson.Of(comparison, null, isIndented: true) + "\n");
        RunFolder.ReplaceText(Path.Combine(folder, "report.html"), ComparisonReport.Html(comparison, commandLine));
    }

    private static string CreateFolder(string path) => RunFolderException.Guard(path, "create the folder of the comparison", () =>
    {
        string folder = Directory.CreateDirectory(path).FullName;
        return Directory.EnumerateFileSystemEntries(folder).Any()
            ? throw new RunFolderException($"'{folder}' is not empty. Choose an empty or a new folder: --out FOLDER.")
            : folder;
    });
}
