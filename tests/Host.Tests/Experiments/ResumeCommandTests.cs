using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

public sealed class ResumeCommandTests
{
    private const int Steps = 60;

    [Fact]
    public async Task Goes_on_under_a_higher_limit_to_the_bits_of_an_undivided_run()
    {
        using TemporaryFolder temporary = new();
        CliResult undivided = (await Cli.RunAsync(Cli.Run(temporary.At("one"), Steps))).MustEnd(ExitCodes.Success);
        (await Cli.RunAsync(Cli.Run(temporary.At("two"), 25))).MustEnd(ExitCodes.Success);

        CliResult resumed = (await ResumeAsync(temporary.At("two"), $"stop.steps={Steps}")).MustEnd(ExitCodes.Success);

        Assert.Equal(RunCommandTests.Numbers(undivided), RunCommandTests.Numbers(resumed));
        Assert.Equal([10, 20, 25, 30, 40, 50, 60], StepsRecorded(temporary.At("two")).Distinct().Order());
        Assert.Contains($"stop.steps = {Steps}\n", File.ReadAllText(temporary.At("two/plan.conf")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_a_run_by_its_folder_before_and_after()
    {
        using TemporaryFolder temporary = new();
        (await Cli.RunAsync(Cli.Run(temporary.At("run"), 25))).MustEnd(ExitCodes.Success);

        CliResult status = (await Cli.RunAsync("status", temporary.At("run"), "--json")).MustEnd(ExitCodes.Success);
        CliResult logs = (await Cli.RunAsync("logs", temporary.At("run"), "--json")).MustEnd(ExitCodes.Success);
        (await Cli.RunAsync("report", temporary.At("run"), "--out", temporary.At("out"))).MustEnd(ExitCodes.Success);
        CliResult none = (await Cli.RunAsync("status", temporary.At("none"), "--json")).MustEnd(ExitCodes.BadInput);

        Assert.Equal(("run", "completed", 25L), (
            status.Json.GetProperty("run").GetString(), status.Json.GetProperty("state").GetString(), status.Json.GetProperty("steps").GetInt64()));
        Assert.True(logs.Json.GetProperty("events").GetInt64() >= 2);
        Assert.All(
            ["plan.conf", "events.jsonl", "metrics.csv", "model.safetensors", "report.html", "result.json"],
            name => Assert.Equal(File.ReadAllBytes(temporary.At($"run/{name}")), File.ReadAllBytes(temporary.At($"out/{name}"))));
        Assert.Contains("is not a run folder", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Has_nothing_to_do_after_the_step_limit()
    {
        using TemporaryFolder temporary = new();
        CliResult first = (await Cli.RunAsync(Cli.Run(temporary.At("run"), 20))).MustEnd(ExitCodes.Success);

        string metrics = File.ReadAllText(temporary.At("run/metrics.csv"));

        CliResult second = (await ResumeAsync(temporary.At("run/"))).MustEnd(ExitCodes.Success);

        Assert.Equal(RunCommandTests.Numbers(first), RunCommandTests.Numbers(second));
        Assert.Equal("run", second.Json.GetProperty("runId").GetString());
        Assert.Equal(metrics, File.ReadAllText(temporary.At("run/metrics.csv")));
    }

    [Fact]
    public async Task Falls_back_to_the_snapshot_before_a_damaged_one_and_says_so()
    {
        using TemporaryFolder temporary = new();
        CliResult undivided = (await Cli.RunAsync(Cli.Run(temporary.At("one"), Steps))).MustEnd(ExitCodes.Success);
        (await Cli.RunAsync(Cli.Run(temporary.At("two"), 25))).MustEnd(ExitCodes.Success);
        string newest = Snapshots(temporary.At("two"))[^1];
        Damage(newest);

        CliResult resumed = (await ResumeAsync(temporary.At("two"), $"stop.steps={Steps}")).MustEnd(ExitCodes.Success);

        Assert.Contains($"warning: Snapshot {Path.GetFileName(newest)} of master is damaged", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(RunCommandTests.Numbers(undivided), RunCommandTests.Numbers(resumed));
    }

    [Fact]
    public async Task Fails_with_path_and_cause_when_no_snapshot_can_be_stored_any_more_and_can_still_go_on_later()
    {
        using TemporaryFolder temporary = new();
        (await Cli.RunAsync(Cli.Run(temporary.At("run"), 25))).MustEnd(ExitCodes.Success);
        string[] before = Snapshots(temporary.At("run"));
        long next = 1 + before.Max(file => long.Parse(Path.GetFileName(file).Split('.')[1]));
        string[] blocked = [.. new[] { 2, 3 }.Select(incarnation => temporary.At($"run/snapshots/master.{next:D6}.{incarnation}.snap.tmp"))];
        Array.ForEach(blocked, path => Directory.CreateDirectory(path)); // no file can be written where a folder is

        CliResult failed = (await ResumeAsync(
            temporary.At("run"), "supervision.max-restarts=1", "supervision.initial-back-off=1ms", $"stop.steps={Steps}")).MustEnd(ExitCodes.Failed);
        Array.ForEach(blocked, Directory.Delete);
        string[] after = Snapshots(temporary.At("run"));
        CliResult resumed = (await ResumeAsync(temporary.At("run"))).MustEnd(ExitCodes.Success);

        string reason = failed.Json.GetProperty("reason").GetString()!;
        Assert.StartsWith($"The snapshot of master could not be stored: Cannot store a snapshot at '{blocked[1][..^".tmp".Length]}'", reason, StringComparison.Ordinal);
        Assert.Contains("make room or repair the store, then resume the run", reason, StringComparison.Ordinal);
        Assert.Equal(before, after);
        Assert.Equal(Steps, resumed.Json.GetProperty("steps").GetInt64());
    }

    [Fact]
    public async Task Refuses_when_every_snapshot_is_damaged_and_touches_nothing()
    {
        using TemporaryFolder temporary = new();
        (await Cli.RunAsync(Cli.Run(temporary.At("run"), 25))).MustEnd(ExitCodes.Success);
        string[] snapshots = Snapshots(temporary.At("run"));
        Array.ForEach(snapshots, Damage);
        string plan = File.ReadAllText(temporary.At("run/plan.conf"));
        string metrics = File.ReadAllText(temporary.At("run/metrics.csv"));

        CliResult resumed = (await ResumeAsync(temporary.At("run"), $"stop.steps={Steps}")).MustEnd(ExitCodes.BadInput);

        Assert.All(snapshots, snapshot => Assert.Contains(Path.GetFileName(snapshot), resumed.Error, StringComparison.Ordinal));
        Assert.Contains("begin again in another folder", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(plan, File.ReadAllText(temporary.At("run/plan.conf")));
        Assert.Equal(metrics, File.ReadAllText(temporary.At("run/metrics.csv")));
    }

    [Fact]
    public async Task Refuses_when_snapshots_are_gone_though_steps_were_made()
    {
        using TemporaryFolder temporary = new();
        (await Cli.RunAsync(Cli.Run(temporary.At("run"), 25))).MustEnd(ExitCodes.Success);
        Array.ForEach(Snapshots(temporary.At("run")), File.Delete);

        CliResult resumed = (await ResumeAsync(temporary.At("run"))).MustEnd(ExitCodes.BadInput);

        Assert.Contains("there is none, though steps were recorded", resumed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed=2", "seed is 2; the run was begun with 1")]
    [InlineData("workers=8", "workers is 8; the run was begun with 4")]
    [InlineData("quadratic.lower-length=7", "quadratic.lower-length is 7; the run was begun with 4")]
    [InlineData("problem=hyper-cleaning", "problem is hyper-cleaning; the run was begun with quadratic")]
    [InlineData("stop.stepz=9", "unknown key stop.stepz")]
    public async Task Refuses_settings_that_make_it_another_problem_and_can_still_go_on_without_them(string setting, string message)
    {
        using TemporaryFolder temporary = new();
        (await Cli.RunAsync(Cli.Run(temporary.At("run"), 10))).MustEnd(ExitCodes.Success);

        CliResult refused = (await ResumeAsync(temporary.At("run"), setting)).MustEnd(ExitCodes.BadInput);
        CliResult resumed = (await ResumeAsync(temporary.At("run"), "stop.steps=12")).MustEnd(ExitCodes.Success);

        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        Assert.Equal(12, resumed.Json.GetProperty("steps").GetInt64());
    }

    [Fact]
    public async Task Starts_a_run_that_was_stopped_before_its_first_snapshot()
    {
        using TemporaryFolder temporary = new();
        CliResult first = (await Cli.RunAsync(Cli.Run(temporary.At("one"), 10))).MustEnd(ExitCodes.Success);
        Directory.CreateDirectory(temporary.At("two"));
        File.Copy(temporary.At("one/plan.conf"), temporary.At("two/plan.conf"));

        CliResult resumed = (await ResumeAsync(temporary.At("two"))).MustEnd(ExitCodes.Success);

        Assert.Equal(RunCommandTests.Numbers(first), RunCommandTests.Numbers(resumed));
    }

    [Fact]
    public async Task Refuses_a_folder_without_a_run()
    {
        using TemporaryFolder temporary = new();

        CliResult absent = (await ResumeAsync(temporary.At("nothing"))).MustEnd(ExitCodes.BadInput);
        CliResult empty = (await ResumeAsync(temporary.Path)).MustEnd(ExitCodes.BadInput);

        Assert.Contains("does not exist", absent.Error, StringComparison.Ordinal);
        Assert.Contains("is not a run folder", empty.Error, StringComparison.Ordinal);
    }

    private static Task<CliResult> ResumeAsync(string folder, params string[] settings) =>
        Cli.RunAsync(["run", "--resume", folder, .. Cli.Set(settings), "--json"]);

    private static string[] Snapshots(string folder) =>
        [.. Directory.GetFiles(Path.Combine(folder, "snapshots"), "master.*.snap").Order(StringComparer.Ordinal)];

    private static void Damage(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private static IEnumerable<long> StepsRecorded(string folder) =>
        File.ReadLines(Path.Combine(folder, "metrics.csv")).Skip(1).Select(line => long.Parse(line.Split(',')[0]));
}
