using System.Collections.Immutable;
using ActorFed.Engines.Simulation;
using ActorFed.Engines.Simulation.Faults;
using ActorFed.Host.Experiments;

namespace ActorFed.Host.Simulation;

/// <summary>A seed whose run broke a rule or did not complete.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Shrunk">The smallest plan found that fails in the same way; null when it was not shrunk.</param>
/// <param name="Minimal">The run of that plan; null when it was not shrunk.</param>
internal sealed record CampaignFailure(ulong Seed, SimulatedOutcome Outcome, ShrinkResult? Shrunk, SimulatedOutcome? Minimal);

/// <summary>Runs an experiment with many seeds, in parallel, each run on one thread; sums up, and shrinks what failed.</summary>
/// <param name="prepare">Prepares the experiment with a seed.</param>
/// <param name="maxShrunk">Most failures to shrink; the first ones by seed.</param>
internal sealed class Campaign(Func<ulong, PreparedExperiment> prepare, int maxShrunk)
{
    private const int MaxTries = 400; // of one shrinking

    private readonly Lock _gate = new();
    private readonly SortedDictionary<ulong, SimulatedOutcome> _failures = [];
    private readonly SortedDictionary<ulong, ulong> _hashes = [];
    private readonly Dictionary<string, (long Injected, long Survived)> _faults = [];
    private readonly Dictionary<string, long> _checks = [];

    /// <summary>Runs that have ended.</summary>
    public int Done { get; private set; }

    /// <summary>Events of all runs.</summary>
    public long Events { get; private set; }

    /// <summary>Virtual time of all runs.</summary>
    public TimeSpan Virtual { get; private set; }

    /// <summary>Failures so far.</summary>
    public int Violations
    {
        get
        {
            lock (_gate)
            {
                return _failures.Count;
            }
        }
    }

    /// <summary>One hash over the traces of all runs, in the order of their seeds.</summary>
    public ulong TraceHash
    {
        get
        {
            TraceHash all = new();
            foreach ((ulong seed, ulong hash) in _hashes)
            {
                all.Add(seed);
                all.Add(hash);
            }

            return all.Value;
        }
    }

    /// <summary>How often each kind of fault struck, and how often in runs that completed and broke no rule.</summary>
    public ImmutableArray<(FaultKind Kind, long Injected, long Survived)> Faults =>
        [.. FaultKinds.All.Select(kind => (kind, _faults.GetValueOrDefault(kind.Name).Injected, _faults.GetValueOrDefault(kind.Name).Survived))];

    /// <summary>How often each rule was looked at.</summary>
    public ImmutableArray<(string Checker, long Checks)> Checks => [.. _checks.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, c.Value))];

    /// <summary>Runs the seeds.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">Number of seeds; at least 1.</param>
    /// <param name="parallel">Most runs at a time; at least 1.</param>
    /// <param name="cancellation">Ends the campaign; what was run counts.</param>
    /// <returns>The failures, ascending by seed.</returns>
    public async Task<ImmutableArray<CampaignFailure>> RunAsync(ulong first, int count, int parallel, CancellationToken cancellation)
    {
        ParallelOptions options = new() { MaxDegreeOfParallelism = parallel };
        IEnumerable<ulong> seeds = Enumerable.Range(0, count).Select(i => first + (ulong)i).TakeWhile(_ => !cancellation.IsCancellationRequested);
        await Parallel.ForEachAsync(seeds, options, (seed, _) =>
        {
            PreparedExperiment prepared = prepare(seed);
            SimulatedOutcome? reference = SimulatedRun.WithoutFaults(prepared, cancellation);
            SimulatedOutcome outcome = reference is { IsViolation: true }
                ? reference // it needs no faults to fail
                : SimulatedRun.Execute(prepared, faults: null, reference, inner: null, cancellation);
            if (!cancellation.IsCancellationRequested)
            {
                Note(seed, outcome);
            }

            return ValueTask.CompletedTask;
        });

        return [.. _failures.Select((failure, i) => i < maxShrunk && !cancellation.IsCancellationRequested
            ? Shrink(failure.Key, failure.Value, cancellation)
            : new CampaignFailure(failure.Key, failure.Value, null, null))];
    }

    private void Note(ulong seed, SimulatedOutcome outcome)
    {
        lock (_gate)
        {
            Done++;
            Events += outcome.Report.Events;
            Virtual += outcome.Report.Elapsed;
            _hashes.Add(seed, outcome.Report.TraceHash!.Value);
            foreach (Fault fault in outcome.Struck.Faults)
            {
                (long injected, long survived) = _faults.GetValueOrDefault(fault.Kind);
                _faults[fault.Kind] = (injected + 1, survived + (outcome.IsViolation ? 0 : 1));
            }

            foreach ((string checker, long checks) in outcome.Checks)
            {
                _checks[checker] = _checks.GetValueOrDefault(checker) + checks;
            }

            if (outcome.IsViolation)
            {
                _failures.Add(seed, outcome);
            }
        }
    }

    private CampaignFailure Shrink(ulong seed, SimulatedOutcome outcome, CancellationToken cancellation)
    {
        PreparedExperiment prepared = prepare(seed);
        Lazy<SimulatedOutcome?> reference = new(() => SimulatedRun.WithoutFaults(prepared, cancellation)); // one run for all tries
        try
        {
            ShrinkResult shrunk = FaultShrinker.Shrink(
                outcome.Struck,
                plan => Run(plan) is { IsViolation: true } again && again.Rule == outcome.Rule,
                MaxTries);
            return new CampaignFailure(seed, outcome, shrunk, Run(shrunk.Plan));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new CampaignFailure(seed, outcome, null, null); // the failure itself is reported all the same
        }

        // As the experiment that is kept: when it becomes quiet, and so what counts as a failure, depends on the plan.
        SimulatedOutcome Run(FaultPlan plan)
        {
            SimulatedOutcome again = SimulatedRun.Execute(
                prepared with { Experiment = prepared.Experiment.WithFaults(plan) }, faults: null, reference.Value, inner: null, cancellation);
            cancellation.ThrowIfCancellationRequested(); // a run cut short says nothing about its plan
            return again;
        }
    }
}
