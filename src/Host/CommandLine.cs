using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Actors.Membership;
using ActorFed.Host.Compare;
using ActorFed.Host.Configuration;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Plugins;
using ActorFed.Host.Simulation;
using ActorFed.Host.Topologies;
using ActorFed.Host.Verify;

namespace ActorFed.Host;

/// <summary>The program's commands: what they take, and whom they call.</summary>
/// <param name="output">Where results go.</param>
/// <param name="error">Where errors and warnings go.</param>
/// <param name="environment">Looks up an environment variable that says where data lies.</param>
internal sealed partial class CommandLine(TextWriter output, TextWriter error, Func<string, string?> environment)
{
    private readonly Option<bool> _json = new("--json") { Description = "End with one JSON object on the last line", Recursive = true };

    private readonly Option<string?> _dataFolder = new("--data")
    {
        Description = "Folder with data sets (else ACTORFED_DATA, else the user's cache)",
        HelpName = "DIR",
        Recursive = true,
    };

    private readonly Option<string[]> _plugins = new("--plugin")
    {
        Description = "A .dll with problems or algorithms of your own; may be given several times",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Carries out one command line.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> InvokeAsync(IReadOnlyList<string> arguments, CancellationToken cancellation = default)
    {
        ParseResult parsed = Create().Parse(arguments);
        int code = await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = output,
                Error = error,
                ProcessTerminationTimeout = TimeSpan.FromMinutes(2), // a run that is stopped by a signal stores its snapshots first
            },
            cancellation);
        return parsed.Action is ParseErrorAction ? ExitCodes.BadInput : code;
    }

    internal RootCommand Create()
    {
        RootCommand root = new("ActorFed: federated, bilevel and trilevel learning that survives its cluster.");
        root.Add(_json);
        root.Add(_dataFolder);
        root.Add(_plugins);
        root.Add(_clusterFile);
        root.Add(RunCommandLine());
        root.Add(SimulateCommandLine());
        root.Add(ReplayCommandLine());
        root.Add(CompareCommandLine());
        root.Add(VerifyCommandLine());
        root.Add(DataCommandLine());
        root.Add(TopologyCommandLine());
        foreach (Command command in RunsCommandLines().Concat(ClusterCommandLines()))
        {
            root.Add(command);
        }

        root.Add(ListCommandLine());
        Command doctor = new("doctor", "Check this machine: runtime, processors, memory, data sets, run store, broker; say what to do");
        SetAction(doctor, (parsed, cancellation) => new Doctor(
            Locator(parsed), () => StoreOf(parsed), () => BrokersOf(parsed).Named(CatalogueOf(parsed)), output, parsed.GetValue(_json)).RunAsync(cancellation));
        root.Add(doctor);
        return root;
    }

    /// <summary>Errors that are the user's to mend end in a message and an exit code; all others are bugs and show their trace.</summary>
    internal static bool IsUsersToMend(Exception failure) => failure is ConfigurationException or PluginException or DataSetException or RunStoreException or CarrierException
        or InvalidDataException or ArgumentException or IOException or UnauthorizedAccessException;

    private void SetAction(Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return await action(parsed, cancellation);
            }
            catch (Exception failure) when (IsUsersToMend(failure))
            {
                error.WriteLine(failure.Message);
                if (parsed.GetValue(_json))
                {
                    output.WriteLine(JsonSerializer.Serialize(new { error = failure.Message }));
                }

                return ExitCodes.BadInput;
            }
        });

    private void SetAction(Command command, Func<ParseResult, int> action) =>
        SetAction(command, (parsed, _) => Task.FromResult(action(parsed)));

    private DataLocator Locator(ParseResult parsed) => new(parsed.GetValue(_dataFolder), environment);

    private Catalogue CatalogueOf(ParseResult parsed) => Catalogue.With(parsed.GetValue(_plugins) ?? []);

    private Command RunCommandLine()
    {
        Argument<string?> experiment = new("experiment") { Description = "Experiment file (HOCON)", Arity = ArgumentArity.ZeroOrOne };
        Option<string[]> settings = new("--set") { Description = "Override a key: --set adbo.step-lower=0.01", HelpName = "KEY=VALUE" };
        Option<string?> resume = new("--resume") { Description = "Go on with an earlier run: its id or its folder", HelpName = "RUN" };
        Command command = new("run", "Train: run an experiment in this process and write a report") { experiment, settings, resume };
        SetAction(command, async (parsed, cancellation) =>
        {
            string? file = parsed.GetValue(experiment);
            string? earlier = parsed.GetValue(resume);
            if (string.IsNullOrEmpty(file) == string.IsNullOrEmpty(earlier))
            {
                throw new ArgumentException("Give either an experiment file or --resume RUN: actorfed run hocon/quickstart.conf");
            }

            if (Directory.Exists(file))
            {
                throw new ArgumentException($"{file} is a folder, not an experiment file. To go on with the run in it: actorfed run --resume {file}");
            }

            RunCommand run = new(
                new RunTerminal(output, error, parsed.GetValue(_json)), StoresOf(parsed), BrokersOf(parsed), Locator(parsed), CatalogueOf(parsed), environment, CommandText(parsed));
            string[] overrides = parsed.GetValue(settings) ?? [];
            if (!string.IsNullOrEmpty(file))
            {
                return await run.StartAsync(file, overrides, cancellation);
            }

            return await run.ResumeAsync(earlier!, overrides, cancellation);
        });
        return command;
    }

    private Command ReplayCommandLine()
    {
        Argument<string> run = new("run") { Description = "A recorded run: its id or its folder; or the seed of a simulated one, with --experiment" };
        Option<string?> experiment = new("--experiment") { Description = "Of a seed: the experiment file (HOCON)", HelpName = "FILE" };
        Option<string[]> settings = new("--set") { Description = "Of a seed: override a key, as for simulate", HelpName = "KEY=VALUE" };
        Option<string?> faults = new("--faults") { Description = "Of a seed: none, light or heavy, as for simulate", HelpName = "PROFILE" };
        Option<int?> part = new("--part") { Description = "Which part of a resumed run, from 1 (else all)", HelpName = "K" };
        Option<string[]> stopAt = new("--stop-at")
        {
            Description = "Stop after the N-th entry, of one participant or of all, and show the state by name; of a seed, after the N-th event",
            HelpName = "N [PARTICIPANT]",
            Arity = new ArgumentArity(1, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        Option<bool> ignoreBuild = new("--ignore-build") { Description = "Try although another build recorded the run" };
        Option<bool> ignorePlan = new("--ignore-plan") { Description = "Go by the plan in the record, whatever plan.conf says" };
        Command command = new("replay", "Make a run again: a recorded one message by message, comparing the models bit for bit; or a simulated one by its seed")
        {
            run, part, stopAt, ignoreBuild, ignorePlan, experiment, settings, faults,
        };
        SetAction(command, async (parsed, cancellation) =>
        {
            string name = parsed.GetRequiredValue(run);
            (long? after, ParticipantId? of) = StopAt(parsed.GetValue(stopAt) ?? []);
            RequireOfItsForm(parsed, isSeed: parsed.GetValue(experiment) is not null, ofSeeds: [settings, faults], ofRecords: [part, ignoreBuild, ignorePlan]);
            if (parsed.GetValue(experiment) is string file)
            {
                if (!ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                {
                    throw new ArgumentException($"The seed is '{name}'; with --experiment it must be a whole number from 0 to {ulong.MaxValue}.");
                }

                string[] keys = [.. parsed.GetValue(settings) ?? [], .. Profile(parsed.GetValue(faults)), $"seed={name}"];
                return new SeedReplay(output, parsed.GetValue(_json), Locator(parsed)).Run(Experiment.Load(file, keys, CatalogueOf(parsed)), after, of, cancellation);
            }

            ReplayOptions options = new()
            {
                Part = parsed.GetValue(part),
                StopAfter = after,
                Of = of,
                IgnoreBuild = parsed.GetValue(ignoreBuild),
                IgnorePlan = parsed.GetValue(ignorePlan),
            };
            if (!Directory.Exists(name) && ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                throw new ArgumentException($"There is no run '{name}'. To replay a simulated run by its seed, say of what: actorfed replay {name} --experiment FILE");
            }

            using IRunStore store = StoreOf(parsed);
            return await new ReplayCommand(output, parsed.GetValue(_json), Locator(parsed), CatalogueOf(parsed)).RunAsync(store.Find(name), options, cancellation);
        });
        return command;
    }

    private static (long? After, ParticipantId? Of) StopAt(string[] words)
    {
        if (words.Length == 0)
        {
            return (null, null);
        }

        if (!long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long after) || after < 1)
        {
            throw new ArgumentException($"--stop-at is '{words[0]}'; it must be the number of an entry, from 1, or of a seed that of an event: --stop-at 120 master");
        }

        return words.Length == 1 ? (after, null)
            : ParticipantId.TryParse(words[1], out ParticipantId of) ? (after, of)
            : throw new ArgumentException(
                $"--stop-at {after} is followed by '{words[1]}', which is no participant such as master or worker-3; give the run before --stop-at.");
    }

    private Command SimulateCommandLine()
    {
        Argument<string> experiment = new("experiment") { Description = "Experiment file (HOCON)" };
        Option<string[]> settings = new("--set") { Description = "Override a key: --set simulation.stragglers.count=3", HelpName = "KEY=VALUE" };
        Option<int> seeds = new("--seeds") { Description = "Number of seeds, one run each", HelpName = "N", DefaultValueFactory = _ => 100 };
        Option<ulong?> first = new("--first-seed") { Description = "The first seed (else the experiment's)", HelpName = "SEED" };
        Option<string?> faults = new("--faults") { Description = "What goes wrong: none, light or heavy (else as the experiment says)", HelpName = "PROFILE" };
        Option<int> parallel = new("--parallel") { Description = "Runs at a time", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
        Option<int> shrink = new("--shrink") { Description = "Failing seeds whose faults are shrunk to a smallest plan", HelpName = "N", DefaultValueFactory = _ => 3 };
        Option<string?> folder = new("--out") { Description = "Folder for the plans of what fails (else runs/simulate-TIME)", HelpName = "DIR" };
        Command command = new("simulate", "Run many seeds of an experiment in virtual time, with faults, and check every run")
        {
            experiment, settings, seeds, first, faults, parallel, shrink, folder,
        };
        SetAction(command, (parsed, cancellation) =>
        {
            return new SimulateCommand(output, parsed.GetValue(_json), Locator(parsed), CatalogueOf(parsed)).RunAsync(
                new SimulateOptions
                {
                    File = parsed.GetRequiredValue(experiment),
                    Settings = [.. parsed.GetValue(settings) ?? [], .. Profile(parsed.GetValue(faults))],
                    Seeds = parsed.GetValue(seeds),
                    FirstSeed = parsed.GetValue(first),
                    Parallel = parsed.GetValue(parallel),
                    Shrink = parsed.GetValue(shrink),
                    Out = parsed.GetValue(folder),
                },
                cancellation);
        });
        return command;
    }

    /// <summary>Refuses options of the other form of a command: an option that is ignored misleads.</summary>
    private static void RequireOfItsForm(ParseResult parsed, bool isSeed, Option[] ofSeeds, Option[] ofRecords)
    {
        if (Array.Find(isSeed ? ofRecords : ofSeeds, option => parsed.GetResult(option) is { Implicit: false }) is Option other)
        {
            throw new ArgumentException(isSeed
                ? $"{other.Name} is for recorded runs; with --experiment a simulated run is made again from its seed. Leave one of them out."
                : $"{other.Name} is for the seed of a simulated run; give its --experiment too, or leave {other.Name} out.");
        }
    }

    private static IEnumerable<string> Profile(string? faults) => faults is null ? [] : [$"simulation.faults.profile={faults}"];

    private Command CompareCommandLine()
    {
        CompareArguments arguments = new();
        Command command = arguments.ToCommand();
        SetAction(command, (parsed, cancellation) =>
        {
            CompareTerminal terminal = new(output, error, parsed.GetValue(_json));
            return new CompareCommand(terminal, Locator(parsed), CommandText(parsed)).RunAsync(arguments.Read(parsed) with { Catalogue = CatalogueOf(parsed) }, cancellation);
        });
        return command;
    }

    private Command VerifyCommandLine()
    {
        Argument<string[]> files = new("files") { Description = "Vector files (JSON)", Arity = ArgumentArity.OneOrMore };
        Option<double> tolerance = new("--tolerance") { Description = "Largest absolute deviation allowed", DefaultValueFactory = _ => 1e-9 };
        Command command = new("verify", "Replay vector files through the real update rules and print the deviations") { files, tolerance };
        SetAction(
            command,
            parsed => VerifyCommand.Run(parsed.GetRequiredValue(files), parsed.GetValue(tolerance), parsed.GetValue(_json), output));
        return command;
    }

    private Command DataCommandLine()
    {
        Argument<string[]> names = new("names") { Description = "Data sets", Arity = ArgumentArity.OneOrMore };
        Argument<string[]> someNames = new("names") { Description = "Data sets; none: all", Arity = ArgumentArity.ZeroOrMore };
        Command list = new("list", "List the known data sets and where they lie");
        SetAction(list, parsed => Commands(parsed).List());
        Command get = new("get", "Download data sets from their public places and check them") { names };
        SetAction(get, (parsed, cancellation) => Commands(parsed).GetAsync(parsed.GetRequiredValue(names), cancellation));
        Command check = new("check", "Recompute checksums: missing, damaged or in order") { someNames };
        SetAction(check, parsed => Commands(parsed).Check(parsed.GetValue(someNames) ?? []));
        return new Command("data", "Find, fetch and check data sets") { list, get, check, ShardCommandLine() };

        DataCommands Commands(ParseResult parsed) => new(
            Locator(parsed),
            new DataDownloader(DataDownloader.CreateClient(), new DownloadOptions()),
            output,
            error,
            parsed.GetValue(_json));
    }

    private Command ShardCommandLine()
    {
        Argument<string> experiment = new("experiment") { Description = "Experiment file (HOCON)" };
        Argument<int> shard = new("shard") { Description = "Whose rows: 3 for worker-3" };
        Option<string[]> settings = new("--set") { Description = "Override a key, as for run", HelpName = "KEY=VALUE" };
        Option<string> file = new("--out") { Description = "Write them into this file", HelpName = "FILE.csv", Required = true };
        Command command = new("shard", "Write the rows of one participant, for a worker outside of this program") { experiment, shard, settings, file };
        SetAction(command, parsed => new ShardCommand(Locator(parsed), output, parsed.GetValue(_json)).Write(
            Experiment.Load(parsed.GetRequiredValue(experiment), parsed.GetValue(settings) ?? [], CatalogueOf(parsed)),
            parsed.GetRequiredValue(shard),
            parsed.GetRequiredValue(file)));
        return command;
    }

    private Command TopologyCommandLine()
    {
        Argument<string> name = new("name") { Description = "A name from 'actorfed topology list'" };
        name.AcceptOnlyFromAmong([.. TopologyCatalog.All.Select(entry => entry.Name)]);
        Option<int?> count = new("--n") { Description = "Participants (else 16, or as many as the file has)", HelpName = "N" };
        Option<string[]> settings = new("--set") { Description = "Override a key: --set graph.weights=lazy", HelpName = "KEY=VALUE" };
        Option<string?> file = new("--out") { Description = "Draw it into this file", HelpName = "FILE.svg" };
        Command list = new("list", "List the topologies");
        SetAction(list, parsed => new TopologyCommands(output, parsed.GetValue(_json)).List());
        Command show = new("show", "Measure a topology: edges, degrees, spectral gap, flood rounds; and draw it") { name, count, settings, file };
        SetAction(show, parsed => new TopologyCommands(output, parsed.GetValue(_json)).Show(
            parsed.GetRequiredValue(name), parsed.GetValue(count), parsed.GetValue(settings) ?? [], parsed.GetValue(file)));
        return new Command("topology", "Look at the graphs that neighbours exchange on") { list, show };
    }

    private Command ListCommandLine()
    {
        const string Runs = "runs";
        Argument<string?> what = new("what") { Description = "One catalogue; none: all, without keys and runs", Arity = ArgumentArity.ZeroOrOne };
        what.AcceptOnlyFromAmong([.. ListCommand.Catalogues, Runs]);
        Command command = new("list", "List algorithms, problems, data sets, policies and configuration keys; or the runs of the store") { what };
        SetAction(command, parsed =>
        {
            if (parsed.GetValue(what) != Runs)
            {
                return ListCommand.Run(parsed.GetValue(what), CatalogueOf(parsed), parsed.GetValue(_json), output);
            }

            using IRunStore store = StoreOf(parsed);
            return RunsOf(parsed, store).List();
        });
        return command;
    }

    private static string CommandText(ParseResult parsed) => "./actorfed " + string.Join(' ', parsed.Tokens.Select(token => Quoted(token.Value)));

    /// <summary>A word as a shell must be given it.</summary>
    private static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./:=+,@%".Contains(c, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
