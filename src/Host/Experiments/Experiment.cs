using System.Collections.Immutable;
using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Engines.Simulation;
using ActorFed.Engines.Simulation.Faults;
using ActorFed.Host.Configuration;
using ActorFed.Host.Data;
using ActorFed.Host.Plugins;
using ActorFed.Problems;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Experiments;

/// <summary>An experiment file with every key resolved, bound and checked.</summary>
internal sealed class Experiment
{
    private const string PluginsKey = "plugins";

    private readonly HoconObject _root;
    private readonly object _problemOptions;

    private Experiment(HoconObject root, Catalogue catalogue)
    {
        _root = root;
        Catalogue = catalogue;
        HoconObject planned = MachineOptions.Without(root); // a run is the same wherever it is carried out and kept
        Plan = HoconWriter.Write(planned);
        Machine = MachineOptions.Of(root);
        IEnumerable<string> sections = catalogue.Algorithms.Select(a => a.Name).Concat(catalogue.Problems.Select(p => p.Name));
        Options = HoconBinder.Bind<ExperimentOptions>(new HoconObject(root.Origin, planned.Fields.RemoveRange(sections)));
        RequireNames(root, catalogue);
        Algorithm = catalogue.Algorithms.Single(a => a.Name == Options.Algorithm);
        Problem = catalogue.Problems.Single(p => p.Name == Options.Problem);
        RequireFit();
        RequireSelection();
        TorchBackend.Require(this);
        RequireName(root, "data.set", DataCatalog.Sets.Select(set => set.Name), "");

        if (!IsGraph && Algorithm.MisfitOf(Options.Participation.ToPolicy(Options.Seed)) is ParticipationMisfit refused)
        {
            throw ErrorAt($"participation.{refused.Key}", refused.Reason);
        }

        AlgorithmOptions = HoconBinder.Bind(Algorithm.OptionsType, root, Algorithm.Name);
        _problemOptions = HoconBinder.Bind(Problem.OptionsType, root, Problem.Name);
        IReadOnlyList<(ParticipantId, int)> placement = new SimulationSetup { Nodes = Options.Simulation.Nodes }.Place(Participants().Select(spec => spec.Id));
        if (Options.Simulation.Faults.ObjectionTo(placement) is string misfit)
        {
            throw ErrorAt("simulation.faults.plan", $"simulation.faults.plan does not fit the experiment. {misfit}");
        }

        RequireExternal([.. Participants().Select(spec => spec.Id)]);
        if (IsGraph)
        {
            RequireGraph();
        }

        if (Options.Stop.Gap > 0 && !Algorithm.MeasuresGap(AlgorithmOptions))
        {
            throw new ConfigurationException(
                root.Find("stop.gap")!.Origin,
                $"stop.gap is {Options.Stop.Gap.ToString(CultureInfo.InvariantCulture)}, but the gap is not measured, so the run would never stop by it; "
                + $"set {Algorithm.Name}.measure-gap = true, or stop.gap = 0.");
        }
    }

    /// <summary>The keys that every experiment has.</summary>
    public ExperimentOptions Options { get; }

    /// <summary>What its file says of machine and cluster; not in its plan.</summary>
    public MachineOptions Machine { get; }

    /// <summary>What could stand in it.</summary>
    public Catalogue Catalogue { get; }

    /// <summary>All keys, but those of <see cref="Machine"/>, as canonical text, from which the experiment can be made again.</summary>
    public string Plan { get; }

    /// <summary>All keys with their values as text, in ordinal order.</summary>
    public IEnumerable<(string Key, string Value)> Keys =>
        Leaves("", new HoconField(_root.Origin, MachineOptions.Without(_root))).Select(leaf => (leaf.Key, HoconWriter.WriteInline(leaf.Field.Value)));

    public IAlgorithm Algorithm { get; }

    /// <summary>Settings of the algorithm; of its options type.</summary>
    public object AlgorithmOptions { get; }

    public ProblemEntry Problem { get; }

    /// <summary>Reads an experiment file; environment variables and settings override it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="settings">Keys set anew, such as <c>seed=2</c>.</param>
    /// <param name="catalogue">What can stand in it; null: what the program has without plug-ins.</param>
    /// <exception cref="ConfigurationException">A file is missing or wrong; the message names place, key, value and way out.</exception>
    public static Experiment Load(string file, IEnumerable<string> settings, Catalogue? catalogue = null) =>
        Of(ConfigurationSources.OfThisMachine(file, settings), catalogue);

