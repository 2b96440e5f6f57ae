using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Host.Configuration;
using ActorFed.Host.Experiments;

namespace ActorFed.Host.Compare;

/// <summary>A key in which the experiments differ.</summary>
/// <param name="Key">The key.</param>
/// <param name="Values">Its value in each experiment; null where nobody reads it.</param>
internal sealed record KeyDifference(string Key, ImmutableArray<string?> Values);

/// <summary>What is compared, with everything checked that can be wrong before the first run.</summary>
internal sealed record ComparisonPlan
{
    private const long MaxModels = 100_000; // of a run; they are kept whole in memory

    public required ImmutableArray<ComparedExperiment> Experiments { get; init; }

    /// <summary>The experiments with the first seed, in the same order.</summary>
    public required ImmutableArray<Experiment> Firsts { get; init; }

    public required ImmutableArray<ulong> Seeds { get; init; }

    /// <summary>The seeds in words.</summary>
    public string SeedWords => Seeds.Length == 1 ? $"seed {Seeds[0]}" : $"seeds {Seeds[0]} to {Seeds[^1]}";

    public required ImmutableArray<Target> Targets { get; init; }

    /// <summary>Whether a run ends when all targets are reached.</summary>
    public required bool StopAtTarget { get; init; }

    /// <summary>Names of the test metrics, in the order of the problem.</summary>
    public required ImmutableArray<string> TestMetrics { get; init; }

    /// <summary>Where the experiments differ, in ordinal order of the keys.</summary>
    public required ImmutableArray<KeyDifference> Differences { get; init; }

    /// <summary>Checks a command line; the data of the first seed is read and its problems are made on the way.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="data">Data sets.</param>
    /// <param name="tell">Takes a line about what was measured.</param>
    /// <exception cref="ArgumentException">A label, seed, target or count is wrong.</exception>
    /// <exception cref="ConfigurationException">An experiment is wrong, or the comparison would not be fair.</exception>
    public static ComparisonPlan Make(CompareOptions options, DataSetCache data, Action<string> tell)
    {
        ImmutableArray<ulong> seeds = options.Seeds();
        ImmutableArray<Target> targets = [.. options.Targets.Select(Target.Parse)];
        if (options.StopAtTarget && targets.IsEmpty)
        {
            throw new ArgumentException("--stop-at-target needs a --target to stop at, such as --target test-accuracy=0.9.");
        }

        if (options.Parallel < 1)
        {
            throw new ArgumentException($"--parallel is {options.Parallel}; it must be at least 1.");
        }

        ImmutableArray<ComparedExperiment> experiments = ComparedExperiment.Parse(options.Experiments, options.Settings);
        ImmutableArray<Experiment> firsts = [.. experiments.Select(experiment => experiment.Load(options.Catalogue).WithSeed(seeds[0]))];
        RequireFairness(experiments, firsts);
        ImmutableArray<string> metrics = [];
        PreparedExperiment measured = SimulatedEngine.Measure(PreparedExperiment.Prepare(firsts[0], data.LoadFor, static _ => { }), tell);
        firsts = [.. firsts.Select(first => first.With("simulation.computing", measured.Experiment.SettingOf("simulation.computing")))];
        foreach (Experiment first in firsts)
        {
            RequireBounds(first);
            PreparedExperiment prepared = PreparedExperiment.Prepare(first, data.LoadFor, static _ => { });
            _ = SimulatedEngine.Of(prepared);
            IProblem problem = prepared.Problem;
            metrics = metrics.IsEmpty ? NamesOf(first, problem) : metrics;
        }

        RequireKnown(targets, metrics);
        return new ComparisonPlan
        {
            Experiments = experiments,
            Firsts = firsts,
            Seeds = seeds,
            Targets = targets,
            StopAtTarget = options.StopAtTarget,
            TestMetrics = metrics,
            Differences = DifferencesOf(firsts),
        };
    }

