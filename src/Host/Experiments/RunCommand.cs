using ActorFed.Actors;
using ActorFed.Cluster.RabbitMq;
using ActorFed.Engines;
using ActorFed.Engines.Simulation;
using ActorFed.Host.Cluster;
using ActorFed.Host.Configuration;
using ActorFed.Host.Data;
using ActorFed.Host.Observability;
using ActorFed.Host.Plugins;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Experiments;

/// <summary><c>actorfed run</c>: from an experiment to a trained model and a report.</summary>
/// <param name="terminal">What the person sees.</param>
/// <param name="stores">Opens run stores.</param>
/// <param name="brokers">Finds the broker, where the engine needs one.</param>
/// <param name="locator">Where data sets lie.</param>
/// <param name="catalogue">What can stand in an experiment.</param>
/// <param name="environment">Looks up an environment variable that says where metrics go.</param>
/// <param name="commandLine">The command as typed, for the report.</param>
internal sealed class RunCommand(
    RunTerminal terminal, RunStores stores, MessageBrokers brokers, DataLocator locator, Catalogue catalogue, Func<string, string?> environment, string commandLine)
{
    /// <summary>Starts a new run.</summary>
    public async Task<int> StartAsync(string file, IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        Experiment experiment = Experiment.Load(file, settings, catalogue).AllHere();
        RequireBuiltIn(experiment);
        using IRunStore store = stores.OpenFor(experiment, settings); // before the data: a wrong address is found at once
        MessageBroker? broker = brokers.For(experiment, settings);
        await CheckAsync(broker, cancellation);
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        string id = RunId.Create(startedAt, experiment.Options.Algorithm, experiment.Options.Problem, (ushort)Random.Shared.Next(1 << 16));
        PreparedExperiment prepared = PreparedExperiment.Prepare(experiment, locator, terminal.Line);
        if (experiment.Options.Engine.Kind == EngineKind.Simulation)
        {
            prepared = SimulatedEngine.Measure(prepared, terminal.Line);
            if (experiment.Options.Simulation.Faults.HasDiskFaults())
            {
                terminal.Warn("faults of disks do not strike here, since this run keeps its snapshots in its folder; simulate and replay have a disk that can fail.");
            }
        }

        foreach (string warning in experiment.IsGraph ? GraphExperiment.Warnings(experiment.Graph) : [])
        {
            terminal.Warn(warning);
        }

        MachineOptions machine = stores.MachineFor(experiment, settings);
        ObservedRun.RequireFiles(machine); // before there is a folder, which would be in the way of the next attempt
        using IOpenRun run = store.Create(id, prepared.Experiment.Plan);
        using ObservedRun? observed = Observe(experiment, run.Id, machine);
        return await RunAsync(prepared, run, broker, startedAt, observed, cancellation);
    }

    /// <summary>Goes on with an earlier run from its newest intact snapshots.</summary>
    /// <param name="name">Its id or its folder.</param>
    /// <param name="settings">Keys set anew.</param>
    /// <param name="cancellation">Ends the run cleanly.</param>
    /// <exception cref="RunStoreException">There is no such run, it is in use, or no snapshot is intact.</exception>
    /// <exception cref="ConfigurationException">The settings are wrong, or would make it another problem.</exception>
    /// <exception cref="BrokerException">Its engine needs a broker, and that cannot be used.</exception>
    public async Task<int> ResumeAsync(string name, IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        using IRunStore store = stores.Open(settings, catalogue);
        using IOpenRun run = store.Resume(name);
        string plan = run.ReadPlan();
        string source = PlanText.SourceOf(run);
        Experiment experiment = Experiment.OfPlan(plan, source, catalogue, mayDiffer: false, settings).AllHere();
        experiment.MustGoOnFrom(Experiment.OfPlan(plan, source, catalogue, mayDiffer: true)); // the line above asked for the plug-ins
        RequireBuiltIn(experiment);
        MessageBroker? broker = brokers.ForResumed(experiment, settings);
        await CheckAsync(broker, cancellation);
        PreparedExperiment prepared = PreparedExperiment.Prepare(experiment, locator, terminal.Line);
        ResumeCheck.Require(run, prepared.Factory);
        using ObservedRun? observed = Observe(experiment, run.Id, stores.MachineForResumed(experiment, settings));
        run.ReplacePlan(experiment.Plan); // last: a plan that cannot go on must not replace one that can
        if (broker is not null)
        {
            // What an earlier process left there was sent to participants that are no more, and stands in no record of this part.
            await broker.RemoveMailboxesAsync(experiment.ToPlan(run.Id), cancellation);
        }

        return await RunAsync(prepared, run, broker, DateTimeOffset.UtcNow, observed, cancellation);
    }

    private ObservedRun? Observe(Experiment experiment, string id, MachineOptions machine) => experiment.Options.Engine.Kind == EngineKind.Simulation
        ? null // its time is none
        : ObservedRun.Alone(machine, id, environment, terminal.Warn);

    private static void RequireBuiltIn(Experiment experiment)
    {
        if (experiment.Options.Engine.Kind == EngineKind.Akka && !AkkaSupport.IsBuiltIn)
        {
            throw AkkaSupport.Missing("engine.kind");
        }
    }

    private static async Task CheckAsync(MessageBroker? broker, CancellationToken cancellation)
    {
        if (broker is not null)
        {
            await broker.CheckAsync(cancellation);
        }
    }

    private async Task<int> RunAsync(
        PreparedExperiment prepared, IOpenRun run, MessageBroker? broker, DateTimeOffset startedAt, ObservedRun? observed, CancellationToken cancellation)
    {
        try
        {
            // A simulation is made again from its plan, and what its crashes do is more than a record can say.
            bool isRecorded = prepared.Experiment.Options is { Run.RecordDeliveries: true, Engine.Kind: not EngineKind.Simulation };
            string? deliveries = isRecorded ? DeliveryFiles.NextOf(run) : null;
            RunHead head = RunHeads.Make(prepared, run.Id, startedAt, commandLine, catalogue) with { Deliveries = deliveries };
            return await RecordAsync(head, prepared, run, broker, observed, cancellation);
        }
        catch (RunStoreException failure)
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
        RunHead head, PreparedExperiment prepared, IOpenRun run, MessageBroker? broker, ObservedRun? observed, CancellationToken cancellation)
    {
        Experiment experiment = prepared.Experiment;
        RunPlan plan = experiment.ToPlan(head.RunId);
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using DeliveryWriter? deliveries = head.Deliveries is string file
            ? new DeliveryWriter(
                run.AppendFile(file),
                PlanText.SourceOf(run, file),
                new DeliveryHead(head.Build, head.RunId, head.Plan),
                [.. plan.Participants.Select(participant => participant.Id)])
            : null;
        await using RunRecorder recorder = new(run, head, RunHeads.ToRecord(prepared) with
        {
            EvaluateAll = experiment.Options.Engine.Kind == EngineKind.Simulation,
            Deliveries = deliveries,
            OnFailure = _ => stopping.Cancel(),
        });
        ISnapshotStore snapshots = run.Snapshots(notice =>
        {
            recorder.Noticed(notice);
            observed?.Log.Noticed(notice);
            if (notice.Damage is not null)
            {
                terminal.Warn(notice.ToString());
            }
        });
        try
        {
            RunReport report = await terminal.ShowWhileAsync(head, run, recorder.Progress, async () =>
            {
                (IEngine engine, IParticipantFactory factory) = EngineOf(
                    observed is null ? prepared : prepared with { Problem = observed.Over(prepared.Problem) }, broker);
                await using IEngine disposed = engine;
                ISnapshotStore stored = deliveries?.Log.Over(snapshots) ?? snapshots;
                return observed is null
                    ? await engine.RunAsync(plan, factory, recorder, stored, stopping.Token)
                    : await engine.RunAsync(plan, observed.Over(factory), observed.Over(recorder), observed.Over(stored), stopping.Token);
            });
            observed?.Ended(report);
            RunResult result = await recorder.CompleteAsync(report);
            terminal.End(result, run, RunOutputs.Write(run, result));
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
            throw new RecorderException($"The run could not be brought to its end: {fault.Message} Resume it: actorfed run --resume {run.Folder ?? run.Id}", fault);
        }
    }

    private static (IEngine Engine, IParticipantFactory Factory) EngineOf(PreparedExperiment prepared, MessageBroker? broker)
    {
        switch (prepared.Experiment.Options.Engine.Kind)
        {
            case EngineKind.InProcess:
                return (new InProcessEngine(), prepared.Factory);
            case EngineKind.Simulation:
                SimulatedEngine simulated = SimulatedEngine.Of(prepared);
                return (new SimulationEngine(simulated.Setup), simulated.Factory);
            case EngineKind.RabbitMq:
                return (broker!.CreateEngine(), prepared.Factory);
            case EngineKind.Akka:
                return (AkkaSupport.CreateEngine(), prepared.Factory);
            case EngineKind kind:
                throw new InvalidOperationException($"Engine {kind} is not built in.");
        }
    }
}
