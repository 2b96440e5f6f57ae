using System.Text.Json;
using System.Xml.Linq;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Compare;

public sealed class CompareCommandTests
{
    private const string Asynchronous = "participation.policy=asynchronous";

    [Fact]
    public async Task Gives_the_same_bytes_again_however_many_run_at_a_time()
    {
        using TemporaryFolder temporary = new();

        await CompareAsync(temporary.At("one"), 0, "--parallel", "1", "--target", "distance-to-solution=4.5");
        await CompareAsync(temporary.At("two"), 0, "--parallel", "4", "--target", "distance-to-solution=4.5");

        foreach (string file in (string[])["curves.csv", "summary.json"])
        {
            Assert.Equal(File.ReadAllBytes(temporary.At($"one/{file}")), File.ReadAllBytes(temporary.At($"two/{file}")));
        }
    }

    [Fact]
    public async Task Leaves_the_exact_curves_of_every_run()
    {
        using TemporaryFolder temporary = new();

        await CompareAsync(temporary.At("out"), 0);

        string[][] rows = [.. File.ReadLines(temporary.At("out/curves.csv")).Select(line => line.Split(','))];
        Assert.Equal(["experiment", "seed", "outcome", "step", "virtual-seconds", "payload-bytes", "oracle-calls", "distance-to-solution"], rows[0][..8]);
        Assert.Equal(["a,1", "a,2", "s,1", "s,2"], rows[1..].Select(row => $"{row[0]},{row[1]}").Distinct());
        foreach (IGrouping<string, string[]> run in rows[1..].GroupBy(row => row[0] + row[1]))
        {
            Assert.Equal(["10", "20", "30", "40"], run.Select(row => row[3]));
            Assert.Equal(run.Select(row => long.Parse(row[6])).Distinct().Order(), run.Select(row => long.Parse(row[6])));
            Assert.DoesNotContain("", run.SelectMany(row => row[4..9]));
        }
    }

    [Fact]
    public async Task Counts_oracle_calls_and_payload_as_the_run_makes_them()
    {
        using TemporaryFolder temporary = new();

        // One worker that is asked once for each step, without refreshes, takes one upper gradient each time.
        CliResult result = await CompareAsync(temporary.At("out"), 0, "--set", "workers=1", "--set", "adbo.refresh-every=1000");

        JsonElement run = result.Json.GetProperty("experiments")[1].GetProperty("runs")[0];
        Assert.Equal(40, run.GetProperty("masterSteps").GetInt64());
        Assert.Equal(40, run.GetProperty("oracleCalls").GetInt64());
        Assert.Equal(0, run.GetProperty("payloadBytes").GetInt64() % 8);
    }

