using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using ActorFed.Actors;
using ActorFed.Algorithms.Oracles;
using ActorFed.Engines;
using ActorFed.Host.Data;
using ActorFed.Host.Runs;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Experiments;

/// <summary><c>actorfed run</c>: from an experiment to a trained model and a report.</summary>
/// <param name="terminal">What the person sees.</param>
/// <param name="locator">Where data sets lie.</param>
/// <param name="commandLine">The command as typed, for the report.</param>
internal sealed class RunCommand(RunTerminal terminal, DataLocator locator, string commandLine)
{
    /// <summary>Starts a new run.</summary>
    public async Task<int> StartAsync(Experiment experiment, CancellationToken cancellation)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        string id = RunId.Create(startedAt, experiment.Options.Algorithm, experiment.Options.Problem, (ushort)Random.Shared.Next(1 << 16));
        PreparedProblem prepared = Prepare(experiment);
        string path = experiment.Options.Run.Folder ?? RunFolder.DefaultPath(id);
        using RunFolder folder = RunFolder.Create(path, experiment.Plan);
        return await RunAsync(experiment, prepared, folder, Path.GetFileName(folder.Folder), startedAt, cancellation);
    }

    /// <summary>Goes on with an earlier run from its newest intact snapshots.</summary>
    /// <param name="folder">Its folder, opened.</param>
    /// <param name="experiment">Its plan, perhaps with keys set anew.</param>
    /// <param name="cancellation">Ends the run cleanly.</param>
    public async Task<int> ResumeAsync(RunFolder folder, Experiment experiment, CancellationToken cancellation)
    {
        PreparedProblem prepared = Prepare(experiment);
        RunFolder.ReplaceText(folder.PlanPath, experiment.Plan);
        return await RunAsync(experiment, prepared, folder, Path.GetFileName(folder.Folder), DateTimeOffset.UtcNow, cancellation);
    }

    private PreparedProblem Prepare(Experiment experiment)
    {
        ExperimentOptions options = experiment.Options;
        if (!experiment.Problem.NeedsData)
        {
            return new PreparedProblem(experiment.CreateProblem(null), null);
        }

        Stopwatch watch = Stopwatch.StartNew();
        ShardedData data = DataSetLoader.Load(options.Data, options.Workers, options.Seed, locator);
        PreparedProblem prepared = new(experiment.CreateProblem(data), data);
        terminal.Line($"data: {options.Data.Set}, {data.Shards.Length} shards of {data.Shards.Min(Rows)} to {data.Shards.Max(Rows)} rows, "
            + $"{data.Test.Labels.Length} test rows ({watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s)");
        return prepared;
    }

    private async Task<int> RunAsync(
        Experiment experiment, PreparedProblem prepared, RunFolder folder, string id, DateTimeOffset startedAt, CancellationToken cancellation)
    {
        ExperimentOptions options = experiment.Options;
        RunPlan plan = experiment.ToPlan(id);
        RunHead head = new()
        {
            RunId = id,
            Algorithm = options.Algorithm,
            Problem = options.Problem,
            Engine = "in-process",
            Seed = options.Seed,
            Build = Build,
            Workers = options.Workers,
            StartedAt = startedAt,
            Plan = experiment.Plan,
            Command = commandLine,
            StepLimit = options.Stop.Steps,
            Environment = Describe(),
            Labels = prepared.Data is null ? null : CountLabels(prepared.Data),
            GapDefinition = "Euclidean norm of the gradient of the unregularised Lagrangian, its dual part by projection (ADBO, section 4)",
        };

        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using RunRecorder recorder = new(folder, head, new RecorderOptions
        {
            RecordEvery = options.Run.RecordEvery,
            Evaluate = prepared.Problem.Evaluate,
            OnFailure = _ => stopping.Cancel(),
        });
        FolderSnapshotStore snapshots = new(folder.SnapshotsPath, notice =>
        {
            recorder.Noticed(notice);
            if (notice.Damage is not null)
            {
                terminal.Warn(notice.ToString());
            }
        });
        ExperimentFactory factory = new(experiment.Algorithm, experiment.AlgorithmOptions, experiment.ToSetup(prepared.Problem));
        RunReport report = await terminal.ShowWhileAsync(head, folder.Folder, recorder.Progress, async () =>
        {
            await using InProcessEngine engine = new();
            return await engine.RunAsync(plan, factory, recorder, snapshots, stopping.Token);
        });
        RunResult result = await recorder.CompleteAsync(report);
        string json = RunOutputs.Write(folder, result);
        terminal.End(result, folder, json);
        return report.Outcome switch
        {
            RunOutcome.Completed or RunOutcome.TimeLimit => ExitCodes.Success,
            RunOutcome.Cancelled => ExitCodes.Cancelled,
            _ => ExitCodes.Failed,
        };
    }

    private static Runs.LabelHistogram CountLabels(ShardedData data)
    {
        ImmutableArray<ImmutableArray<int>> counts = Problems.Data.LabelHistogram.Of(data).Counts;
        int[,] table = new int[counts.Length, data.Train.Classes];
        for (int shard = 0; shard < counts.Length; shard++)
        {
            for (int label = 0; label < data.Train.Classes; label++)
            {
                table[shard, label] = counts[shard][label];
            }
        }

        return new Runs.LabelHistogram(table, [.. Enumerable.Range(0, data.Train.Classes).Select(i =>
            i < data.Train.ClassNames.Length ? data.Train.ClassNames[i] : i.ToString(CultureInfo.InvariantCulture))]);
    }

    private static int Rows(Shard shard) => shard.TrainRows.Length + shard.ValidationRows.Length;

    private static string Build { get; } =
        typeof(RunCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static ImmutableArray<KeyValuePair<string, string>> Describe() =>
    [
        new("build", Build),
        new("runtime", RuntimeInformation.FrameworkDescription),
        new("system", $"{RuntimeInformation.OSDescription.Trim()} ({RuntimeInformation.ProcessArchitecture})"),
        new("processors", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
    ];

    private sealed record PreparedProblem(IBilevelProblem Problem, ShardedData? Data);
}
