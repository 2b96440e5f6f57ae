using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorFed.Host.Configuration;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Plugins;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Simulation;

/// <summary>What to simulate.</summary>
internal sealed record SimulateOptions
{
    /// <summary>The experiment's file, as typed.</summary>
    public required string File { get; init; }

    /// <summary>Keys set anew.</summary>
    public required ImmutableArray<string> Settings { get; init; }

    /// <summary>The first seed; null: the experiment's.</summary>
    public ulong? FirstSeed { get; init; }

    /// <summary>Number of seeds; at least 1.</summary>
    public required int Seeds { get; init; }

    /// <summary>Most runs at a time; at least 1.</summary>
    public required int Parallel { get; init; }

    /// <summary>Most failing seeds whose plan is shrunk; at least 0.</summary>
    public required int Shrink { get; init; }

    /// <summary>Folder for what fails; null: runs/ and the time.</summary>
    public string? Out { get; init; }
}

/// <summary><c>actorfed simulate</c>: many seeds of one experiment in virtual time, with faults, watched by all checkers.</summary>
/// <param name="output">Where progress and results go.</param>
/// <param name="isJson">Whether it ends with one JSON object.</param>
/// <param name="locator">Where data sets lie.</param>
/// <param name="catalogue">What can stand in an experiment.</param>
internal sealed class SimulateCommand(TextWriter output, bool isJson, DataLocator locator, Catalogue catalogue)
{
    private const int MaxListed = 20; // failures in full; the rest are counted

    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs the campaign.</summary>
    /// <exception cref="ConfigurationException">The experiment is wrong.</exception>
    public async Task<int> RunAsync(SimulateOptions options, CancellationToken cancellation)
    {
        Require(options.Seeds >= 1, $"--seeds is {options.Seeds}; it must be at least 1.");
        Require(options.Parallel >= 1, $"--parallel is {options.Parallel}; it must be at least 1.");
        Require(options.Shrink >= 0, $"--shrink is {options.Shrink}; it must be at least 0.");
        Experiment experiment = Experiment.Load(options.File, options.Settings, catalogue).AllHere();
        ulong first = options.FirstSeed ?? experiment.Options.Seed;
        Require(first <= ulong.MaxValue - (ulong)options.Seeds, $"--first-seed is {first}; it must be at most {ulong.MaxValue - (ulong)options.Seeds}, so that all seeds fit.");
        DataSetCache data = new(locator);
        PreparedExperiment prepared = PreparedExperiment.Prepare(experiment.WithSeed(first), data.LoadFor, output.WriteLine);
        experiment = SimulatedEngine.Measure(prepared, output.WriteLine).Experiment;
        FaultOptions faults = experiment.Options.Simulation.Faults;
        output.WriteLine($"simulate {options.File}: {experiment.Options.Algorithm} on {experiment.Options.Problem}, {experiment.Options.Workers} workers, "
            + $"seeds {first} to {first + (ulong)options.Seeds - 1}, faults {ScalarText.KebabCase(faults.Profile.ToString())}"
            + (faults.Plan.IsDefaultOrEmpty ? "" : $" and {faults.Plan.Length} planned") + $", build {RunHeads.Build}");

        long start = Stopwatch.GetTimestamp();
        Campaign campaign = new(seed => PreparedExperiment.Prepare(experiment.WithSeed(seed), data.LoadFor, _ => { }), options.Shrink);
        ImmutableArray<CampaignFailure> failures = await ShowWhileAsync(
            campaign, options.Seeds, start, () => campaign.RunAsync(first, options.Seeds, options.Parallel, cancellation));
        string? folder = failures.IsEmpty ? null : Keep(experiment, failures, options.Out);
        Report report = new(options, experiment, campaign, failures, folder, Stopwatch.GetElapsedTime(start));
        report.Print(output);
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(report.ToJson(), Json));
        }

        return !failures.IsEmpty ? ExitCodes.Failed : cancellation.IsCancellationRequested ? ExitCodes.Cancelled : ExitCodes.Success;
    }

    private async Task<T> ShowWhileAsync<T>(Campaign campaign, int seeds, long start, Func<Task<T>> work)
    {
        using CancellationTokenSource ended = new();
        Task showing = ShowAsync(campaign, seeds, start, ended.Token);
        try
        {
            return await Task.Run(work);
        }
        finally
        {
            await ended.CancelAsync();
            await showing;
        }
    }

    private async Task ShowAsync(Campaign campaign, int seeds, long start, CancellationToken ended)
    {
        using PeriodicTimer timer = new(LineEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                int done = campaign.Done;
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                string left = done == 0 ? "" : done == seeds ? ", shrinking" : $", {Display.Duration(elapsed * ((double)(seeds - done) / done))} left";
                output.WriteLine($"  {done}/{seeds} seeds, {campaign.Violations} violations, {Display.Count(campaign.Events)} events, {Display.Duration(elapsed)}{left}");
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The campaign has ended; its report says more than one further line.
        }
    }

    /// <summary>Writes an experiment for every shrunk failure: the same seed, and the shrunk plan for all that goes wrong.</summary>
    private static string? Keep(Experiment experiment, ImmutableArray<CampaignFailure> failures, string? folder)
    {
        if (failures.All(failure => failure.Shrunk is null))
        {
            return null;
        }

        folder ??= Path.Combine("runs", $"simulate-{DateTimeOffset.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}");
        Directory.CreateDirectory(folder);
        foreach (CampaignFailure failure in failures)
        {
            if (failure.Shrunk is not null)
            {
                RunFolder.ReplaceText(PathOf(folder, failure.Seed), experiment.WithSeed(failure.Seed).WithFaults(failure.Shrunk.Plan).Plan);
            }
        }

        return folder;
    }

    private static string PathOf(string folder, ulong seed) => Path.Combine(folder, $"seed-{seed.ToString(CultureInfo.InvariantCulture)}.conf");

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }

    /// <summary>What came of a campaign, for people and as JSON.</summary>
    private sealed record Report(
        SimulateOptions Options, Experiment Experiment, Campaign Campaign, ImmutableArray<CampaignFailure> Failures, string? Folder, TimeSpan Elapsed)
    {
        public void Print(TextWriter output)
        {
            foreach (CampaignFailure failure in Failures.Take(MaxListed))
            {
                Print(output, failure);
            }

            if (Failures.Length > MaxListed)
            {
                output.WriteLine($"… and {Failures.Length - MaxListed} more failing seeds: {string.Join(", ", Failures.Skip(MaxListed).Take(50).Select(f => f.Seed))}");
            }

            if (Campaign.Faults.Any(row => row.Injected > 0))
            {
                output.WriteLine($"  {"fault",-20}{"injected",12}{"survived",12}");
                foreach ((Engines.Simulation.Faults.FaultKind kind, long injected, long survived) in Campaign.Faults)
                {
                    output.WriteLine($"  {kind.Name,-20}{Display.Count(injected),12}{Display.Count(survived),12}  {kind.Meaning}");
                }
            }

            output.WriteLine($"  {"rule",-20}{"checks",12}");
            foreach ((string checker, long checks) in Campaign.Checks)
            {
                output.WriteLine($"  {checker,-20}{Display.Count(checks),12}");
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Campaign.Done} seeds{(IsInterrupted ? $" of {Options.Seeds}, interrupted" : "")}, {Failures.Length} violations, {Display.Count(Campaign.Events)} events, {Display.Duration(Campaign.Virtual)} virtual in "
                + $"{Display.Duration(Elapsed)} ({Campaign.Virtual / Elapsed:0} : 1), trace {Display.Hash(Campaign.TraceHash)}"));
        }

        private bool IsInterrupted => Campaign.Done < Options.Seeds;

        public object ToJson() => new
        {
            experiment = Options.File,
            seeds = Campaign.Done,
            isInterrupted = IsInterrupted,
            firstSeed = Options.FirstSeed ?? Experiment.Options.Seed,
            faults = ScalarText.KebabCase(Experiment.Options.Simulation.Faults.Profile.ToString()),
            violations = Failures.Length,
            events = Campaign.Events,
            traceHash = Display.Hash(Campaign.TraceHash),
            virtualSeconds = Math.Round(Campaign.Virtual.TotalSeconds, 6),
            seconds = Math.Round(Elapsed.TotalSeconds, 3),
            build = RunHeads.Build,
            folder = Folder,
            failures = Failures.Select(failure => new
            {
                seed = failure.Seed,
                rule = failure.Outcome.Rule,
                reason = failure.Outcome.Report.Reason,
                traceHash = Display.Hash(failure.Outcome.Report.TraceHash!.Value),
                plan = failure.Shrunk?.Plan.Lines.ToArray(),
                isMinimal = failure.Shrunk?.IsMinimal,
            }).ToArray(),
            injected = Campaign.Faults.ToDictionary(row => row.Kind.Name, row => new { injected = row.Injected, survived = row.Survived }),
            checks = Campaign.Checks.ToDictionary(row => row.Checker, row => row.Checks),
        };

        private void Print(TextWriter output, CampaignFailure failure)
        {
            output.WriteLine($"seed {failure.Seed}: {failure.Outcome.Report.Reason}");
            if (failure.Shrunk is not { } shrunk)
            {
                output.WriteLine($"  {failure.Outcome.Struck.Faults.Length} faults struck; not shrunk (at most {Options.Shrink} seeds are, and none after Ctrl-C: --shrink)");
                return;
            }

            output.WriteLine($"  shrunk from {failure.Outcome.Struck.Faults.Length} to {shrunk.Plan.Faults.Length} faults in {shrunk.Tries} runs"
                + (shrunk.Plan.Faults.IsEmpty ? "; it fails without any fault"
                    : shrunk.IsMinimal ? "; none of these can be left out:" : "; it may not be the smallest:"));
            foreach (string line in shrunk.Plan.Lines)
            {
                output.WriteLine($"    {line}");
            }

            output.WriteLine($"  {failure.Minimal!.Report.Reason}");
            output.WriteLine($"  again: ./actorfed replay {failure.Seed} --experiment {PathOf(Folder!, failure.Seed)} --stop-at {failure.Minimal.Report.Events}"
                + string.Concat(Experiment.Catalogue.Plugins.Select(plugin => $" --plugin {plugin.Path}")));
        }
    }
}
