using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Engines.Simulation;
using ActorFed.Host.Experiments;
using ActorFed.Host.Runs;
using ActorFed.Problems.Counting;

namespace ActorFed.Host.Compare;

/// <summary>Carries out the runs of a comparison, several at a time, each on one thread.</summary>
/// <param name="plan">Which runs.</param>
/// <param name="data">Data sets.</param>
/// <param name="ended">Told of each run when it has ended, from any thread, one call at a time.</param>
internal sealed class ComparisonRunner(ComparisonPlan plan, DataSetCache data, Action<RunStand, ComparedRun> ended)
{
    private readonly object _telling = new();

    /// <summary>Where each run stands, seed by seed and within a seed in the order of the experiments: the order of running.</summary>
    public ImmutableArray<RunStand> Stands { get; } =
    [
        .. plan.Seeds.SelectMany(seed => plan.Experiments.Select((experiment, i) =>
            new RunStand(experiment.Label, seed, plan.Firsts[i].Options.Stop.Steps))),
    ];

    /// <summary>Runs them all; when <paramref name="cancellation"/> comes, those that run end and the rest do not begin.</summary>
    /// <param name="parallel">Most runs at a time.</param>
    /// <param name="cancellation">Ends the comparison early.</param>
    /// <returns>For each experiment its runs, in the order of the seeds.</returns>
    public async Task<ImmutableArray<ImmutableArray<ComparedRun>>> RunAsync(int parallel, CancellationToken cancellation)
    {
        ComparedRun[] runs = new ComparedRun[Stands.Length];
        int taken = -1;
        // Threads of their own: runs take long, and the pool has the display to serve.
        await Task.WhenAll(Enumerable.Range(0, Math.Min(parallel, runs.Length)).Select(_ =>
            Task.Factory.StartNew(TakeRuns, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return [.. plan.Experiments.Select((_, i) => plan.Seeds.Select((_, seed) => runs[(seed * plan.Experiments.Length) + i]).ToImmutableArray())];

        void TakeRuns()
        {
            for (int next = Interlocked.Increment(ref taken); next < runs.Length; next = Interlocked.Increment(ref taken))
            {
                runs[next] = Run(Stands[next], plan.Firsts[next % plan.Firsts.Length], cancellation);
            }
        }
    }

    private ComparedRun Run(RunStand stand, Experiment experiment, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return new ComparedRun { Seed = stand.Seed, Outcome = ComparedOutcome.Interrupted, Reason = "The comparison was interrupted before it began." };
        }

        stand.Begin();
        ComparedRun run;
        try
        {
            run = Simulate(PreparedExperiment.Prepare(experiment.WithSeed(stand.Seed), data.LoadFor, static _ => { }), stand, cancellation);
        }
        catch (Exception unusable) when (CommandLine.IsUsersToMend(unusable))
        {
            run = new ComparedRun { Seed = stand.Seed, Outcome = ComparedOutcome.Failed, Reason = unusable.Message }; // this seed's data may be at fault
        }

        stand.End();
        lock (_telling)
        {
            ended(stand, run);
        }

        return run;
    }

    private ComparedRun Simulate(PreparedExperiment prepared, RunStand stand, CancellationToken cancellation)
    {
        Experiment experiment = prepared.Experiment;
        SimulatedEngine simulated = SimulatedEngine.Of(prepared);
        OracleCounter counter = simulated.Counter;
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bool isStopped = false;
        CurveRecorder recorder = new(model => experiment.Evaluate(prepared.Problem, model), () => counter.Calls.Total, plan.Targets, StopAtTarget, stand);
        IRunObserver summed = experiment.Summed(recorder);
        RunReport report = new SimulationEngine(simulated.Setup).RunAsync(
            experiment.ToPlan($"{stand.Label}-{stand.Seed}"),
            simulated.Factory,
            summed,
            new MemorySnapshotStore(),
            stopping.Token).GetAwaiter().GetResult(); // a simulation is over when the call returns
        (summed as NeighbourSummary)?.Finish(report.Elapsed);
        return new ComparedRun
        {
            Seed = stand.Seed,
            Outcome = report.Outcome switch
            {
                RunOutcome.Completed => ComparedOutcome.Completed,
                RunOutcome.TimeLimit => ComparedOutcome.TimeLimit,
                RunOutcome.Cancelled => isStopped ? ComparedOutcome.TargetsReached : ComparedOutcome.Interrupted,
                _ => ComparedOutcome.Failed,
            },
            Reason = report.Outcome == RunOutcome.Cancelled && isStopped ? "every target reached" : report.Reason,
            End = new Moment(recorder.Step, report.Elapsed.TotalSeconds, report.BytesSent, counter.Calls.Total),
            TraceHash = report.TraceHash,
            Rows = recorder.Rows,
            Reached = recorder.Reached,
        };

        void StopAtTarget()
        {
            if (plan.StopAtTarget)
            {
                isStopped = true;
                stopping.Cancel();
            }
        }
    }
}