    /// <summary>The problem must be one, or numbers of one name would not mean the same; and so must the times that things take.</summary>
    private static void RequireFairness(ImmutableArray<ComparedExperiment> experiments, ImmutableArray<Experiment> firsts)
    {
        Dictionary<string, string> first = firsts[0].Keys.ToDictionary(entry => entry.Key, entry => entry.Value);
        string[] errors =
        [
            .. firsts.SelectMany((experiment, i) => experiment.Keys
                .Where(entry => (entry.Key == "problem" || entry.Key.StartsWith("simulation.", StringComparison.Ordinal)) && entry.Value != first[entry.Key])
                .Select(entry => experiment.ErrorAt(
                    entry.Key,
                    $"{entry.Key} is {entry.Value} in '{experiments[i].Label}' and {first[entry.Key]} in '{experiments[0].Label}', so the comparison would not be fair; "
                    + $"set it for all, such as: --set {entry.Key}={first[entry.Key]}").Message)),
        ];
        if (errors.Length > 0)
        {
            throw new ConfigurationException(errors);
        }
    }

    private static void RequireBounds(Experiment experiment)
    {
        long models = experiment.Options.Stop.Steps / experiment.Options.Run.ModelEvery;
        if (models > MaxModels)
        {
            throw experiment.ErrorAt(
                "run.model-every",
                $"run.model-every is {experiment.Options.Run.ModelEvery}, which makes {models} models in stop.steps = {experiment.Options.Stop.Steps}; "
                + $"a comparison keeps at most {MaxModels} of a run. Set it to {(experiment.Options.Stop.Steps / MaxModels) + 1} or more.");
        }
    }

    private static ImmutableArray<string> NamesOf(Experiment experiment, IProblem problem)
    {
        SeededRandom random = new(0, "names");
        ModelObserved start = problem switch
        {
            ILossProblem p => new() { Step = 0, Upper = FlatVector.Empty, Lower = p.Initial(random) },
            IBilevelProblem p => new() { Step = 0, Upper = p.InitialUpper(random), Lower = p.InitialLower(random) },
            ITrilevelProblem p => new() { Step = 0, Upper = p.InitialUpper(random), Middle = p.InitialMiddle(random), Lower = p.InitialLower(random) },
            ICoupledProblem p => new()
            {
                Step = 0,
                Upper = FlatVector.Empty,
                Lower = FlatVector.CopyOf([.. Enumerable.Range(0, p.ShardCount).SelectMany(block => p.InitialBlock(block).Span.ToArray())]),
            },
            _ => throw new InvalidOperationException($"{problem.GetType().Name} is a problem of neither one, two nor three levels."),
        };
        start = start with { Locals = [start] };
        return [.. experiment.Evaluate(problem, start).Select(measure => measure.Name)];
    }

    private static void RequireKnown(ImmutableArray<Target> targets, ImmutableArray<string> testMetrics)
    {
        string[] known = [.. testMetrics, .. Comparison.Objectives];
        foreach (Target target in targets)
        {
            if (!known.Contains(target.Metric))
            {
                throw new ArgumentException($"--target {target}: there is no metric '{target.Metric}'; those of these experiments are: {string.Join(", ", known)}.");
            }
        }

        if (targets.GroupBy(target => target).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"--target {twice.Key} is given twice; leave one out.");
        }
    }

    private static ImmutableArray<KeyDifference> DifferencesOf(ImmutableArray<Experiment> experiments)
    {
        Dictionary<string, string>[] keys = [.. experiments.Select(experiment => experiment.Keys.ToDictionary(entry => entry.Key, entry => entry.Value))];
        return
        [
            .. keys[0].Keys.Order(StringComparer.Ordinal)
                .Select(key => new KeyDifference(key, [.. experiments.Select((experiment, i) => IsRead(key, experiment) ? keys[i][key] : null)]))
                .Where(difference => difference.Values.Where(value => value is not null).Distinct().Count() > 1),
        ];
    }

    /// <summary>Whether a key has a meaning in an experiment, which has one algorithm and one problem of many.</summary>
    private static bool IsRead(string key, Experiment experiment)
    {
        string section = key.Split('.')[0];
        return key is not ("run.folder" or "run.record-every")
            && (experiment.Catalogue.Algorithms.All(algorithm => algorithm.Name != section) || section == experiment.Algorithm.Name)
            && (experiment.Catalogue.Problems.All(problem => problem.Name != section) || section == experiment.Problem.Name)
            && (section != "data" || experiment.Problem.NeedsData);
    }
}
