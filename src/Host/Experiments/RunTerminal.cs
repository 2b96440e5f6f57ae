using ActorFed.Actors;
using ActorFed.Host.Runs;
using Spectre.Console;

namespace ActorFed.Host.Experiments;

/// <summary>What a person sees of a run: a live panel on a terminal, plain lines elsewhere, and a summary or a JSON object at the end.</summary>
/// <param name="output">Where the run and its result are shown.</param>
/// <param name="error">Where warnings go.</param>
/// <param name="isJson">Whether the end is one JSON object.</param>
internal sealed class RunTerminal(TextWriter output, TextWriter error, bool isJson)
{
    private const int FileWidth = 160; // of lines in files and pipes

    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(2);

    private readonly bool _isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;

    private bool IsPanel => _isTerminal && !isJson && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>Says one thing before the run begins.</summary>
    public void Line(string text) => output.WriteLine(text);

    /// <summary>Says that something is not as it should be.</summary>
    public void Warn(string text) => error.WriteLine($"warning: {text}");

    /// <summary>Says why a run could not be recorded to its end.</summary>
    public void Fail(string text) => error.WriteLine(text);

    /// <summary>Shows the run while <paramref name="work"/> lasts.</summary>
    public async Task<T> ShowWhileAsync<T>(RunHead head, IStoredRun run, Func<RunProgress> progress, Func<Task<T>> work)
    {
        Line($"run {head.RunId}: {head.Algorithm} on {head.Problem}, {head.Workers} workers, seed {head.Seed}, plan {head.PlanHash}, build {head.Build}");
        Line(run.Folder is string folder ? $"folder {folder}" : $"store {run.Place}");
        using CancellationTokenSource ended = new();
        LiveView view = new(head, progress, TimeProvider.System);
        Task showing = IsPanel
            ? view.ShowPanelAsync(AnsiConsole.Console, ended.Token)
            : view.WriteLinesAsync(output, LineEvery, ended.Token);
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

    /// <summary>Sums the run up.</summary>
    public void End(RunResult result, IStoredRun run, string json)
    {
        if (isJson)
        {
            output.WriteLine(json);
        }
        else
        {
            RunSummary.Write(_isTerminal ? AnsiConsole.Console : PlainConsole(), result, run);
        }
    }

    private IAnsiConsole PlainConsole()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = FileWidth;
        return console;
    }
}
