using System.CommandLine;

namespace ActorFed.Host.Compare;

/// <summary>What <c>actorfed compare</c> takes on its command line.</summary>
internal sealed class CompareArguments
{
    private readonly Argument<string[]> _experiments = new("experiments")
    {
        Description = "Experiment files, each FILE or LABEL=FILE; without a label, the name of the file without .conf is the label",
        Arity = ArgumentArity.ZeroOrMore, // what is missing is said with an example
    };

    private readonly Option<string[]> _settings = new("--set")
    {
        Description = "Override a key of all experiments, KEY=VALUE, or of one, LABEL:KEY=VALUE: --set sdbo:participation.policy=synchronous",
        HelpName = "[LABEL:]KEY=VALUE",
    };

    private readonly Option<int> _seeds = new("--seeds") { Description = "Runs of each experiment, one per seed", HelpName = "N", DefaultValueFactory = _ => 5 };

    private readonly Option<ulong> _firstSeed = new("--first-seed") { Description = "The first seed; the others follow it", HelpName = "SEED", DefaultValueFactory = _ => 1 };

    private readonly Option<string[]> _targets = new("--target")
    {
        Description = "Measure the effort until a metric first comes to a value: test-accuracy=0.9 (direction by name), or 'test-loss<=0.35'",
        HelpName = "METRIC=VALUE",
    };

    private readonly Option<bool> _stopAtTarget = new("--stop-at-target") { Description = "End a run when it has reached every target, not by its stopping rule" };

    private readonly Option<string?> _folder = new("--out") { Description = "Folder of the results, new or empty (else a new one under runs/)", HelpName = "DIR" };

    private readonly Option<int> _parallel = new("--parallel")
    {
        Description = "Runs at a time, one thread each",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    /// <summary>The command, without an action.</summary>
    public Command ToCommand() => new("compare", "Compare experiments on the same seeds in simulated time: curves, effort to a target, a report")
    {
        _experiments, _settings, _seeds, _firstSeed, _targets, _stopAtTarget, _folder, _parallel,
    };

    /// <summary>What a command line says.</summary>
    public CompareOptions Read(ParseResult parsed) => new()
    {
        Experiments = parsed.GetValue(_experiments) ?? [],
        Settings = parsed.GetValue(_settings) ?? [],
        Targets = parsed.GetValue(_targets) ?? [],
        SeedCount = parsed.GetValue(_seeds),
        FirstSeed = parsed.GetValue(_firstSeed),
        StopAtTarget = parsed.GetValue(_stopAtTarget),
        Folder = parsed.GetValue(_folder),
        Parallel = parsed.GetValue(_parallel),
    };
}