    /// <summary>Reads the plan of an earlier run; only settings override it.</summary>
    /// <exception cref="ConfigurationException">As <see cref="Load"/>.</exception>
    public static Experiment LoadPlan(string file, IEnumerable<string> settings, Catalogue? catalogue = null, bool mayDiffer = false) => Of(
        ConfigurationSources.OfThisMachine(file, settings) with { Environment = ImmutableDictionary<string, string>.Empty }, catalogue, mayDiffer);

    /// <summary>Reads the text of a plan; only settings override it.</summary>
    /// <param name="plan">The text.</param>
    /// <param name="source">Where it stands, for errors.</param>
    /// <param name="catalogue">What can stand in it.</param>
    /// <param name="mayDiffer">Whether other builds of its plug-ins will do.</param>
    /// <param name="settings">Keys set anew; null: none.</param>
    /// <exception cref="ConfigurationException">As <see cref="Load"/>.</exception>
    public static Experiment OfPlan(string plan, string source, Catalogue catalogue, bool mayDiffer, IEnumerable<string>? settings = null) => Of(
        new ConfigurationSources
        {
            Reference = ConfigurationSources.ReadReference(),
            ExperimentFile = source,
            ReadFile = _ => plan,
            Settings = [.. settings ?? []],
        },
        catalogue,
        mayDiffer);

    private static Experiment Of(ConfigurationSources sources, Catalogue? given, bool mayDiffer = false)
    {
        Catalogue catalogue = given ?? Catalogue.BuiltIn;
        sources = sources with { Additions = catalogue.Defaults };

        // What a plug-in adds must be there before keys are checked: without it, all of its keys would be called unknown.
        HoconObject told = ConfigurationLoader.LoadUnchecked(sources);
        HoconField remembered = told.Find(PluginsKey)!;
        catalogue.Require(
            remembered.Value is HoconList list ? list.Items.OfType<HoconScalar>().Select(item => item.Text) : [], remembered.Origin, mayDiffer);
        RequireNames(told, catalogue);

        HoconObject root = ConfigurationLoader.Load(sources);
        Origin origin = new("the plug-ins of this run");
        HoconList used = new(origin, [.. catalogue.Plugins.Select(plugin => new HoconScalar(origin, plugin.Identity))]);
        return new Experiment(new HoconObject(root.Origin, root.Fields.SetItem(PluginsKey, new HoconField(origin, used))), catalogue);
    }

    /// <summary>Makes the problem, on the backend that the experiment asks for.</summary>
    /// <exception cref="ConfigurationException">The backend cannot be used on this machine.</exception>
    public IProblem CreateProblem(ShardedSet? data) => Options.Oracle.Backend == OracleBackend.Torch
        ? TorchBackend.Create(this, _problemOptions, data!)
        : Problem.Create(_problemOptions, data, Options.Workers, Options.Seed);

    public RunPlan ToPlan(string runId) => new()
    {
        RunId = runId,
        Seed = Options.Seed,
        Participants = Participants(),
        Supervision = Options.Supervision,
        Limits = new RunLimits
        {
            WallTime = Options.Stop.WallTime,
            MailboxCapacity = Options.Engine.MailboxCapacity,
            SendTimeout = Options.Engine.SendTimeout,
        },
        Experiment = Plan,
    };

    public AlgorithmSetup ToSetup(IProblem problem) => IsGraph
        ? new() { Problem = problem, Graph = Graph, Seed = Options.Seed }
        : new() { Problem = problem, Participation = Options.Participation.ToPolicy(Options.Seed), Star = ToStar(), Seed = Options.Seed };

    /// <summary>Whether neighbours on a graph take part, and no master.</summary>
    public bool IsGraph => Algorithm.Shape == ProtocolShape.Graph;

    /// <summary>What the neighbours agree on; made once.</summary>
    /// <exception cref="ConfigurationException">The graph cannot be made.</exception>
    public GraphSetup Graph => field ??= GraphExperiment.SetupOf(this);

    /// <summary>Test metrics of a model of this experiment.</summary>
    public ImmutableArray<Measure> Evaluate(IProblem problem, ModelObserved model) =>
        IsGraph && !Algorithm.IsCoupled ? GraphExperiment.Evaluate(problem, model, Options.Graph.EvaluateEach) : problem.Evaluate(model);

    /// <summary>An observer to run with, for one that wants to see steps and models of one run: of a star, itself.</summary>
    public IRunObserver Summed(IRunObserver inner) => IsGraph ? GraphExperiment.Summarise(Graph, inner, Algorithm.IsCoupled) : inner;

