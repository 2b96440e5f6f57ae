using System.Collections.Immutable;
using System.Diagnostics;
using ActorFed.Host.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorFed.Host.Compare;

/// <summary>What a person sees of a comparison: a live panel on a terminal, plain lines elsewhere, and a table or JSON at the end.</summary>
/// <param name="output">Where it is shown.</param>
/// <param name="error">Where failures go.</param>
/// <param name="isJson">Whether the end is one JSON object.</param>
internal sealed class CompareTerminal(TextWriter output, TextWriter error, bool isJson)
{
    private const int FileWidth = 160; // of lines in files and pipes

    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PanelEvery = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly bool _isPanel = !isJson && ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>Says one thing before the runs begin.</summary>
    public void Line(string text) => output.WriteLine(text);

    /// <summary>Says what should be known although the comparison goes on.</summary>
    public void Warn(string text) => error.WriteLine($"warning: {text}");

    /// <summary>Says why the comparison could not be brought to its end.</summary>
    public void Fail(string text) => error.WriteLine(text);

    /// <summary>Says how a run ended, where there is no panel that shows it.</summary>
    public void Ended(RunStand stand, ComparedRun run)
    {
        if (!_isPanel)
        {
            output.WriteLine(
                $"{stand.Label} seed {run.Seed}: {SummaryJson.Word(run.Outcome)}, {Display.Count(run.End.Step)} steps, "
                + $"virtual time {Display.Duration(TimeSpan.FromSeconds(run.End.Seconds))}: {run.Reason}");
        }
    }

    /// <summary>Shows the runs while <paramref name="work"/> lasts.</summary>
    public async Task<T> ShowWhileAsync<T>(ImmutableArray<RunStand> stands, Func<Task<T>> work)
    {
        using CancellationTokenSource ended = new();
        Task showing = _isPanel
            ? AnsiConsole.Console.Live(Panel(stands)).StartAsync(context => RepeatAsync(PanelEvery, () => context.UpdateTarget(Panel(stands)), ended.Token))
            : RepeatAsync(LineEvery, () => output.WriteLine(StandLine(stands)), ended.Token);
        try
        {
            return await work();
        }
        finally
        {
            await ended.CancelAsync();
            await showing;
        }
    }

    /// <summary>Sums the comparison up.</summary>
    public void End(Comparison comparison, string folder)
    {
        foreach ((string label, ComparedRun run) in comparison.Failed)
        {
            error.WriteLine($"'{label}' failed with seed {run.Seed}: {run.Reason}");
        }

        if (isJson)
        {
            output.WriteLine(SummaryJson.Of(comparison, folder, isIndented: false));
            return;
        }

        IAnsiConsole console = _isPanel ? AnsiConsole.Console : PlainConsole();
        foreach (FigureTable table in ComparisonTables.Of(comparison))
        {
            Table shown = new Table().Title(Markup.Escape(table.Title)).Border(TableBorder.Rounded).LeftAligned();
            shown.AddColumns([.. table.Columns.Select(column => new TableColumn(Markup.Escape(column)))]);
            foreach (FigureRow row in table.Rows)
            {
                shown.AddRow([Markup.Escape(row.Label), .. row.Figures.Select(figure => Markup.Escape(figure.ToString()))]);
            }

            console.Write(shown);
        }

        output.WriteLine($"  Report: {Path.Combine(folder, "report.html")}");
        output.WriteLine($"  Curves: {Path.Combine(folder, "curves.csv")}   Summary: {Path.Combine(folder, "summary.json")}");
    }

    /// <summary>How the runs stand, on one line.</summary>
    internal string StandLine(ImmutableArray<RunStand> stands) =>
        $"{stands.Count(stand => stand.HasEnded)}/{stands.Length} runs  "
        + string.Concat(stands.Where(stand => stand.IsRunning).Select(stand =>
            $"{stand.Label} seed {stand.Seed}: step {stand.Step}/{stand.StepLimit} virtual {Display.Duration(stand.At)}  "))
        + $"elapsed {Display.Duration(Seconds(_watch.Elapsed))}{Eta(stands)}";

    private string Eta(ImmutableArray<RunStand> stands)
    {
        double done = stands.Average(stand => stand.Done);
        return done > 0 ? $"  eta {Display.Duration(Seconds(_watch.Elapsed * ((1 - done) / done)))}" : "";
    }

    private static TimeSpan Seconds(TimeSpan time) => TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));

    private Panel Panel(ImmutableArray<RunStand> stands)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("[grey]experiment[/]", "[grey]seed[/]", "[grey]step[/]", "[grey]done[/]", "[grey]virtual time[/]");
        foreach (RunStand stand in stands.Where(stand => stand.IsRunning))
        {
            table.AddRow(
                Markup.Escape(stand.Label), $"{stand.Seed}", $"{Display.Count(stand.Step)} [grey]of {Display.Count(stand.StepLimit)}[/]",
                $"{Math.Floor(100 * stand.Done)} %", Display.Duration(stand.At));
        }

        Markup foot = new($"[bold]{stands.Count(stand => stand.HasEnded)}[/] [grey]of[/] {stands.Length} [grey]runs ended   elapsed[/] "
            + $"{Display.Duration(Seconds(_watch.Elapsed))}[grey]{Eta(stands)}[/]");
        return new Panel(new Rows((IRenderable[])[table, new Text(""), foot]))
        {
            Header = new PanelHeader(" [bold]compare[/] "),
            BorderStyle = new Style(Color.Grey),
            Padding = new Padding(2, 1),
            Expand = true,
        };
    }

    private static async Task RepeatAsync(TimeSpan every, Action show, CancellationToken ended)
    {
        using PeriodicTimer timer = new(every);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                show();
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // the runs are over
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
