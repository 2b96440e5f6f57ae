using System.Collections.Concurrent;
using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Oracles;
using ActorFed.Host.Configuration;
using ActorFed.Problems.Counting;
using Microsoft.Extensions.Logging;

namespace ActorFed.Host.Observability;

/// <summary>Measures, traces and logs one run in real time, as far as it is hosted here, by what it lays over all that an engine is given.</summary>
/// <param name="instruments">What is measured with.</param>
/// <param name="log">The log of the process.</param>
/// <param name="runId">Id of the run.</param>
/// <param name="linksBy">How far links are told apart.</param>
internal sealed class ObservedRun(Instruments instruments, RunLog log, string runId, LinkDetail linksBy) : IDisposable
{
    private readonly RunTelemetry _telemetry = new(instruments, runId, linksBy == LinkDetail.Participant);
    private readonly OracleTimer _oracles = new(instruments, runId);
    private readonly ConcurrentDictionary<ParticipantId, int> _epochs = new();

    private IDisposable?[] _owned = [];

    /// <summary>Requires that the files which the settings name can be used.</summary>
    /// <exception cref="ConfigurationException">One cannot.</exception>
    public static void RequireFiles(MachineOptions machine)
    {
        Telemetry.ReadHeaders(machine.Telemetry);
        RunLog.Open(machine.Logs, terminal: null, node: null, TimeProvider.System, _ => { }).Dispose();
    }

    /// <summary>Observes the one run of this process as its machine is set to: exports, and logs to a file.</summary>
    /// <param name="machine">How.</param>
    /// <param name="runId">Id of the run.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <param name="warn">Told once what cannot be exported, and once what cannot be logged.</param>
    /// <exception cref="ConfigurationException">A file that the settings name cannot be used.</exception>
    public static ObservedRun Alone(MachineOptions machine, string runId, Func<string, string?> environment, Action<string> warn)
    {
        string node = Environment.MachineName;
        RunLog log = RunLog.Open(machine.Logs, terminal: null, node, TimeProvider.System, warn); // people read there
        Telemetry? telemetry = Telemetry.Start(machine.Telemetry, new TelemetrySource(node, runId), environment, warn);
        return new ObservedRun(Instruments.Shared, log, runId, machine.Telemetry.LinksBy) { _owned = [telemetry, log] };
    }

    /// <summary>The log; entries name the run.</summary>
    public RunLog Log { get; } = log.Of(runId);

    public IProblem Over(IProblem problem) => ObservedProblem.Of(problem, _oracles);

    public IParticipantFactory Over(IParticipantFactory factory) => new LoggedFactory(_telemetry.Over(factory), this);

    public IRunObserver Over(IRunObserver observer) => new LoggedObserver(Log, _telemetry.Over(observer), _epochs);

    public ISnapshotStore Over(ISnapshotStore snapshots) => _telemetry.Over(snapshots);

    /// <summary>A participant came to this node, or left it.</summary>
    public void Moved(bool isIn) => instruments.Moves.Add(1, new(Attributes.Run, runId), new(Attributes.Direction, isIn ? "in" : "out"));

    /// <summary>The run has ended here.</summary>
    public void Ended(RunReport report) => Log.Write(
        report.Outcome == RunOutcome.Failed ? LogLevel.Error : LogLevel.Information,
        "run-ended",
        string.Create(CultureInfo.InvariantCulture, $"{report.Outcome} after {report.Elapsed.TotalSeconds:0.0} s: {report.Reason}"),
        failure: report.Failure);

    public void Dispose()
    {
        _telemetry.Dispose();
        foreach (IDisposable? owned in _owned)
        {
            owned?.Dispose();
        }
    }

    private sealed class LoggedFactory(IParticipantFactory factory, ObservedRun run) : IParticipantFactory
    {
        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom)
        {
            run._epochs[spec.Id] = incarnation;
            run.Log.Write(
                incarnation == 1 ? LogLevel.Debug : LogLevel.Information,
                "participant-started",
                resumeFrom is null ? "Anew." : "From a snapshot.",
                spec.Id,
                incarnation);
            return factory.Create(spec, incarnation, resumeFrom);
        }
    }
}
