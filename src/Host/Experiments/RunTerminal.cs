using ActorFed.Host.Runs;
using Spectre.Console;

namespace ActorFed.Host.Experiments;

/// <summary>What a person sees of a run: a live panel on a terminal, plain lines elsewhere, and a summary or a JSON object at the end.</summary>
internal sealed class RunTerminal(bool isJson)
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(2);

    private readonly bool _isPanel = !isJson && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>Says one thing before the run begins.</summary>
    public void Line(string text) => Console.Out.WriteLine(text);

    /// <summary>Says that something is not as it should be.</summary>
    public void Warn(string text) => Console.Error.WriteLine($"warning: {text}");

    /// <summary>Shows the run while <paramref name="work"/> lasts.</summary>
    public async Task<T> ShowWhileAsync<T>(RunHead head, string folder, Func<RunProgress> progress, Func<Task<T>> work)
    {
        Line($"run {head.RunId}: {head.Algorithm} on {head.Problem}, {head.Workers} workers, seed {head.Seed}, plan {head.PlanHash}, build {head.Build}");
        Line($"folder {folder}");
        using CancellationTokenSource ended = new();
        LiveView view = new(head, progress, TimeProvider.System);
        Task showing = _isPanel
            ? view.ShowPanelAsync(AnsiConsole.Console, ended.Token)
            : view.WriteLinesAsync(Console.Out, LineEvery, ended.Token);
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
    public void End(RunResult result, RunFolder folder, string json)
    {
        if (isJson)
        {
            Console.Out.WriteLine(json);
        }
        else
        {
            RunSummary.Write(Console.IsOutputRedirected ? Plain() : AnsiConsole.Console, result, folder);
        }
    }

    private static IAnsiConsole Plain() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.No,
        ColorSystem = ColorSystemSupport.NoColors,
        Out = new AnsiConsoleOutput(Console.Out),
    });
}
