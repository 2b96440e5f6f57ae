using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Simulation;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Simulation;

/// <summary><c>actorfed replay SEED --experiment FILE</c>: makes one run of a campaign again, and shows the state at an event.</summary>
/// <param name="output">Where the result goes.</param>
/// <param name="isJson">Whether it ends with one JSON object.</param>
/// <param name="locator">Where data sets lie.</param>
internal sealed class SeedReplay(TextWriter output, bool isJson, DataLocator locator)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs the seed.</summary>
    /// <param name="experiment">The experiment, with the seed.</param>
    /// <param name="stopAfter">The event after which to stop and show the state, from 1; null: nowhere.</param>
    /// <param name="of">Whom to show; null: everyone.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="ArgumentException">The run has fewer events, or nobody of that name.</exception>
    public int Run(Experiment experiment, long? stopAfter, ParticipantId? of, CancellationToken cancellation)
    {
        PreparedExperiment prepared = PreparedExperiment.Prepare(experiment, locator, output.WriteLine);
        ParticipantId[] everyone = [.. experiment.ToPlan("simulated").Participants.Select(participant => participant.Id)];
        if (of is ParticipantId one && !everyone.Contains(one))
        {
            throw new ArgumentException($"{one} is not in this experiment; it has the master and worker-0 to worker-{everyone.Length - 2}.");
        }

        SimulatedOutcome? reference = SimulatedRun.WithoutFaults(prepared, cancellation);
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Stop stop = new(stopAfter ?? long.MaxValue, of is ParticipantId shown ? [shown] : everyone, stopping);
        SimulatedOutcome outcome = SimulatedRun.Execute(prepared, faults: null, reference, stop, stopping.Token);
        ImmutableArray<ParticipantState> states = stopAfter is null ? [] : stop.States;
        if (stopAfter > outcome.Report.Events && !cancellation.IsCancellationRequested)
        {
            throw new ArgumentException($"--stop-at is {stopAfter}; the run has {outcome.Report.Events} events.");
        }

        Describe(experiment, outcome, states, stop.HasStopped);
        return cancellation.IsCancellationRequested ? ExitCodes.Cancelled : outcome.IsViolation ? ExitCodes.Failed : ExitCodes.Success;
    }

    private void Describe(Experiment experiment, SimulatedOutcome outcome, ImmutableArray<ParticipantState> states, bool hasStopped)
    {
        RunReport report = outcome.Report;
        string reason = hasStopped ? "stopped, as asked" : $"{report.Outcome}: {report.Reason}";
        output.WriteLine($"seed {experiment.Options.Seed}: {Display.Count(report.Events)} events, {Display.Duration(report.Elapsed)} virtual, trace {Display.Hash(report.TraceHash!.Value)}");
        foreach (string line in outcome.Struck.Lines)
        {
            output.WriteLine($"  {line}");
        }

        output.WriteLine($"  {reason}");
        if (!isJson)
        {
            StatePrinter.Print(output, states);
            return;
        }

        output.WriteLine(JsonSerializer.Serialize(
            new
            {
                seed = experiment.Options.Seed,
                outcome = hasStopped ? "stopped" : JsonNamingPolicy.CamelCase.ConvertName(report.Outcome.ToString()),
                reason = report.Reason,
                rule = outcome.IsViolation ? outcome.Rule : null,
                events = report.Events,
                virtualSeconds = Math.Round(report.Elapsed.TotalSeconds, 6),
                traceHash = Display.Hash(report.TraceHash!.Value),
                faults = outcome.Struck.Lines.ToArray(),
                state = states.IsEmpty ? null : StatePrinter.ToJson(states),
            },
            Json));
    }

    /// <summary>Looks at participants after an event, or at the end where that comes first, and ends the run.</summary>
    private sealed class Stop(long after, ParticipantId[] shown, CancellationTokenSource stopping) : ISimulationObserver
    {
        private readonly Dictionary<ParticipantId, long> _entries = [];
        private ISimulationView? _view;
        private ImmutableArray<ParticipantState>? _states;

        public bool HasStopped => _states is not null;

        public ImmutableArray<ParticipantState> States => _states ?? Look();

        public void Began(ISimulationView view) => _view = view;

        public void Entered(TimeSpan at, in Entry entry)
        {
            if (_view!.Events > after && _states is null)
            {
                _states = Look();
                stopping.Cancel();
            }

            _entries[entry.Participant] = _entries.GetValueOrDefault(entry.Participant) + 1;
        }

        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
        {
        }

        private ImmutableArray<ParticipantState> Look() =>
            [.. shown.Select(id => new ParticipantState(id, _view!.StateOf(id), _entries.GetValueOrDefault(id), [.. _view.Inspect(id)]))];
    }
}
