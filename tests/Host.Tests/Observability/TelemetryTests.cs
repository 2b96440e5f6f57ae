using System.Diagnostics;
using System.Text;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Observability;

/// <summary>All tests that export are in this class, one after the other: the exporter's faults belong to the process.</summary>
public sealed class TelemetryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2); // only a program that hangs needs it

    [Fact]
    public async Task Exports_the_metrics_of_a_run_with_names_units_and_attributes()
    {
        using TemporaryFolder temporary = new();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();

        CliResult result = await RunAsync(temporary.At("metrics-run"), To(receiver));

        Assert.Equal("", result.Error);
        IReadOnlyList<Point> points = receiver.PointsOf("metrics-run");
        Assert.Equal(
            [
                "actorfed.measure ", "actorfed.oracle.duration s", "actorfed.sent.size By", "actorfed.snapshot.duration s",
                "actorfed.snapshot.size By", "actorfed.staleness {step}", "actorfed.steps {step}", "actorfed.turn.duration s", "actorfed.workers.alive {participant}",
            ],
            points.Select(point => $"{point.Metric} {point.Unit}").Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(40, Assert.Single(points, point => point.Metric == "actorfed.steps").Value);
        Assert.Equal(4, Assert.Single(points, point => point.Metric == "actorfed.workers.alive").Value);
        Assert.Equal(
            result.Json.GetProperty("bytesSent").GetInt64(), points.Where(point => point.Metric == "actorfed.sent.size").Sum(point => point.Value));
        Assert.Contains(points, point => point.Metric == "actorfed.turn.duration"
            && point.Attributes["actorfed.role"] == "worker" && point.Attributes["actorfed.entry"] == "received" && point.Count >= 40);
        Assert.Contains(points, point => point.Metric == "actorfed.oracle.duration" && point.Attributes["actorfed.query"] == "upper-loss");
    }

    [Fact]
    public async Task Says_who_sends_and_sends_the_headers_of_the_file()
    {
        using TemporaryFolder temporary = new();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        string headers = temporary.Write("headers", "# of the collector\nauthorization = Bearer a=b%2Cc\n"u8.ToArray());

        await RunAsync(temporary.At("resource-run"), [.. To(receiver), $"telemetry.headers-file=\"{headers}\""]);

        Assert.Equal("Bearer a=b%2Cc", receiver.Requests.First().Authorization);
        IReadOnlyDictionary<string, string> resource = receiver.Resource;
        Assert.Equal(("actorfed", "resource-run"), (resource["service.name"], resource["actorfed.run.id"]));
        Assert.StartsWith("0.1.0", resource["service.version"], StringComparison.Ordinal);
        Assert.Equal((Environment.MachineName, Environment.MachineName), (resource["host.name"], resource["service.instance.id"]));
    }

    [Fact]
    public async Task Exports_traces_that_follow_messages_from_the_master_to_workers_and_back()
    {
        using TemporaryFolder temporary = new();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();

        await RunAsync(temporary.At("traced-run"), [.. To(receiver), "telemetry.trace-ratio=1"]);

        Dictionary<string, Span> spans = receiver.SpansOf("traced-run").ToDictionary(span => span.Id);
        Span[] thereAndBack = [.. spans.Values.Where(span => Participant(span) == "master"
            && spans.TryGetValue(span.ParentId, out Span? worker) && Participant(worker).StartsWith("worker-", StringComparison.Ordinal)
            && spans.TryGetValue(worker.ParentId, out Span? first) && Participant(first) == "master" && first.TraceId == span.TraceId)];
        Assert.NotEmpty(thereAndBack);
        Assert.All(spans.Values, span => Assert.True(span.Name is "start" or "timer" || span.Name.StartsWith("receive ", StringComparison.Ordinal), span.Name));
    }

    [Fact]
    public async Task Exports_no_traces_unless_asked_to()
    {
        using TemporaryFolder temporary = new();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();

        await RunAsync(temporary.At("run"), To(receiver));

        Assert.All(receiver.Requests, request => Assert.Equal("/v1/metrics", request.Path));
    }

    [Fact]
    public async Task Exports_by_gRPC()
    {
        using TemporaryFolder temporary = new();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(isGrpc: true);

        CliResult result = await RunAsync(temporary.At("grpc-run"), [$"telemetry.otlp-endpoint=\"{receiver.Url}\"", "telemetry.protocol=grpc"]);

        Assert.Equal("", result.Error);
        Assert.Contains(receiver.PointsOf("grpc-run"), point => point is { Metric: "actorfed.steps", Value: 40 });
    }

    [Fact]
    public async Task Exports_nothing_of_a_simulation()
    {
        using TemporaryFolder temporary = new();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();

        await RunAsync(temporary.At("run"), [.. To(receiver), "engine.kind=simulation"]);

        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task Leaves_its_settings_out_of_the_plan()
    {
        using TemporaryFolder temporary = new();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();

        await RunAsync(temporary.At("run"), To(receiver));

        string plan = File.ReadAllText(temporary.At("run/plan.conf"));
        Assert.DoesNotContain("telemetry", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("logs", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goes_on_without_a_collector_and_says_once_why()
    {
        using TemporaryFolder temporary = new();
        OtlpReceiver gone = await OtlpReceiver.StartAsync();
        string[] settings = [.. To(gone), "telemetry.trace-ratio=1", "telemetry.export-every=100ms"];
        await gone.DisposeAsync();

        CliResult result = await RunAsync(temporary.At("run"), settings);

        Assert.StartsWith("warning: metrics and traces cannot be exported: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("Connection refused", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Goes_on_when_the_collector_refuses_and_shows_no_header()
    {
        using TemporaryFolder temporary = new();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(status: 401);
        string headers = temporary.Write("headers", "authorization=Bearer hidden-token"u8.ToArray());

        CliResult result = await RunAsync(temporary.At("run"), [.. To(receiver), $"telemetry.headers-file=\"{headers}\""]);

        Assert.Contains("401", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("hidden-token", result.Error + result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_the_usual_variables_of_the_environment()
    {
        using TemporaryFolder temporary = new();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        ProcessStartInfo start = new(
            Environment.ProcessPath!, [Path.Combine(AppContext.BaseDirectory, "actorfed.dll"), .. Cli.Run(temporary.At("environment-run"), steps: 40)])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Url,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer of-the-environment",
                ["OTEL_SERVICE_NAME"] = "my-training",
            },
        };
        using CancellationTokenSource patience = new(Patience);

        using Process program = Process.Start(start)!;
        await program.StandardOutput.ReadToEndAsync(patience.Token);
        await program.WaitForExitAsync(patience.Token);

        Assert.Equal(ExitCodes.Success, program.ExitCode);
        Assert.Equal("Bearer of-the-environment", receiver.Requests.First().Authorization);
        Assert.Contains(receiver.PointsOf("environment-run"), point => point is { Metric: "actorfed.steps", Value: 40 });
        Assert.Equal("my-training", receiver.Resource["service.name"]);
    }

    [Theory]
    [InlineData("telemetry.otlp-endpoint", "telemetry.otlp-endpoint=collector")]
    [InlineData("telemetry.otlp-endpoint", "telemetry.otlp-endpoint=\"ftp://collector\"")]
    [InlineData("telemetry.headers-file", "telemetry.otlp-endpoint=\"http://name:hidden@collector\"")]
    [InlineData("telemetry.otlp-endpoint is none", "telemetry.headers-file=headers")]
    [InlineData("telemetry.export-every", "telemetry.export-every=1ms")]
    [InlineData("telemetry.export-every", "telemetry.export-every=2h")]
    [InlineData("telemetry.trace-ratio", "telemetry.trace-ratio=1.5")]
    [InlineData("telemetry.trace-ratio", "telemetry.trace-ratio=-1")]
    [InlineData("telemetry.links-by", "telemetry.links-by=message")]
    [InlineData("logs.level", "logs.level=loud")]
    [InlineData("logs.format", "logs.format=xml")]
    [InlineData("telemetry.headers-file", "telemetry.otlp-endpoint=\"http://127.0.0.1:9\"", "telemetry.headers-file=nowhere")]
    [InlineData("logs.file", "logs.file=\"nowhere/log\"")]
    public async Task Refuses_settings_that_are_wrong_before_the_run(string named, params string[] settings)
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await Cli.RunAsync(Cli.Run(temporary.At("run"), steps: 40, settings))).MustEnd(ExitCodes.BadInput);

        Assert.False(Directory.Exists(temporary.At("run")));
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=b\nhidden-token", "entry 2 is no header")]
    [InlineData("# tokens\n=hidden-token", "entry 1 is no header")]
    [InlineData("authorization=hidden-token,b", "entry 1 has a comma")]
    public async Task Refuses_a_line_that_is_no_header_and_does_not_show_it(string text, string fault)
    {
        using TemporaryFolder temporary = new();
        string headers = temporary.Write("headers", Encoding.UTF8.GetBytes(text));

        CliResult result = (await Cli.RunAsync(Cli.Run(
            temporary.At("run"), steps: 40, "telemetry.otlp-endpoint=\"http://127.0.0.1:9\"", $"telemetry.headers-file=\"{headers}\""))).MustEnd(ExitCodes.BadInput);

        Assert.Contains($"{headers}: {fault}", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-token", result.Error, StringComparison.Ordinal);
    }

    private static string[] To(OtlpReceiver receiver) => [$"telemetry.otlp-endpoint=\"{receiver.Url}\"", "telemetry.protocol=http-protobuf"];

    private static async Task<CliResult> RunAsync(string folder, string[] settings) =>
        (await Cli.RunAsync(Cli.Run(folder, steps: 40, settings))).MustEnd(ExitCodes.Success);

    private static string Participant(Span span) => span.Attributes["actorfed.participant"];
}