    [Fact]
    public async Task Says_when_each_target_was_reached_and_how_that_compares()
    {
        using TemporaryFolder temporary = new();

        CliResult result = await CompareAsync(temporary.At("out"), 0, "--target", "distance-to-solution=4.5", "--target", "distance-to-solution=0.001");

        JsonElement[] targets = [.. result.Json.GetProperty("targets").EnumerateArray()];
        Assert.Equal(["distance-to-solution<=4.5", "distance-to-solution<=0.001"], targets.Select(target => target.GetProperty("target").GetString()));
        Assert.All(targets[0].GetProperty("experiments").EnumerateArray(), experiment => Assert.Equal(2, experiment.GetProperty("reached").GetInt32()));
        Assert.Equal(1, targets[0].GetProperty("experiments")[0].GetProperty("ratioToFirst").GetProperty("virtualSeconds").GetProperty("median").GetDouble());
        Assert.All(targets[1].GetProperty("experiments").EnumerateArray(), experiment => Assert.Equal(0, experiment.GetProperty("reached").GetInt32()));
        Assert.Equal(JsonValueKind.Null, targets[1].GetProperty("experiments")[0].GetProperty("virtualSeconds").GetProperty("median").ValueKind);
        Assert.Contains("0 of 2 runs", File.ReadAllText(temporary.At("out/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compares_on_data_drawn_by_each_seed()
    {
        using TemporaryFolder temporary = new();

        CliResult result = await CompareAsync(
            temporary.At("out"), 0, "--target", "test-accuracy=0.3", "--set", "problem=hyper-cleaning", "--set", "data.set=gaussian-mixture",
            "--set", "data.gaussian-mixture.train-rows=120", "--set", "data.gaussian-mixture.test-rows=60", "--set", "stop.steps=20");

        JsonElement[] runs = [.. result.Json.GetProperty("experiments")[0].GetProperty("runs").EnumerateArray()];
        Assert.NotEqual(runs[0].GetProperty("metrics").GetProperty("test-loss").GetDouble(), runs[1].GetProperty("metrics").GetProperty("test-loss").GetDouble());
        Assert.Equal("test-accuracy>=0.3", result.Json.GetProperty("targets")[0].GetProperty("target").GetString());
    }

    [Fact]
    public async Task Compares_problems_of_three_levels()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync(
            ["compare", Checkout.At("hocon/experiments/afto-quadratic.conf"), "--seeds", "1", "--out", temporary.At("out"), "--json", .. Cli.Set("stop.steps=20", "run.model-every=10")]))
            .MustEnd(0);

        JsonElement run = result.Json.GetProperty("experiments")[0].GetProperty("runs")[0];
        Assert.Equal("afto-quadratic", result.Json.GetProperty("experiments")[0].GetProperty("label").GetString());
        Assert.InRange(run.GetProperty("oracleCalls").GetInt64(), 20, long.MaxValue);
    }

    [Fact]
    public async Task Gives_a_run_the_same_trace_as_it_has_alone_in_the_simulation()
    {
        using TemporaryFolder temporary = new();
        CliResult alone = (await Cli.RunAsync(Cli.Run(temporary.At("run"), steps: 40, "engine.kind=simulation", "seed=2", "participation.min-active=1"))).MustEnd(0);

        CliResult compared = await CompareAsync(temporary.At("out"), 0);

        Assert.Equal(
            alone.Json.GetProperty("traceHash").GetString(),
            compared.Json.GetProperty("experiments")[1].GetProperty("runs")[1].GetProperty("traceHash").GetString());
    }

    [Fact]
    public async Task Stops_at_the_targets_when_told_to()
    {
        using TemporaryFolder temporary = new();

        CliResult result = await CompareAsync(temporary.At("out"), 0, "--target", "distance-to-solution<=1000", "--stop-at-target");

        Assert.All(
            result.Json.GetProperty("experiments").EnumerateArray().SelectMany(experiment => experiment.GetProperty("runs").EnumerateArray()),
            run => Assert.Equal(("targetsReached", 10), (run.GetProperty("outcome").GetString(), run.GetProperty("masterSteps").GetInt64())));
    }

    [Fact]
    public async Task Writes_a_report_that_stands_alone()
    {
        using TemporaryFolder temporary = new();

        await CompareAsync(temporary.At("out"), 0, "--target", "distance-to-solution<=1");

        string html = File.ReadAllText(temporary.At("out/report.html"));
        XElement page = XDocument.Parse(html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!;
        Assert.Equal(2, page.Descendants("svg").First().Descendants("path").Count(path => path.Attribute("class")!.Value.StartsWith("band", StringComparison.Ordinal)));
        Assert.DoesNotContain("http", html.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("participation.policy", html, StringComparison.Ordinal);
        Assert.Contains("--target 'distance-to-solution<=1'", page.Value, StringComparison.Ordinal); // as a shell must be given it
    }

    [Fact]
    public async Task Goes_on_when_a_run_fails_and_names_it()
    {
        using TemporaryFolder temporary = new();

        CliResult result = await CompareAsync(
            temporary.At("out"), ExitCodes.Failed, "--set", "s:adbo.step-lower=1000", "--set", "s:adbo.refresh-every=1000", "--set", "s:stop.steps=5000", "--seeds", "1");

        Assert.Contains("'s' failed with seed 1: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(["completed", "failed"], result.Json.GetProperty("experiments").EnumerateArray().Select(e => e.GetProperty("runs")[0].GetProperty("outcome").GetString()));
        Assert.Contains("failed after", File.ReadAllText(temporary.At("out/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_what_there_is_when_it_is_interrupted()
    {
        using TemporaryFolder temporary = new();
        using CancellationTokenSource interrupted = new();
        using StringWriter error = new();
        using InterruptingWriter output = new("a seed 1: completed", interrupted);

        int code = await new CommandLine(TextWriter.Synchronized(output), error, _ => null).InvokeAsync(
            Arguments(temporary.At("out"), "--parallel", "1"), interrupted.Token);

        Assert.Equal(ExitCodes.Cancelled, code);
        Assert.Contains("\na,1,completed,40,", File.ReadAllText(temporary.At("out/curves.csv")), StringComparison.Ordinal);
        Assert.Contains("1 of 4 runs came to their end", File.ReadAllText(temporary.At("out/report.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("give 1 to 6")]
    [InlineData("known.conf: there is no such file", "known.conf")]
    [InlineData("'a' is the label of 2 experiments", "a=x.conf", "a=y.conf")]
    [InlineData("--seeds is 0; it must be in [1, 1000]", "x.conf", "--seeds", "0")]
    [InlineData("--seeds is 1001", "x.conf", "--seeds", "1001")]
    [InlineData("--first-seed is 18446744073709551615; with --seeds 2 it must be at most 18446744073709551614", "x.conf", "--seeds", "2", "--first-seed", "18446744073709551615")]
    [InlineData("--parallel is 0", "x.conf", "--parallel", "0")]
    [InlineData("--target is 'fast'", "x.conf", "--target", "fast")]
    [InlineData("--stop-at-target needs a --target", "x.conf", "--stop-at-target")]
    public async Task Refuses_a_wrong_command_line(string because, params string[] arguments)
    {
        CliResult result = (await Cli.RunAsync(["compare", .. arguments])).MustEnd(ExitCodes.BadInput);

        Assert.Contains(because, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no metric 'test-accuracy'; those of these experiments are: distance-to-solution, hypergradient-norm, upper-objective", "--target", "test-accuracy=0.9")]
    [InlineData("is given twice", "--target", "distance-to-solution=1", "--target", "distance-to-solution<=1")]
    [InlineData("simulation.uplink.median is 1s in 's' and 30ms in 'a', so the comparison would not be fair", "--set", "s:simulation.uplink.median=1s")]
    [InlineData("problem is hyper-cleaning in 's' and quadratic in 'a'", "--set", "s:problem=hyper-cleaning")]
    [InlineData("run.model-every is 1, which makes 1000000 models", "--set", "s:stop.steps=1000000", "--set", "s:run.model-every=1")]
    [InlineData("adbo.step-lowr", "--set", "s:adbo.step-lowr=1")]
    public async Task Refuses_experiments_that_cannot_be_compared_before_anything_is_written(string because, params string[] arguments)
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync(Arguments(temporary.At("out"), arguments))).MustEnd(ExitCodes.BadInput);

        Assert.Contains(because, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(temporary.At("out")));
    }

    [Fact]
    public async Task Names_every_key_that_would_make_the_comparison_unfair()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync(Arguments(
            temporary.At("out"), Cli.Set("s:simulation.downlink.median=7ms", "s:simulation.computing.master=9ms").ToArray()))).MustEnd(ExitCodes.BadInput);

        Assert.Contains("--set simulation.downlink.median=", result.Error, StringComparison.Ordinal);
        Assert.Contains("--set simulation.computing.master=", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_folder_that_is_not_empty()
    {
        using TemporaryFolder temporary = new();
        temporary.Write("out/curves.csv", []);

        CliResult result = (await Cli.RunAsync(Arguments(temporary.At("out")))).MustEnd(ExitCodes.BadInput);

        Assert.Contains("is not empty", result.Error, StringComparison.Ordinal);
    }

    private static async Task<CliResult> CompareAsync(string folder, int code, params string[] arguments) =>
        (await Cli.RunAsync(Arguments(folder, arguments))).MustEnd(code);

    /// <summary>ADBO against its synchronous form on the small quadratic problem, two seeds, 40 steps.</summary>
    private static string[] Arguments(string folder, params string[] arguments) =>
    [
        "compare", $"a={Cli.Quadratic}", $"s={Cli.Quadratic}", "--out", folder, "--json",
        .. Cli.Set(Asynchronous, "s:participation.policy=synchronous", "stop.steps=40", "run.model-every=10", "participation.min-active=1"),
        .. arguments.Contains("--seeds") ? (string[])[] : ["--seeds", "2"],
        .. arguments,
    ];

    /// <summary>Interrupts the command when a line begins with certain words.</summary>
    private sealed class InterruptingWriter(string words, CancellationTokenSource interrupted) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(words, StringComparison.Ordinal) == true)
            {
                interrupted.Cancel();
            }
        }
    }
}
