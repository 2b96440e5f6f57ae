using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Oracles;
using ActorFed.Algorithms.Star;
using ActorFed.Host.Configuration;
using ActorFed.Problems;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Experiments;

/// <summary>An experiment file with every key resolved, bound and checked.</summary>
internal sealed class Experiment
{
    private readonly object _problemOptions;

    private Experiment(HoconObject root)
    {
        Plan = HoconWriter.Write(root);
        IEnumerable<string> sections = AlgorithmCatalog.All.Select(a => a.Name).Concat(ProblemCatalog.All.Select(p => p.Name));
        Options = HoconBinder.Bind<ExperimentOptions>(new HoconObject(root.Origin, root.Fields.RemoveRange(sections)));
        Algorithm = AlgorithmCatalog.All.FirstOrDefault(a => a.Name == Options.Algorithm)
            ?? throw Unknown(root, "algorithm", Options.Algorithm, AlgorithmCatalog.All.Select(a => a.Name));
        Problem = ProblemCatalog.All.FirstOrDefault(p => p.Name == Options.Problem)
            ?? throw Unknown(root, "problem", Options.Problem, ProblemCatalog.All.Select(p => p.Name));
        AlgorithmOptions = HoconBinder.Bind(Algorithm.OptionsType, root, Algorithm.Name);
        _problemOptions = HoconBinder.Bind(Problem.OptionsType, root, Problem.Name);
    }

    /// <summary>The keys that every experiment has.</summary>
    public ExperimentOptions Options { get; }

    /// <summary>All keys as canonical text, from which the experiment can be made again.</summary>
    public string Plan { get; }

    public IAlgorithm Algorithm { get; }

    /// <summary>Settings of the algorithm; of its options type.</summary>
    public object AlgorithmOptions { get; }

    public ProblemEntry Problem { get; }

    /// <summary>Reads an experiment file; environment variables and settings override it.</summary>
    /// <exception cref="ConfigurationException">A file is missing or wrong; the message names place, key, value and way out.</exception>
    public static Experiment Load(string file, IEnumerable<string> settings) =>
        new(ConfigurationLoader.Load(ConfigurationSources.OfThisMachine(file, settings)));

    /// <summary>Reads the plan of an earlier run; only settings override it.</summary>
    /// <exception cref="ConfigurationException">As <see cref="Load"/>.</exception>
    public static Experiment LoadPlan(string file, IEnumerable<string> settings) => new(ConfigurationLoader.Load(
        ConfigurationSources.OfThisMachine(file, settings) with { Environment = ImmutableDictionary<string, string>.Empty }));

    public IBilevelProblem CreateProblem(ShardedData? data) => Problem.Create(_problemOptions, data, Options.Workers, Options.Seed);

    public RunPlan ToPlan(string runId) => new()
    {
        RunId = runId,
        Seed = Options.Seed,
        Participants =
        [
            new ParticipantSpec(ParticipantId.Master),
            .. Enumerable.Range(0, Options.Workers).Select(i => new ParticipantSpec(ParticipantId.Worker(i), i)),
        ],
        Supervision = Options.Supervision,
        Limits = new RunLimits
        {
            WallTime = Options.Stop.WallTime,
            MailboxCapacity = Options.Engine.MailboxCapacity,
            SendTimeout = Options.Engine.SendTimeout,
        },
        Experiment = Plan,
    };

    public AlgorithmSetup ToSetup(IBilevelProblem problem) => new()
    {
        Problem = problem,
        Participation = Options.Participation.ToPolicy(),
        Star = new StarMasterOptions
        {
            StepLimit = Options.Stop.Steps,
            GapTolerance = Options.Stop.Gap,
            AskAgainAfter = Options.Patience.AskAgainAfter,
            LostAfter = Options.Patience.LostAfter,
            OnLoss = Options.Patience.OnLoss,
            SnapshotEvery = Options.Run.SnapshotEvery,
            ModelEvery = Options.Run.ModelEvery,
        },
        Seed = Options.Seed,
    };

    private static ConfigurationException Unknown(HoconObject root, string key, string name, IEnumerable<string> known) =>
        new(root.Find(key)!.Origin, $"{key} is '{name}', which is not in the catalogue; it must be one of {string.Join(", ", known)}.");
}
