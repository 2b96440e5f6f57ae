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
    /// <param name="run">It.</param>
    /// <param name="options">How much of it.</param>
    /// <param name="cancellation">Ends the replay.</param>
    /// <exception cref="InvalidDataException">The record is damaged, of another build or plan, or shorter than asked for.</exception>
    /// <exception cref="RunStoreException">The run has no record.</exception>
    public async Task<int> RunAsync(IStoredRun run, ReplayOptions options, CancellationToken cancellation)
    {
        int[] recorded = PartsOf(run);
        int[] parts = options switch
        {
            { Part: int part } when recorded.Contains(part) => [part],
            { Part: int part } => throw new InvalidDataException($"Part {part} of the run in {run.Place} is not recorded; recorded are: {string.Join(", ", recorded)}."),
            { StopAfter: not null } => [recorded[^1]],
            _ => recorded,
        };
        List<Replayed> replayed = [];
        foreach (int part in parts)
        {
            Replayed one = await ReplayAsync(run, part, part == recorded[^1], options, cancellation);
            replayed.Add(one);
            Describe(one);
        }

        ModelComparison? model = options.StopAfter is null ? CompareModel(run, replayed) : null;
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

    private static int[] PartsOf(IStoredRun run)
    {
        int[] recorded = [.. DeliveryFiles.PartsOf(run)];
        return recorded.Length > 0
            ? recorded
            : throw new RunStoreException(
                $"The run in {run.Place} has no record of deliveries ({DeliveryFiles.NameOf(1)}), so its order cannot be "
                + "repeated. Runs leave one unless run.record-deliveries = false; a simulated one is made again from its plan: "
                + PlanText.RunAgain(run));
    }

    private async Task<Replayed> ReplayAsync(IStoredRun run, int part, bool isLast, ReplayOptions options, CancellationToken cancellation)
    {
        string name = DeliveryFiles.NameOf(part);
        string path = PlanText.SourceOf(run, name);
        using DeliveryReader reader = new(run.OpenFile(name), path);
        MustBeOfThisBuild(path, reader.Head, options);
        if (isLast)
        {
            MustBeOfThisPlan(path, reader.Head, run, options);
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

        return new Replayed(part, name, reader.Head, record.End is null, report, observer.Steps, observer.LastModel, states);
    }

    private static IEnumerable<ParticipantId> Shown(DeliveryRecord record, ReplayOptions options) =>
        options.Of is ParticipantId one ? [one] : record.Participants;

    private static ParticipantState Look(IReplayView view, ParticipantId id) =>
        new(id, view.StateOf(id), view.EntriesOf(id), [.. view.Inspect(id)]);

    private static void MustBeOfThisBuild(string path, DeliveryHead head, ReplayOptions options)
    {
        if (head.Build != RunHeads.Build && !options.IgnoreBuild)
        {
            throw new InvalidDataException(
                $"{path} was recorded by build {head.Build}, and this is build {RunHeads.Build}, which may compute other bits. "
                + "Replay it with the build that recorded it, or try with --ignore-build.");
        }
    }

    private static void MustBeOfThisPlan(string path, DeliveryHead head, IStoredRun run, ReplayOptions options)
    {
        string plan = run.ReadPlan();
        if (plan != head.Plan && !options.IgnorePlan)
        {
            throw new InvalidDataException(
                $"{path} was recorded under another plan ({RunHead.HashOf(head.Plan)}) than {PlanText.SourceOf(run)} now holds ({RunHead.HashOf(plan)}): one of them was "
                + "replaced, or the run went on without a record. Put the right one back, or go by the plan in the record with --ignore-plan.");
        }
    }

    private void Describe(Replayed one)
    {
        output.WriteLine($"run {one.Head.RunId}, {one.Name}, recorded by build {one.Head.Build}, plan {RunHead.HashOf(one.Head.Plan)}");
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

    private ModelComparison? CompareModel(IStoredRun run, List<Replayed> replayed)
    {
        if (!run.FileNames().Contains(StoredFolder.ModelName))
        {
            output.WriteLine($"model: the run left none ({StoredFolder.ModelName}), so there is nothing to compare");
            return null;
        }

        using Stream stream = run.OpenFile(StoredFolder.ModelName);
        SafeTensorsContent file = SafeTensors.Read(stream, PlanText.SourceOf(run, StoredFolder.ModelName));
        string? deliveries = file.Metadata.GetValueOrDefault(RunOutputs.DeliveriesKey);
        if (replayed.FirstOrDefault(one => one.Name == deliveries) is not Replayed source)
        {
            output.WriteLine($"model: {StoredFolder.ModelName} comes from {deliveries ?? "a part of the run that was not recorded"}, which was not replayed");
            return null;
        }

        ModelComparison model = ModelComparison.Of(file, source.LastModel);
        output.WriteLine($"model: {(model.IsIdentical ? "bit-identical to" : "differs from")} {StoredFolder.ModelName}: {model.Text}");
        return model;
    }

    /// <summary>One part of a run, replayed.</summary>
    private sealed record Replayed(
        int Part,
        string Name,
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
