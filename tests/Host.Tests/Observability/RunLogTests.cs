using System.Text.Json;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Observability;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorFed.Host.Tests.Observability;

public sealed class RunLogTests
{
    private readonly StringWriter _written = new();
    private readonly List<string> _warnings = [];

    [Fact]
    public void Writes_an_entry_as_one_JSON_object()
    {
        RunLog log = Open(LogFormat.Json).Of("run-1");

        log.Write(LogLevel.Warning, "node-lost", "Node b\nis \"gone\".", ParticipantId.Worker(3), epoch: 2);

        JsonElement entry = Assert.Single(Lines());
        Assert.Equal(
            ["time=2026-01-02T03:04:05.678Z", "level=warning", "event=node-lost", "message=Node b\nis \"gone\".", "run=run-1", "participant=worker-3", "node=node-a", "epoch=2"],
            entry.EnumerateObject().Select(member => $"{member.Name}={member.Value}"));
    }

    [Fact]
    public void Leaves_out_what_an_entry_does_not_concern()
    {
        RunLog log = Open(LogFormat.Json);

        log.Write(LogLevel.Information, "node-joined", "Node b joined.");

        Assert.Equal(["time", "level", "event", "message", "node"], Assert.Single(Lines()).EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void Writes_an_entry_as_one_line_of_text()
    {
        RunLog log = Open(LogFormat.Text).Of("run-1");

        log.Write(LogLevel.Error, "supervision-stopped", "It threw\ntwice.", ParticipantId.Master, epoch: 4);

        Assert.Equal(
            $"2026-01-02T03:04:05.678Z error       supervision-stopped run=run-1 participant=master node=node-a epoch=4: It threw twice.{Environment.NewLine}",
            _written.ToString());
    }

    [Theory]
    [InlineData(LogLevel.Debug, 4)]
    [InlineData(LogLevel.Information, 3)]
    [InlineData(LogLevel.Error, 1)]
    [InlineData(LogLevel.None, 0)]
    public void Writes_what_matters_enough(LogLevel least, int entries)
    {
        RunLog log = Open(LogFormat.Json, least);

        foreach (LogLevel level in (LogLevel[])[LogLevel.Trace, LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error])
        {
            log.Write(level, "event", "message");
        }

        Assert.Equal(entries, Lines().Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hides_name_and_password_in_addresses(bool isJson)
    {
        RunLog log = Open(isJson ? LogFormat.Json : LogFormat.Text);

        log.Write(
            LogLevel.Error,
            "broker-lost",
            "amqps://worker:hidden@broker:5671/runs does not answer.",
            failure: new InvalidOperationException("postgres://actorfed:hidden@db/actorfed refuses."));

        Assert.DoesNotContain("hidden", _written.ToString(), StringComparison.Ordinal);
        Assert.Contains("amqps://***@broker:5671/runs", _written.ToString(), StringComparison.Ordinal);
        Assert.Contains("postgres://***@db/actorfed", _written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Logs_supervision_with_the_incarnation_it_struck_and_hands_it_on()
    {
        using Instruments instruments = new();
        using ObservedRun run = new(instruments, Open(LogFormat.Json), "run-1", LinkDetail.Role);
        Told inner = new();
        SupervisionEvent restarting = new(SupervisionAction.Restarting, ParticipantId.Worker(1), "It threw.", Failure: new ArithmeticException("NaN"));
        run.Over(new NoParticipants()).Create(new ParticipantSpec(ParticipantId.Worker(1)), 3, null);

        run.Over(inner).Supervised(TimeSpan.Zero, restarting);

        JsonElement entry = Lines()[1];
        Assert.Equal(
            ("supervision-restarting", "warning", "worker-1", 3),
            (entry.GetProperty("event").GetString(), entry.GetProperty("level").GetString(), entry.GetProperty("participant").GetString(), entry.GetProperty("epoch").GetInt32()));
        Assert.Contains("NaN", entry.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.Same(restarting, Assert.Single(inner.Events));
    }

    [Fact]
    public void Logs_a_lost_worker_as_a_warning()
    {
        using Instruments instruments = new();
        using ObservedRun run = new(instruments, Open(LogFormat.Json), "run-1", LinkDetail.Role);

        run.Over(new Told()).Observed(ParticipantId.Master, TimeSpan.Zero, new WorkerObserved(2, WorkerChange.Lost, 17));

        JsonElement entry = Assert.Single(Lines());
        Assert.Equal(("worker-lost", "warning", "worker-2"), (entry.GetProperty("event").GetString(), entry.GetProperty("level").GetString(), entry.GetProperty("participant").GetString()));
    }

    [Fact]
    public void Logs_what_other_parts_of_the_program_say_under_their_name()
    {
        using LogLines lines = new(_written, Options(LogFormat.Json, LogLevel.Information, null), new FixedTime(), _warnings.Add);

        lines.CreateLogger("Health").LogInformation("listens on {Port}", 8080);

        JsonElement entry = Assert.Single(Lines());
        Assert.Equal(("Health", "listens on 8080"), (entry.GetProperty("event").GetString(), entry.GetProperty("message").GetString()));
    }

    [Fact]
    public void Says_once_that_it_cannot_be_written_and_goes_on()
    {
        RunLog log = RunLog.Open(Options(LogFormat.Text, LogLevel.Debug, null), new FullWriter(), "node-a", new FixedTime(), _warnings.Add);

        log.Write(LogLevel.Error, "one", "One.");
        log.Write(LogLevel.Error, "two", "Two.");

        Assert.Contains("no space is left", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Goes_on_though_that_cannot_be_said_either()
    {
        using FullWriter full = new();
        using FullWriter terminal = new();
        RunLog log = RunLog.Open(Options(LogFormat.Text, LogLevel.Debug, null), full, "node-a", new FixedTime(), terminal.WriteLine);

        Exception? thrown = Record.Exception(() => log.Write(LogLevel.Error, "one", "One."));

        Assert.Null(thrown);
        Assert.Throws<IOException>(() => terminal.WriteLine("One."));
    }

    [Fact]
    public async Task Logs_a_run_to_a_file_and_leaves_the_terminal_as_it_is()
    {
        using TemporaryFolder temporary = new();
        string[] settings = ["logs.format=json", "logs.level=debug", $"logs.file=\"{temporary.At("log")}\""];

        CliResult result = (await Cli.RunAsync(Cli.Run(temporary.At("logged-run"), steps: 40, settings))).MustEnd(ExitCodes.Success);

        JsonElement[] entries = [.. File.ReadLines(temporary.At("log")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(5, entries.Count(entry => entry.GetProperty("event").GetString() == "participant-started"));
        Assert.Contains(entries, entry => entry.GetProperty("event").GetString() == "snapshot-stored");
        Assert.Equal("run-ended", entries[^1].GetProperty("event").GetString());
        Assert.All(entries, entry => Assert.Equal("logged-run", entry.GetProperty("run").GetString()));
        Assert.Equal("", result.Error);
    }

    [Fact]
    public async Task Logs_nothing_of_a_run_without_a_file()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync(Cli.Run(temporary.At("run"), steps: 40, "logs.level=trace"))).MustEnd(ExitCodes.Success);

        Assert.Equal("", result.Error);
    }

    private static LogOptions Options(LogFormat format, LogLevel level, string? file) => new() { Format = format, Level = level, File = file };

    private RunLog Open(LogFormat format, LogLevel level = LogLevel.Debug) =>
        RunLog.Open(Options(format, level, null), _written, "node-a", new FixedTime(), _warnings.Add);

    private List<JsonElement> Lines() =>
        [.. _written.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    }

    private sealed class FullWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("no space is left");
    }

    private sealed class NoParticipants : IParticipantFactory
    {
        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) => null!;
    }

    private sealed class Told : IRunObserver
    {
        public List<SupervisionEvent> Events { get; } = [];

        public void Observed(ParticipantId source, TimeSpan at, Observation observation)
        {
        }

        public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent) => Events.Add(supervisionEvent);
    }
}
