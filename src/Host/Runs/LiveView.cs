using Spectre.Console;

namespace ActorFed.Host.Runs;

/// <summary>Shows a run while it goes on: a live panel on a terminal, lines elsewhere; then a summary.</summary>
/// <param name="head">What is known of the run.</param>
/// <param name="progress">How it stands; called from any thread.</param>
/// <param name="time">Real time.</param>
internal sealed class LiveView(RunHead head, Func<RunProgress> progress, TimeProvider time)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);

    private readonly LivePanel _panel = new(head);
    private readonly RateMeter _rate = new(time);

    /// <summary>Keeps a panel up to date until the run has ended.</summary>
    /// <param name="console">A terminal.</param>
    /// <param name="ended">Cancelled when the run has ended; the panel then shows its last state.</param>
    public Task ShowPanelAsync(IAnsiConsole console, CancellationToken ended) =>
        console.Live(Panel(console)).Overflow(VerticalOverflow.Crop).StartAsync(context => RepeatAsync(
            Refresh,
            () =>
            {
                context.UpdateTarget(Panel(console));
                context.Refresh();
                return Task.CompletedTask;
            },
            ended));

    /// <summary>Writes a line now and then, and one at the end.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="every">Time from line to line; more than zero.</param>
    /// <param name="ended">Cancelled when the run has ended.</param>
    public Task WriteLinesAsync(TextWriter output, TimeSpan every, CancellationToken ended) => RepeatAsync(
        every,
        async () =>
        {
            RunProgress now = progress();
            await output.WriteLineAsync(_panel.Line(now, _rate.ElapsedSeconds, _rate.Note(now.Step)));
            await output.FlushAsync(CancellationToken.None);
        },
        ended);

    private Spectre.Console.Rendering.IRenderable Panel(IAnsiConsole console)
    {
        RunProgress now = progress();
        return _panel.Draw(now, _rate.ElapsedSeconds, _rate.Note(now.Step), console.Profile.Width, console.Profile.Capabilities.Unicode);
    }

    private async Task RepeatAsync(TimeSpan every, Func<Task> show, CancellationToken ended)
    {
        using PeriodicTimer timer = new(every, time);
        _rate.Note(progress().Step);   // a resumed run does not begin at step 0
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                await show();
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            await show();   // the run has ended: its last state is shown, whenever the last tick was
        }
    }
}