    public StarMasterOptions ToStar() => new()
    {
        StepLimit = Options.Stop.Steps,
        GapTolerance = Options.Stop.Gap,
        AskAgainAfter = Options.Patience.AskAgainAfter,
        LostAfter = Options.Patience.LostAfter,
        OnLoss = Options.Patience.OnLoss,
        SnapshotEvery = Options.Run.SnapshotEvery,
        ModelEvery = Options.Run.ModelEvery,
    };

    /// <summary>This experiment with one key set anew.</summary>
    /// <param name="path">A key that it has, such as <c>seed</c>.</param>
    /// <param name="value">Its new value.</param>
    /// <exception cref="ConfigurationException">The value does not fit.</exception>
    public Experiment With(string path, HoconValue value) =>
        new((HoconObject)Set(new HoconField(_root.Origin, _root), HoconPath.Split(path), 0, value).Value, Catalogue);

    /// <summary>What stands at a key or in a section that it has.</summary>
    public HoconValue SettingOf(string path) => _root.Find(path)!.Value;

    /// <summary>This experiment with another seed.</summary>
    public Experiment WithSeed(ulong seed) =>
        With("seed", new HoconScalar(new Origin("the seed of this run"), seed.ToString(CultureInfo.InvariantCulture)));

    /// <summary>This experiment with a plan for all that goes wrong in simulation, and nothing drawn. What is quiet from when stays.</summary>
    public Experiment WithFaults(FaultPlan plan)
    {
        Origin origin = new("the faults of this run");
        HoconValue lines = new HoconList(origin, [.. plan.Lines.Select(line => new HoconScalar(origin, line))]);
        HoconObject faults = (HoconObject)_root.Find("simulation.faults")!.Value;
        HoconObject planned = new(origin, HoconObject.NoFields.AddRange(faults.Fields.Select(entry => KeyValuePair.Create(
            entry.Key,
            entry.Key == "until" ? entry.Value : new HoconField(origin, entry.Key == "plan" ? lines : new HoconScalar(origin, "none"))))));
        return With("simulation.faults", planned);
    }

    /// <summary>Requires that this is the problem that <paramref name="earlier"/> was begun with, so that its snapshots mean the same.</summary>
    /// <exception cref="ConfigurationException">A key that makes the problem differs.</exception>
    public void MustGoOnFrom(Experiment earlier)
    {
        string[] kept = ["algorithm", "problem", "seed", "workers", "selection", earlier.Options.Problem];
        foreach (string path in earlier.Problem.NeedsData ? kept.Append("data") : kept)
        {
            foreach ((string key, HoconField before) in Leaves(path, earlier._root.Find(path)!))
            {
                HoconField now = _root.Find(key)!;
                if (!now.Value.Equals(before.Value))
                {
                    throw ErrorAt(
                        key,
                        $"{key} is {HoconWriter.WriteInline(now.Value)}; the run was begun with {HoconWriter.WriteInline(before.Value)}, "
                        + "and one that is resumed keeps its problem. Leave it out, or begin a new run.");
                }
            }
        }
    }

    /// <summary>An error of this experiment, at the place where <paramref name="key"/> was set.</summary>
    public ConfigurationException ErrorAt(string key, string problem) => new(_root.Find(key)!.Origin, problem);

    private static IEnumerable<(string Key, HoconField Field)> Leaves(string path, HoconField field) => field.Value is HoconObject section
        ? section.Fields.SelectMany(child => Leaves(HoconPath.Append(path, child.Key), child.Value))
        : [(path, field)];

    /// <summary>Requires that nobody is expected to be served by another program, which only nodes of a cluster allow for.</summary>
    /// <exception cref="ConfigurationException">Somebody is.</exception>
    public Experiment AllHere() => Options.Engine.External.IsEmpty ? this : throw ErrorAt(
        "engine.external",
        $"engine.external names {string.Join(", ", Options.Engine.External)}; participants are served by other programs only in runs of a cluster: give it to one with actorfed submit, or leave the key out.");

    private void RequireExternal(ImmutableArray<ParticipantId> participants)
    {
        foreach (ParticipantId external in Options.Engine.External)
        {
            if (!participants.Contains(external))
            {
                throw ErrorAt("engine.external", $"engine.external names {external}, which does not take part; there are {participants[0]} to {participants[^1]}.");
            }

            if (external == participants[0])
            {
                throw ErrorAt("engine.external", $"engine.external names {external}, which leads the run: a node must host it, since the run is recorded there. Leave it out.");
            }
        }
    }

