using System.Text;
using System.Threading.Channels;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Runs;
using Spectre.Console;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class LiveViewTests
{
    private static readonly RunProgress Halfway = new()
    {
        Step = 2000,
        At = TimeSpan.FromSeconds(30),
        Upper = 0.25,
        Lower = 12.5,
        Gap = 1e-5,
        Planes = 4,
        MaxStaleness = 14,
        MeanStaleness = 3.25,
        WorkersAlive = 17,
        Restarts = 2,
        AskedAgain = 5,
        Violations = 1,
        BytesSent = 1_500_000,
        TestMetrics = [new Measure("test-accuracy", 0.9)],
        UpperTrace = [4, 3, 2, 1],
    };

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(70)]
    [InlineData(80)]
    [InlineData(120)]
    public void Shows_everything_on_a_panel_of_any_width(int width)
    {
        string text = Draw(SyntheticRun.Head(), Halfway, width, isUnicode: true);

        Assert.All(
            (string[])["adbo", "50 %", "2,000", "of 4,000", "0.25", "12.5", "1e-5", "Test accuracy", "0.9", "17 of 18", "1 away", "Restarts", "3.3", "14", "1.5 MB", "100 steps/s", "20 s to go"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, width));
    }

    [Fact]
    public void Shows_a_sparkline_where_there_is_room_and_none_without_Unicode()
    {
        Assert.Contains("█▆▃▁", Draw(SyntheticRun.Head(), Halfway, 120, isUnicode: true), StringComparison.Ordinal);
        string ascii = Draw(SyntheticRun.Head(), Halfway, 120, isUnicode: false);
        Assert.All(ascii, c => Assert.InRange(c, '\n', '~'));
    }

    [Fact]
    public void Shows_dashes_before_the_first_step_and_escapes_names()
    {
        RunHead head = SyntheticRun.Head(stepLimit: null) with { Algorithm = "[red]", RunId = "[/]" };

        string text = Draw(head, new RunProgress { Step = 0, At = TimeSpan.Zero, WorkersAlive = 18 }, 100, isUnicode: true, rate: null);

        Assert.Contains("[red]", text, StringComparison.Ordinal);
        Assert.Contains("Upper objective   -", text, StringComparison.Ordinal);
        Assert.DoesNotContain("%", text, StringComparison.Ordinal);
        Assert.DoesNotContain("to go", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_a_line_now_and_then_and_one_at_the_end()
    {
        RunProgress now = Halfway with { Step = 1000 };
        using CancellationTokenSource ended = new();
        LineCollector output = new();
        Task lines = new LiveView(SyntheticRun.Head(), () => now, _time).WriteLinesAsync(output, TimeSpan.FromSeconds(10), ended.Token);

        now = Halfway;
        _time.Advance(TimeSpan.FromSeconds(10));
        string first = await output.NextAsync();
        now = Halfway with { Step = 4000 };
        _time.Advance(TimeSpan.FromSeconds(9));
        await ended.CancelAsync();
        await lines;
        string last = await output.NextAsync();

        Assert.Equal(
            "step 2000/4000 (50 %)  upper 0.25  lower 12.5  gap 1e-5  test-accuracy 0.9  planes 4  staleness max 14 mean 3.3  workers 17/18  "
            + "restarts 2  sent 1.5 MB  steps/s 100  elapsed 10 s  eta 20 s",
            first);
        Assert.StartsWith("step 4000/4000 (100 %)", last, StringComparison.Ordinal);
        Assert.DoesNotContain("eta", last, StringComparison.Ordinal);
        Assert.Equal(2, output.Count);
    }

    [Fact]
    public void Measures_the_rate_over_the_last_seconds()
    {
        RateMeter meter = new(_time);

        Assert.Null(meter.Note(0));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(25, meter.Note(100));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(0, meter.Note(100));
        Assert.Null(RateMeter.Remaining(100, 200, 0));
        Assert.Null(RateMeter.Remaining(100, null, 5));
        Assert.Equal(TimeSpan.FromSeconds(20), RateMeter.Remaining(100, 200, 5));
    }

    [Fact]
    public void Sums_up_at_the_end()
    {
        using TempFolder temp = new();
        using RunFolder folder = RunFolder.Create(temp.In("run"), "");
        using StringWriter text = new();
        Exception failure = new InvalidOperationException("[bad] step");

        RunSummary.Write(Console(text, 200, isUnicode: true), new RunResult(
            SyntheticRun.Head(), SyntheticRun.Report(ActorFed.Actors.RunOutcome.Failed, failure), SyntheticRun.Record(200), null, TimeSpan.FromSeconds(3)), folder);

        Assert.Contains("Failed: step limit of 4000 reached", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException: [bad] step", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("200 in 3 s", text.ToString(), StringComparison.Ordinal);
        Assert.Contains(folder.ReportPath, text.ToString(), StringComparison.Ordinal);
    }

    private static string Draw(RunHead head, RunProgress progress, int width, bool isUnicode, double? rate = 100)
    {
        using StringWriter text = new();
        Console(text, width, isUnicode).Write(new LivePanel(head).Draw(progress, TimeSpan.FromSeconds(12), rate, width, isUnicode));
        return text.ToString();
    }

    private static IAnsiConsole Console(TextWriter text, int width, bool isUnicode)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = isUnicode;
        return console;
    }

    private sealed class LineCollector : TextWriter
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public override Encoding Encoding => Encoding.UTF8;

        public int Count { get; private set; }

        public override Task WriteLineAsync(string? value)
        {
            Count++;
            Assert.True(_lines.Writer.TryWrite(value ?? ""));
            return Task.CompletedTask;
        }

        public async Task<string> NextAsync() => await _lines.Reader.ReadAsync();
    }
}
