using System.CommandLine;
using ActorFed.Host.Configuration;
using ActorFed.Host.Data;
using ActorFed.Host.Experiments;
using ActorFed.Host.Runs;
using ActorFed.Host.Verify;

namespace ActorFed.Host;

/// <summary>The program's commands: what they take, and whom they call.</summary>
internal static class CommandLine
{
    private static readonly Option<bool> Json = new("--json") { Description = "End with one JSON object on the last line", Recursive = true };

    private static readonly Option<string?> DataFolder = new("--data")
    {
        Description = "Folder with data sets (else ACTORFED_DATA, else the user's cache)",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>The root command.</summary>
    public static RootCommand Create()
    {
        RootCommand root = new("ActorFed: federated, bilevel and trilevel learning that survives its cluster.");
        root.Add(Json);
        root.Add(DataFolder);
        root.Add(RunCommandLine());
        root.Add(VerifyCommandLine());
        root.Add(DataCommandLine());
        root.Add(ListCommandLine());
        Command doctor = new("doctor", "Check this machine: runtime, processors, memory, data sets, run folder; say what to do");
        doctor.SetAction(parsed => Guard(() => new Doctor(Locator(parsed), Console.Out, parsed.GetValue(Json)).Run()));
        root.Add(doctor);
        return root;
    }

    /// <summary>Turns the errors that are the user's to mend into a message and an exit code.</summary>
    public static int Explain(Exception failure)
    {
        string message = failure switch
        {
            ConfigurationException configuration => string.Join(Environment.NewLine, configuration.Errors),
            _ => failure.Message,
        };
        Console.Error.WriteLine(message);
        return failure is RunFolderException ? ExitCodes.Failed : ExitCodes.BadInput;
    }

    private static bool IsUsersToMend(Exception failure) => failure is ConfigurationException or DataSetException or RunFolderException
        or InvalidDataException or ArgumentException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException;

    private static int Guard(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (IsUsersToMend(failure))
        {
            return Explain(failure);
        }
    }

    private static async Task<int> GuardAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception failure) when (IsUsersToMend(failure))
        {
            return Explain(failure);
        }
    }

    private static DataLocator Locator(ParseResult parsed) => new(parsed.GetValue(DataFolder), Environment.GetEnvironmentVariable);

    private static Command RunCommandLine()
    {
        Argument<string?> experiment = new("experiment") { Description = "Experiment file (HOCON)", Arity = ArgumentArity.ZeroOrOne };
        Option<string[]> settings = new("--set") { Description = "Override a key: --set adbo.step-lower=0.01", HelpName = "KEY=VALUE" };
        Option<string?> resume = new("--resume") { Description = "Go on with an earlier run: its id or its folder", HelpName = "RUN" };
        Command command = new("run", "Train: run an experiment in this process and write a report") { experiment, settings, resume };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            string? file = parsed.GetValue(experiment);
            string? earlier = parsed.GetValue(resume);
            if (file is null == earlier is null)
            {
                throw new ArgumentException("Give either an experiment file or --resume RUN: actorfed run hocon/quickstart.conf");
            }

            RunCommand run = new(new RunTerminal(parsed.GetValue(Json)), Locator(parsed), CommandText(parsed));
            string[] overrides = parsed.GetValue(settings) ?? [];
            if (file is not null)
            {
                return await run.StartAsync(Experiment.Load(file, overrides), cancellation);
            }

            string path = Directory.Exists(earlier!) ? earlier! : RunFolder.DefaultPath(earlier!);
            using RunFolder folder = RunFolder.OpenForResume(path);
            return await run.ResumeAsync(folder, Experiment.LoadPlan(folder.PlanPath, overrides), cancellation);
        }));
        return command;
    }

    private static Command VerifyCommandLine()
    {
        Argument<string[]> files = new("files") { Description = "Vector files (JSON)", Arity = ArgumentArity.OneOrMore };
        Option<double> tolerance = new("--tolerance") { Description = "Largest absolute deviation allowed", DefaultValueFactory = _ => 1e-9 };
        Command command = new("verify", "Replay vector files through the real update rules and print the deviations") { files, tolerance };
        command.SetAction(parsed => Guard(
            () => VerifyCommand.Run(parsed.GetRequiredValue(files), parsed.GetValue(tolerance), parsed.GetValue(Json), Console.Out)));
        return command;
    }

    private static Command DataCommandLine()
    {
        Argument<string[]> names = new("names") { Description = "Data sets", Arity = ArgumentArity.OneOrMore };
        Argument<string[]> someNames = new("names") { Description = "Data sets; none: all", Arity = ArgumentArity.ZeroOrMore };
        Command list = new("list", "List the known data sets and where they lie");
        list.SetAction(parsed => Guard(() => Commands(parsed).List()));
        Command get = new("get", "Download data sets from their public places and check them") { names };
        get.SetAction((parsed, cancellation) => GuardAsync(() => Commands(parsed).GetAsync(parsed.GetRequiredValue(names), cancellation)));
        Command check = new("check", "Recompute checksums: missing, damaged or in order") { someNames };
        check.SetAction(parsed => Guard(() => Commands(parsed).Check(parsed.GetValue(someNames) ?? [])));
        return new Command("data", "Find, fetch and check data sets") { list, get, check };

        static DataCommands Commands(ParseResult parsed) => new(
            Locator(parsed),
            new DataDownloader(DataDownloader.CreateClient(), new DownloadOptions()),
            Console.Out,
            Console.Error,
            parsed.GetValue(Json));
    }

    private static Command ListCommandLine()
    {
        Argument<string?> what = new("what") { Description = "One catalogue; none: all", Arity = ArgumentArity.ZeroOrOne };
        what.AcceptOnlyFromAmong([.. ListCommand.Catalogues]);
        Command command = new("list", "List algorithms, problems, data sets, policies and configuration keys") { what };
        command.SetAction(parsed => Guard(
            () => ListCommand.Run(parsed.GetValue(what), parsed.GetValue(Json), Console.Out)));
        return command;
    }

    private static string CommandText(ParseResult parsed) =>
        "./actorfed " + string.Join(' ', parsed.Tokens.Select(token => token.Value.Contains(' ', StringComparison.Ordinal) ? $"'{token.Value}'" : token.Value));
}