    private ImmutableArray<ParticipantSpec> Participants() => IsGraph
        ? [.. Enumerable.Range(0, Options.Workers).Select(i => new ParticipantSpec(new ParticipantId(Role.Neighbour, i), i))]
        :
    [
        new ParticipantSpec(ParticipantId.Master),
        .. Enumerable.Range(0, Options.Workers).Select(i => new ParticipantSpec(ParticipantId.Worker(i), i)),
    ];

    private static HoconField Set(HoconField field, IReadOnlyList<string> keys, int depth, HoconValue value)
    {
        if (depth == keys.Count)
        {
            return new HoconField(value.Origin, value);
        }

        HoconObject section = (HoconObject)field.Value;
        return field with { Value = new HoconObject(section.Origin, section.Fields.SetItem(keys[depth], Set(section.Fields[keys[depth]], keys, depth + 1, value))) };
    }

    private void RequireFit()
    {
        if (Algorithm.Levels != Problem.Levels)
        {
            IEnumerable<string> problems = Catalogue.Problems.Where(p => p.Levels == Algorithm.Levels).Select(p => p.Name);
            IEnumerable<string> algorithms = Catalogue.Algorithms.Where(a => a.Levels == Problem.Levels).Select(a => a.Name);
            (string Key, IEnumerable<string> Names)[] ways = [("problem", problems), ("algorithm", algorithms)];
            IEnumerable<string> open = ways.Where(way => way.Names.Any()).Select(way => $"{way.Key} to one of: {string.Join(", ", way.Names)}");
            throw ErrorAt(
                "algorithm",
                $"algorithm is '{Algorithm.Name}', which solves problems of {Algorithm.Levels} level{(Algorithm.Levels == 1 ? "" : "s")}, "
                + $"and problem is '{Problem.Name}', which has {Problem.Levels}. Set {string.Join("; or ", open)}.");
        }

        if (Algorithm.IsCoupled != Problem.IsCoupled)
        {
            string problems = string.Join(", ", Catalogue.Problems.Where(p => p.Levels == Algorithm.Levels && p.IsCoupled == Algorithm.IsCoupled).Select(p => p.Name));
            throw ErrorAt(
                "algorithm",
                $"algorithm is '{Algorithm.Name}', whose participants {(Algorithm.IsCoupled ? "own parts of the variable that constraints couple" : "all have the whole variable")}, "
                + $"and problem '{Problem.Name}' is of the other kind. Set problem to one of: {problems}.");
        }
    }

    /// <summary>Rows that nobody selects anew are found before anything runs.</summary>
    private void RequireSelection()
    {
        if (Options.Selection.Rule != SelectionRule.All && !Algorithm.SelectsRows)
        {
            IEnumerable<string> others = Catalogue.Algorithms.Where(a => a.SelectsRows && a.Levels == Algorithm.Levels).Select(a => a.Name);
            throw ErrorAt(
                "selection.rule",
                $"selection.rule is {ScalarText.KebabCase(Options.Selection.Rule.ToString())}, and {Algorithm.Name} has no epochs to select rows for. Set selection.rule = all"
                + $"{(others.Any() ? $", or algorithm to one of: {string.Join(", ", others)}" : "")}.");
        }
    }

    /// <summary>A graph that cannot be made, or does not suit, is found before anything runs.</summary>
    private void RequireGraph()
    {
        GraphOptions graph = Options.Graph;
        if (Options.Patience.OnLoss == OnLoss.Continue && !(Graph.Lower.IsSymmetric && Graph.Upper.IsSymmetric && Graph.Auxiliary.IsSymmetric))
        {
            throw ErrorAt("patience.on-loss", $"patience.on-loss is continue, and '{graph.Topology}' is directed: leaving an edge out would unbalance its weights. Set patience.on-loss = fail.");
        }
    }

    private static void RequireNames(HoconObject root, Catalogue catalogue)
    {
        const string Own = " One of your own comes with --plugin FILE.";
        RequireName(root, "problem", catalogue.Problems.Select(problem => problem.Name), Own);
        RequireName(root, "algorithm", catalogue.Algorithms.Select(algorithm => algorithm.Name), Own);
    }

    private static void RequireName(HoconObject root, string key, IEnumerable<string> known, string otherWay)
    {
        if (root.Find(key) is { Value: HoconScalar { Text: string name } } field && !known.Contains(name))
        {
            throw new ConfigurationException(
                field.Origin,
                $"{key} is '{name}', which is not in the catalogue; the nearest is '{EditDistance.Nearest(name, known)}', and all are: {string.Join(", ", known)}.{otherWay}");
        }
    }
}
