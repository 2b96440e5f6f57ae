using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using ActorFed.Actors;
using ActorFed.Algorithms.Oracles;
using ActorFed.Engines;
using ActorFed.Host.Configuration;
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
    /// <summary>Shards whose labels are shown before a run.</summary>
    private const int HistogramLines = 8;

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
    /// <param name="settings">Keys set anew.</param>
    /// <param name="cancellation">Ends the run cleanly.</param>
    /// <exception cref="RunFolderException">No snapshot is intact.</exception>
    /// <exception cref="ConfigurationException">The settings are wrong, or would make it another problem.</exception>
    public async Task<int> ResumeAsync(RunFolder folder, IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        Experiment experiment = Experiment.LoadPlan(folder.PlanPath, settings);
        experiment.MustGoOnFrom(Experiment.LoadPlan(folder.PlanPath, []));
        PreparedProblem prepared = Prepare(experiment);
        ResumeCheck.Require(folder, FactoryOf(experiment, prepared));
        RunFolder.ReplaceText(folder.PlanPath, experiment.Plan); // last: a plan that cannot go on must not replace one that can
        return await RunAsync(experiment, prepared, folder, Path.GetFileName(folder.Folder), DateTimeOffset.UtcNow, cancellation);
    }

    private static ExperimentFactory FactoryOf(Experiment experiment, PreparedProblem prepared) =>
        new(experiment.Algorithm, experiment.AlgorithmOptions, experiment.ToSetup(prepared.Problem));

    private PreparedProblem Prepare(Experiment experiment)
    {
        ExperimentOptions options = experiment.Options;
        if (!experiment.Problem.NeedsData)
        {
            return new PreparedProblem(CreateProblem(experiment, null), null);
        }

        Stopwatch watch = Stopwatch.StartNew();
        ShardedData data = LoadData(experiment);
        if (data.Shards.Any(shard => shard.ValidationRows.IsEmpty))
        {
            throw experiment.ErrorAt(
                "data.sharding.validation-fraction",
                "data.sharding.validation-fraction is 0; it must be more than 0, since the upper level is judged on validation rows.");
        }

        PreparedProblem prepared = new(CreateProblem(experiment, data), data);
        terminal.Line($"data: {options.Data.Set}, {data.Shards.Length} shards of {data.Shards.Min(Rows)} to {data.Shards.Max(Rows)} rows, "
            + $"{data.Test.Labels.Length} test rows ({watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s)");
        terminal.Line(LabelHistogram.Of(data).ToText(HistogramLines));
        return prepared;
    }

    private ShardedData LoadData(Experiment experiment)
    {
        ExperimentOptions options = experiment.Options;
        try
        {
            return DataSetLoader.Load(options.Data, options.Workers, options.Seed, locator);
        }
        catch (DataSetException unusable)
        {
            throw experiment.ErrorAt("data.set", unusable.Message);
        }
        catch (ArgumentException misfit)
        {
            throw experiment.ErrorAt(
                "data.sharding", $"the shards of '{options.Data.Set}' cannot be made: {KeyWords.InKeys(misfit.Message, "data.sharding", typeof(ShardingOptions))}");
        }
    }

    private static IBilevelProblem CreateProblem(Experiment experiment, ShardedData? data)
    {
        try
        {
            IBilevelProblem problem = experiment.CreateProblem(data);
            for (int shard = 0; shard < problem.ShardCount; shard++)
            {
                problem.CreateOracle(shard); // a shard that cannot be used is found here, not by a worker
            }

            return problem;
        }
        catch (Exception misfit) when (misfit is ArgumentException or ArithmeticException)
        {
            string section = experiment.Options.Problem;
            string words = KeyWords.InKeys(misfit.Message, section, experiment.Problem.OptionsType);
            words = KeyWords.InKeys(words, "data.sharding", typeof(ShardingOptions));
            throw experiment.ErrorAt(
                section, $"the problem cannot be made: {words} Check section {section}.");
        }
    }

    private async Task<int> RunAsync(
        Experiment experiment, PreparedProblem prepared, RunFolder folder, string id, DateTimeOffset startedAt, CancellationToken cancellation)
    {
        try
        {
            RunHead head = MakeHead(experiment, prepared, id, startedAt);
            return await RecordAsync(head, experiment, prepared, folder, cancellation);
        }
        catch (RunFolderException failure)
        {
            terminal.Fail(failure.Message);
            return ExitCodes.Failed;
        }
        catch (RecorderException fault)
        {
            terminal.Fail(fault.ToString()); // with its trace, since the mistake is hardly the user's
            return ExitCodes.Failed;
        }
    }

    private async Task<int> RecordAsync(
        RunHead head, Experiment experiment, PreparedProblem prepared, RunFolder folder, CancellationToken cancellation)
    {
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using RunRecorder recorder = new(folder, head, new RecorderOptions
        {
            RecordEvery = experiment.Options.Run.RecordEvery,
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
        try
        {
            RunReport report = await terminal.ShowWhileAsync(head, folder.Folder, recorder.Progress, async () =>
            {
                await using InProcessEngine engine = new();
                return await engine.RunAsync(
                    experiment.ToPlan(head.RunId), FactoryOf(experiment, prepared), recorder, snapshots, stopping.Token);
            });
            RunResult result = await recorder.CompleteAsync(report);
            terminal.End(result, folder, RunOutputs.Write(folder, result));
            return result.Report.Outcome switch
            {
                RunOutcome.Completed or RunOutcome.TimeLimit => ExitCodes.Success,
                RunOutcome.Cancelled => ExitCodes.Cancelled,
                _ => ExitCodes.Failed,
            };
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // Before the run these speak of wrong input; the input has since been accepted.
            throw new RecorderException($"The run could not be brought to its end: {fault.Message} Resume it from '{folder.Folder}'.", fault);
        }
    }

    private RunHead MakeHead(Experiment experiment, PreparedProblem prepared, string id, DateTimeOffset startedAt) => new()
    {
        RunId = id,
        Algorithm = experiment.Options.Algorithm,
        Problem = experiment.Options.Problem,
        Engine = "in-process",
        Seed = experiment.Options.Seed,
        Build = Build,
        Workers = experiment.Options.Workers,
        StartedAt = startedAt,
        Plan = experiment.Plan,
        Command = commandLine,
        StepLimit = experiment.Options.Stop.Steps,
        Environment = Describe(),
        Labels = prepared.Data is null ? null : LabelHistogram.Of(prepared.Data),
        ClassNames = prepared.Data is null ? [] : prepared.Data.Train.ClassNames,
        GapDefinition = "Euclidean norm of the gradient of the unregularised Lagrangian, its dual part by projection (ADBO, section 4)",
    };

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
