using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Replay;
using ActorFed.Host.Data;
using ActorFed.Host.Plugins;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Experiments;

/// <summary>What to replay of a run, and how far.</summary>
internal sealed record ReplayOptions
{
    /// <summary>Which part of a resumed run, from 1; null: all, or the last one where <see cref="StopAfter"/> is given.</summary>
    public int? Part { get; init; }

    /// <summary>The number of the entry after which to stop and show the state, from 1; null: nowhere.</summary>
    public long? StopAfter { get; init; }

    /// <summary>Whose entries <see cref="StopAfter"/> counts; null: everyone's, in the order of the replay.</summary>
    public ParticipantId? Of { get; init; }

    /// <summary>Whether to try though the record is of another build.</summary>
    public bool IgnoreBuild { get; init; }

    /// <summary>Whether to go by the plan in the record although the run's folder has another.</summary>
    public bool IgnorePlan { get; init; }
}

/// <summary><c>actorfed replay</c>: makes a recorded run again, in the order in which its messages came, and compares the models.</summary>
/// <param name="output">Where the result goes.</param>
/// <param name="isJson">Whether it ends with one JSON object.</param>
/// <param name="locator">Where data sets lie.</param>
/// <param name="catalogue">What can stand in an experiment.</param>
internal sealed class ReplayCommand(TextWriter output, bool isJson, DataLocator locator, Catalogue catalogue)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private PreparedExperiment? _prepared; // of the part before: parts mostly have one plan

    /// <summary>Replays a run.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="options">How much of it.</param>
    /// <param name="cancellation">Ends the replay.</param>
    /// <exception cref="InvalidDataException">The record is damaged, of another build or plan, or shorter than asked for.</exception>
    /// <exception cref="RunFolderException">The folder holds no run or no record.</exception>
    public async Task<int> RunAsync(string folder, ReplayOptions options, CancellationToken cancellation)
    {
        int[] recorded = PartsOf(folder);
        int[] parts = options switch
        {
            { Part: int part } when recorded.Contains(part) => [part],
            { Part: int part } => throw new InvalidDataException($"Part {part} of the run in '{folder}' is not recorded; recorded are: {string.Join(", ", recorded)}."),
            { StopAfter: not null } => [recorded[^1]],
            _ => recorded,
        };
        List<Replayed> replayed = [];
        foreach (int part in parts)
        {
            Replayed one = await ReplayAsync(folder, part, part == recorded[^1], options, cancellation);
            replayed.Add(one);
            Describe(one);
        }

        ModelComparison? model = options.StopAfter is null ? CompareModel(folder, replayed) : null;
        if (isJson)
        {
            object json = new
            {
                run = replayed[^1].Head.RunId,
                parts = replayed.Select(one => one.ToJson()).ToArray(),
                model = model is null ? null : new { identical = model.IsIdentical, text = model.Text },
                state = options.StopAfter is null ? null : StatePrinter.ToJson(replayed[^1].States),
            };
            output.WriteLine(JsonSerializer.Serialize(json, Json));
        }

        return cancellation.IsCancellationRequested ? ExitCodes.Cancelled
            : model is { IsIdentical: false } || replayed.Any(one => one.Report.Failure is not null) ? ExitCodes.Failed
            : ExitCodes.Success;
    }

    private static int[] PartsOf(string folder)
    {
        if (!Directory.Exists(folder) || !File.Exists(Path.Combine(folder, "plan.conf")))
        {
            throw new RunFolderException($"'{folder}' is not a run folder: it has no plan.conf. Check the path or the id of the run.");
        }

        int[] recorded = [.. RunFolder.DeliveryParts(folder)];
        return recorded.Length > 0
            ? recorded
            : throw new RunFolderException(
                $"The run in '{folder}' has no record of deliveries ({Path.GetFileName(RunFolder.DeliveriesPath(folder, 1))}), so its order cannot be "
                + "repeated. Runs on the in-process engine leave one unless run.record-deliveries = false; a simulated one is made again from its plan: "
                + $"actorfed run {Path.Combine(folder, "plan.conf")} --set run.folder=none");
    }

    private async Task<Replayed> ReplayAsync(string folder, int part, bool isLast, ReplayOptions options, CancellationToken cancellation)
    {
        string path = RunFolder.DeliveriesPath(folder, part);
        using DeliveryReader reader = new(path);
        MustBeOfThisBuild(path, reader.Head, options);
        if (isLast)
        {
            MustBeOfThisPlan(path, reader.Head, Path.Combine(folder, "plan.conf"), options);
        }

        Experiment experiment = Experiment.OfPlan(reader.Head.Plan, $"{path} (its plan)", catalogue, mayDiffer: options.IgnoreBuild);
        if (_prepared?.Experiment.Plan != experiment.Plan)
        {
            _prepared = PreparedExperiment.Prepare(experiment, locator, output.WriteLine);
        }

        RunPlan plan = experiment.ToPlan(reader.Head.RunId);
        DeliveryRecord record = reader.Read([.. plan.Participants.Select(participant => participant.Id)]);
        if (options.Of is ParticipantId of && !record.Participants.Contains(of))
        {
            throw new InvalidDataException($"{of} is not among the {record.Participants.Length} participants of the run.");
        }

        ImmutableArray<ParticipantState> states = [];
        ReplayStop? stop = options.StopAfter is long after
            ? new ReplayStop(after, options.Of, view => states = [.. Shown(record, options).Select(id => Look(view, id))])
            : null;
        ReplayObserver observer = new();
        await using ReplayEngine engine = new(record, stop);
        IRunObserver summed = experiment.Summed(observer);
        RunReport report = await engine.RunAsync(plan, _prepared.Factory, summed, new MemorySnapshotStore(), cancellation);
        (summed as NeighbourSummary)?.Finish(report.Elapsed);
        if (stop is not null && states.IsEmpty && report.Failure is null)
        {
            throw new InvalidDataException(
                $"{path} ends before entry {stop.After} of {stop.Of?.ToString() ?? "the run"}; {report.Events} entries of all participants were repeated.");
        }

        return new Replayed(part, path, reader.Head, record.End is null, report, observer.Steps, observer.LastModel, states);
    }

    private static IEnumerable<ParticipantId> Shown(DeliveryRecord record, ReplayOptions options) =>
        options.Of is ParticipantId one ? [one] : record.Participants;

    private static ParticipantState Look(IReplayView view, ParticipantId id) =>
        new(id, view.StateOf(id), view.EntriesOf(id), [.. view.Inspect(id)]);

    private static void MustBeOfThisBuild(string path, DeliveryHead head, ReplayOptions options)
    {
        if (head.Build != RunCommand.Build && !options.IgnoreBuild)
        {
            throw new InvalidDataException(
                $"{path} was recorded by build {head.Build}, and this is build {RunCommand.Build}, which may compute other bits. "
                + "Replay it with the build that recorded it, or try with --ignore-build.");
        }
    }

    private static void MustBeOfThisPlan(string path, DeliveryHead head, string planPath, ReplayOptions options)
    {
        string plan = RunFolderException.Guard(planPath, "read the plan", () => File.ReadAllText(planPath));
        if (plan != head.Plan && !options.IgnorePlan)
        {
            throw new InvalidDataException(
                $"{path} was recorded under another plan ({RunHead.HashOf(head.Plan)}) than {planPath} now holds ({RunHead.HashOf(plan)}): one of them was "
                + "replaced, or the run went on without a record. Put the right one back, or go by the plan in the record with --ignore-plan.");
        }
    }

    private void Describe(Replayed one)
    {
        string name = Path.GetFileName(one.Path);
        output.WriteLine($"run {one.Head.RunId}, {name}, recorded by build {one.Head.Build}, plan {RunHead.HashOf(one.Head.Plan)}");
        output.WriteLine($"  {Display.Count(one.Report.Events)} entries repeated, step {Display.Count(one.Steps)}, trace {one.Report.TraceHash:x16}");
        output.WriteLine($"  {one.Report.Outcome}: {one.Report.Reason}");
        if (one.EndsEarly)
        {
            output.WriteLine("  The record has no end: the run was killed, or is still going on. What is missing cannot be repeated.");
        }

        if (!isJson)
        {
            StatePrinter.Print(output, one.States);
        }
    }

    private ModelComparison? CompareModel(string folder, List<Replayed> replayed)
    {
        string path = Path.Combine(folder, RunFolder.ModelName);
        if (!File.Exists(path))
        {
            output.WriteLine($"model: the run left none ({RunFolder.ModelName}), so there is nothing to compare");
            return null;
        }

        SafeTensorsContent file = SafeTensors.Read(path);
        string? deliveries = file.Metadata.GetValueOrDefault(RunOutputs.DeliveriesKey);
        if (replayed.FirstOrDefault(one => Path.GetFileName(one.Path) == deliveries) is not Replayed source)
        {
            output.WriteLine($"model: {RunFolder.ModelName} comes from {deliveries ?? "a part of the run that was not recorded"}, which was not replayed");
            return null;
        }

        ModelComparison model = ModelComparison.Of(file, source.LastModel);
        output.WriteLine($"model: {(model.IsIdentical ? "bit-identical to" : "differs from")} {RunFolder.ModelName}: {model.Text}");
        return model;
    }

    /// <summary>One part of a run, replayed.</summary>
    private sealed record Replayed(
        int Part,
        string Path,
        DeliveryHead Head,
        bool EndsEarly,
        RunReport Report,
        long Steps,
        ModelObserved? LastModel,
        ImmutableArray<ParticipantState> States)
    {
        public object ToJson() => new
        {
            part = Part,
            build = Head.Build,
            planHash = RunHead.HashOf(Head.Plan),
            entries = Report.Events,
            steps = Steps,
            traceHash = Report.TraceHash?.ToString("x16", CultureInfo.InvariantCulture),
            outcome = JsonNamingPolicy.CamelCase.ConvertName(Report.Outcome.ToString()),
            reason = Report.Reason,
            isRepeatable = Report.Failure is null,
            endsEarly = EndsEarly,
        };
    }
}
