using System.Text.Json;
using ActorFed.Host.Runs;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

public sealed class RunCommandTests
{
    [Fact]
    public async Task Leaves_every_file_of_a_run()
    {
        using TemporaryFolder temporary = new();
        string folder = temporary.At("run");

        (await Cli.RunAsync(Cli.Run(folder, steps: 40))).MustEnd(ExitCodes.Success);

        Assert.Equal(
            ["deliveries-1.bin", "events.jsonl", "metrics.csv", "model.safetensors", "plan.conf", "report.html", "result.json", "run.lock", "snapshots"],
            Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder, "snapshots"), "master.*.snap"));
        Assert.Contains("stop.steps = 40\n", File.ReadAllText(Path.Combine(folder, "plan.conf")), StringComparison.Ordinal);
        Assert.All(File.ReadLines(Path.Combine(folder, "events.jsonl")), line => JsonDocument.Parse(line).Dispose());
        Assert.Equal("40", File.ReadLines(Path.Combine(folder, "metrics.csv")).Last().Split(',')[0]);
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(folder, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_with_the_result_as_JSON_and_keeps_it()
    {
        using TemporaryFolder temporary = new();
        string folder = temporary.At("run");

        CliResult result = (await Cli.RunAsync(Cli.Run(folder, steps: 40))).MustEnd(ExitCodes.Success);

        JsonElement json = result.Json;
        Assert.Equal("run", json.GetProperty("runId").GetString());
        Assert.Equal("completed", json.GetProperty("outcome").GetString());
        Assert.Equal(40, json.GetProperty("steps").GetInt64());
        Assert.InRange(json.GetProperty("seconds").GetDouble(), double.Epsilon, double.MaxValue);
        Assert.True(double.IsFinite(json.GetProperty("objectives").GetProperty("upper").GetDouble()));
        Assert.True(double.IsFinite(json.GetProperty("metrics").GetProperty("distance-to-solution").GetDouble()));
        Assert.Equal(folder, json.GetProperty("folder").GetString());
        Assert.Equal(json.GetRawText(), File.ReadAllText(Path.Combine(folder, "result.json")).TrimEnd());
    }

    [Fact]
    public async Task Sums_up_in_words_without_colours_where_the_output_is_no_terminal()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync(Cli.Run(temporary.At("run"), steps: 20)[..^1])).MustEnd(ExitCodes.Success);

        Assert.Contains("Completed: step limit", result.Output, StringComparison.Ordinal);
        Assert.Contains("report.html", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Fact]
    public async Task Runs_again_from_the_plan_it_left_to_the_same_bits()
    {
        using TemporaryFolder temporary = new();
        CliResult first = (await Cli.RunAsync(Cli.Run(temporary.At("one"), steps: 40))).MustEnd(ExitCodes.Success);

        CliResult second = (await Cli.RunAsync(
            ["run", temporary.At("one/plan.conf"), .. Cli.Set($"run.folder=\"{temporary.At("two")}\""), "--json"])).MustEnd(ExitCodes.Success);

        Assert.Equal(Numbers(first), Numbers(second));
    }

    [Fact]
    public async Task Ends_at_the_time_limit_with_success()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync(Cli.Run(temporary.At("run"), steps: 1_000_000_000, "stop.wall-time=50ms"))).MustEnd(ExitCodes.Success);

        Assert.Equal("timeLimit", result.Json.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Fails_a_run_that_diverges_and_names_the_key_to_change()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync(Cli.Run(temporary.At("run"), steps: 5000, "adbo.step-lower=1000", "adbo.refresh-every=1000", "supervision.initial-back-off=1ms")))
            .MustEnd(ExitCodes.Failed);

        Assert.Equal("failed", result.Json.GetProperty("outcome").GetString());
        Assert.Contains("adbo.step-lower", result.Json.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(File.Exists(temporary.At("run/report.html")));
    }

    [Theory]
    [InlineData("adbo", "lower", "adbo.step-lower", "adbo.refresh-every=1000")]
    [InlineData("fednest", "lower", "fednest.step-lower")]
    [InlineData("afto", "lower", "afto.step-lower", "afto.refresh-every=1000")]
    [InlineData("afto", "middle", "afto.step-middle", "afto.refresh-every=1000")]
    public async Task Says_of_a_run_that_diverges_the_step_the_level_and_what_is_kept(string algorithm, string level, string key, params string[] settings)
    {
        using TemporaryFolder temporary = new();
        string folder = temporary.At("run");

        CliResult result = (await Cli.RunAsync(
            ["run", Checkout.At($"hocon/experiments/{algorithm}-quadratic.conf"), "--json",
             .. Cli.Set([$"{key}=1000", .. settings, "engine.kind=simulation", "run.snapshot-every=1ms", $"run.folder=\"{folder}\""])]))
            .MustEnd(ExitCodes.Failed);

        string reason = result.Json.GetProperty("reason").GetString()!;
        Assert.Contains($"the {level} variable", reason, StringComparison.Ordinal);
        Assert.Contains($"Try a smaller {key}", reason, StringComparison.Ordinal);
        Assert.Contains($"The run came to step {result.Json.GetProperty("steps").GetInt64()}.", reason, StringComparison.Ordinal);
        Assert.Contains($"actorfed run --resume {folder} --set", reason, StringComparison.Ordinal);
        (await Cli.RunAsync(["run", "--resume", folder, .. Cli.Set($"{key}=1e-9", "stop.steps=1"), "--json"])).MustEnd(ExitCodes.Success);
    }

    [Fact]
    public async Task Fails_with_a_trace_when_something_breaks_after_the_run_has_begun()
    {
        using TemporaryFolder temporary = new();
        using BreakingWriter output = new();
        using StringWriter error = new();

        int code = await new CommandLine(output, error, _ => null).InvokeAsync(Cli.Run(temporary.At("run"), steps: 5));

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("could not be brought to its end: no such thing", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(BreakingWriter), error.ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(temporary.At("run/result.json")));
    }

    [Fact]
    public async Task Refuses_a_folder_that_holds_a_run()
    {
        using TemporaryFolder temporary = new();
        (await Cli.RunAsync(Cli.Run(temporary.At("run"), steps: 5))).MustEnd(ExitCodes.Success);

        CliResult result = (await Cli.RunAsync(Cli.Run(temporary.At("run"), steps: 5))).MustEnd(ExitCodes.BadInput);

        Assert.Contains("already holds a run", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_folder_in_use()
    {
        using TemporaryFolder temporary = new();
        (await Cli.RunAsync(Cli.Run(temporary.At("run"), steps: 5))).MustEnd(ExitCodes.Success);
        using RunFolder held = RunFolder.OpenForResume(temporary.At("run"));

        CliResult result = (await Cli.RunAsync("run", "--resume", temporary.At("run"))).MustEnd(ExitCodes.BadInput);

        Assert.Contains($"in use by process {Environment.ProcessId}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_folder_that_cannot_be_made()
    {
        using TemporaryFolder temporary = new();
        temporary.Write("file", []);

        CliResult result = (await Cli.RunAsync(Cli.Run(temporary.At("file/run"), steps: 5))).MustEnd(ExitCodes.BadInput);

        Assert.Contains(temporary.At("file/run"), result.Error, StringComparison.Ordinal);
        Assert.Equal(result.Error.TrimEnd(), result.Json.GetProperty("error").GetString());
    }

    /// <summary>Throws at the result, which is written after the run.</summary>
    private sealed class BreakingWriter : StringWriter
    {
        public override void WriteLine(string? value)
        {
            if (value is ['{', ..])
            {
                throw new ArgumentException("no such thing");
            }

            base.WriteLine(value);
        }
    }

    internal static string Numbers(CliResult result) =>
        $"{result.Json.GetProperty("steps")} {result.Json.GetProperty("objectives")} {result.Json.GetProperty("metrics")}";
}
