using System.Globalization;
using System.Text;
using ActorFed.Host;
using ActorFed.Host.Tests.Data;
using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary><c>engine.kind = rabbitmq</c> from the command line: runs, resumed and replayed, over a real broker.</summary>
public sealed class RunOverBrokerTests(PrivateBroker broker) : IClassFixture<PrivateBroker>, IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Comes_to_the_bits_of_a_run_within_the_process_also_when_resumed_and_replayed()
    {
        CliResult within = (await Cli.RunAsync(Cli.Run(_temporary.At("within"), 60))).MustEnd(ExitCodes.Success);
        (await RunAsync("across", 25)).MustEnd(ExitCodes.Success);

        CliResult resumed = (await Cli.RunAsync(
            ["run", "--resume", _temporary.At("across"), "--cluster", Cluster(), .. Cli.Set("stop.steps=60", "engine.mailbox-capacity=512"), "--json"])).MustEnd(ExitCodes.Success);
        CliResult replayed = (await Cli.RunAsync("replay", _temporary.At("across"), "--json")).MustEnd(ExitCodes.Success);

        Assert.Equal(Numbers(within), Numbers(resumed));
        Assert.Equal([25, 60], replayed.Json.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("steps").GetInt64()));
        Assert.True(replayed.Json.GetProperty("model").GetProperty("identical").GetBoolean());
        Assert.Contains("kind = rabbitmq", await File.ReadAllTextAsync(_temporary.At("across/plan.conf")), StringComparison.Ordinal);
        Assert.DoesNotContain("broker", await File.ReadAllTextAsync(_temporary.At("across/plan.conf")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replays_an_asynchronous_run_whose_broker_restarted_under_it()
    {
        Task<CliResult> running = RunAsync("lost", 300, "participation.policy=asynchronous", "run.record-every=1");
        await StepsAsync("lost");
        await broker.StopAsync();
        await broker.StartAsync();
        CliResult ended = (await running).MustEnd(ExitCodes.Success);

        CliResult replayed = (await Cli.RunAsync("replay", _temporary.At("lost"), "--json")).MustEnd(ExitCodes.Success);

        Assert.Equal(300, ended.Json.GetProperty("steps").GetInt64());
        Assert.True(replayed.Json.GetProperty("model").GetProperty("identical").GetBoolean());
    }

    [Fact]
    public async Task Goes_on_with_a_cancelled_run_whose_mailboxes_were_left()
    {
        using CancellationTokenSource stop = new();
        using StringWriter output = new();
        Task<int> running = new CommandLine(TextWriter.Synchronized(output), TextWriter.Synchronized(output), _ => null).InvokeAsync(
            Arguments("left", 100_000, "participation.policy=asynchronous", "run.record-every=1"), stop.Token);
        await StepsAsync("left");
        await stop.CancelAsync();
        Assert.Equal(ExitCodes.Cancelled, await running);
        long steps = (await Cli.RunAsync("status", _temporary.At("left"), "--json")).Json.GetProperty("steps").GetInt64();

        CliResult resumed = (await Cli.RunAsync(
            ["run", "--resume", _temporary.At("left"), "--cluster", Cluster(), .. Cli.Set($"stop.steps={steps + 50}"), "--json"])).MustEnd(ExitCodes.Success);
        CliResult replayed = (await Cli.RunAsync("replay", _temporary.At("left"), "--json")).MustEnd(ExitCodes.Success);

        Assert.Equal(steps + 50, resumed.Json.GetProperty("steps").GetInt64());
        Assert.True(replayed.Json.GetProperty("model").GetProperty("identical").GetBoolean());
        Assert.All(replayed.Json.GetProperty("parts").EnumerateArray(), part => Assert.True(part.GetProperty("isRepeatable").GetBoolean()));
    }

    [Theory]
    [InlineData("broker.port=1", "Check that it runs, and broker.host and broker.port.")]
    [InlineData("broker.host=no-such-host.invalid", "Check that it runs, and broker.host and broker.port.")]
    [InlineData("broker.host=\"amqp://u:word-in-clear@h\"", "broker.host")]
    [InlineData("broker.virtual-host=absent", "broker.virtual-host")]
    [InlineData("broker.user=nobody", "broker.user, which is 'nobody'")]
    [InlineData("broker.password=word-in-clear", "unknown key broker.password")]
    [InlineData("broker.password-file=/nowhere/secret", "'/nowhere/secret' (broker.password-file) cannot be read")]
    [InlineData("broker.password-file=none", "ACTORFED_BROKER_PASSWORD")]
    [InlineData("broker.tls=verify", "broker.tls = off speaks in clear")]
    [InlineData("broker.edge-users.hospital=[nurse]", "expected a participant such as master, worker-3 or neighbour-0; found \"nurse\"")]
    [InlineData("broker.wire.max-chunk-bytes=1KiB", "broker.wire.max-chunk-bytes is 1024; it must be in [4096,")]
    [InlineData("broker.max-back-off=10ms", "broker.max-back-off is 10ms; it must be at least broker.initial-back-off")]
    [InlineData("broker.prefix=a.b", "no dot")]
    [InlineData("engine.kind=rabbit-mq", "expected one of in-process, simulation, rabbitmq, akka; found \"rabbit-mq\"")]
    public async Task Starts_nothing_when_the_broker_cannot_be_used(string setting, string words)
    {
        string file = Cluster($"{setting}\n");
        bool isExperiments = setting.StartsWith("engine", StringComparison.Ordinal);

        CliResult result = isExperiments ? await RunAsync("none", 20, setting) : await Cli.RunAsync(Arguments(file, "none", 20));

        result.MustEnd(ExitCodes.BadInput);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("word-in-clear", setting.StartsWith("broker.password=", StringComparison.Ordinal) ? result.Error : "", StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temporary.At("none")));
    }

    [Fact]
    public async Task Shows_the_password_nowhere()
    {
        const string Secret = "pass-4711-word";
        string user = $"secretive-{Guid.NewGuid():n}";
        await broker.ControlAsync("add_user", user, Secret);
        await broker.ControlAsync("set_permissions", user, ".*", ".*", ".*");
        string file = Cluster($"broker.user = {user}\n", Secret);
        StringBuilder shown = new();

        CliResult run = (await Cli.RunAsync(Arguments(file, "run", 20))).MustEnd(ExitCodes.Success);
        CliResult refused = (await Cli.RunAsync(Arguments(Cluster("broker.user = nobody\n", Secret), "not", 20))).MustEnd(ExitCodes.BadInput);
        CliResult doctor = await Cli.RunAsync("doctor", "--cluster", file, "--json");
        foreach (CliResult result in (CliResult[])[run, refused, doctor])
        {
            shown.Append(result.Output).Append(result.Error);
        }

        foreach (string path in Directory.GetFiles(_temporary.At("run"), "*", SearchOption.AllDirectories))
        {
            shown.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path)));
        }

        Assert.Contains("adbo", shown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_the_password_from_the_environment()
    {
        string file = Cluster("broker.password-file = none\n");
        using StringWriter output = new();

        int code = await new CommandLine(output, output, name => name == "ACTORFED_BROKER_PASSWORD" ? PrivateBroker.Password : null).InvokeAsync(Arguments(file, "run", 20));

        Assert.True(code == ExitCodes.Success, output.ToString());
    }

    [Fact]
    public async Task Is_looked_at_by_the_doctor_where_it_is_named()
    {
        CliResult well = await Cli.RunAsync("doctor", "--cluster", Cluster());
        CliResult ill = (await Cli.RunAsync("doctor", "--cluster", Cluster("broker.virtual-host = absent\n"))).MustEnd(ExitCodes.Failed);
        CliResult silent = await Cli.RunAsync("doctor");

        Assert.Matches(@"ok +broker +127\.0\.0\.1:\d+, virtual host '/': RabbitMQ \d+\.\d+\.\d+, which answers and makes quorum queues", well.Output);
        Assert.Contains("Create the virtual host (rabbitmqctl add_vhost)", ill.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch("(ok|note|bad) +broker", silent.Output);
    }

    private static string Numbers(CliResult result) =>
        $"{result.Json.GetProperty("steps")} {result.Json.GetProperty("objectives")} {result.Json.GetProperty("metrics")}";

    /// <summary>Waits until a run has made steps, as its own record of them says.</summary>
    private async Task StepsAsync(string run)
    {
        using FileSystemWatcher watcher = new(_temporary.Path) { IncludeSubdirectories = true };
        TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            string metrics = _temporary.At($"{run}/metrics.csv");
            if (File.Exists(metrics) && File.ReadLines(metrics).Skip(3).Any())
            {
                written.TrySetResult();
            }
        }

        watcher.Changed += (_, _) => Look();
        watcher.EnableRaisingEvents = true;
        Look();
        await written.Task;
    }

    private Task<CliResult> RunAsync(string folder, int steps, params string[] settings) => Cli.RunAsync(Arguments(folder, steps, settings));

    private string[] Arguments(string folder, int steps, params string[] settings) => Arguments(Cluster(), folder, steps, settings);

    private string[] Arguments(string cluster, string folder, int steps, params string[] settings) =>
        [.. Cli.Run(_temporary.At(folder), steps, ["engine.kind=rabbitmq", .. settings]), "--cluster", cluster];

    /// <summary>A file that names the broker.</summary>
    private string Cluster(string more = "", string password = PrivateBroker.Password)
    {
        string secret = _temporary.Write($"secret-{password.Length}", Encoding.UTF8.GetBytes(password + "\n"));
        string text = string.Create(CultureInfo.InvariantCulture, $$"""
            broker {
              host = 127.0.0.1
              port = {{broker.Port}}
              user = {{PrivateBroker.User}}
              password-file = "{{secret}}"
              max-outage = 50s
            }

            {{more}}
            """);
        return _temporary.Write($"cluster-{Guid.NewGuid():n}.conf", Encoding.UTF8.GetBytes(text));
    }
}
