using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ActorFed.Actors.Membership;
using ActorFed.Host.Health;
using Xunit;

namespace ActorFed.Host.Tests.Health;

public sealed class HealthServerTests : IDisposable
{
    private static readonly HealthCheck LoopTurns = new("membership", null);
    private static readonly HealthCheck BrokerAnswers = new("broker", null);

    private readonly HttpClient _client = new();

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("healthz", """{"isHealthy":true,"checks":[{"name":"membership","problem":null}]}""")]
    [InlineData("readyz", """{"isHealthy":true,"checks":[{"name":"membership","problem":null},{"name":"broker","problem":null}]}""")]
    public async Task Says_what_was_looked_at_when_all_is_well(string path, string body)
    {
        await using HealthServer server = await ServerAsync(() => Report([LoopTurns], [BrokerAnswers]));

        (HttpStatusCode status, string answer) = await GetAsync(server, path);

        Assert.Equal((HttpStatusCode.OK, body), (status, answer));
    }

    [Fact]
    public async Task Is_alive_but_not_ready_while_the_broker_is_away()
    {
        await using HealthServer server = await ServerAsync(() => Report([LoopTurns], [new("broker", "no answer from b:5671 for 4s")]));

        (HttpStatusCode alive, _) = await GetAsync(server, "healthz");
        (HttpStatusCode ready, string reason) = await GetAsync(server, "readyz");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (alive, ready));
        Assert.Equal(
            """{"isHealthy":false,"checks":[{"name":"membership","problem":null},{"name":"broker","problem":"no answer from b:5671 for 4s"}]}""", reason);
    }

    [Theory]
    [InlineData("healthz")]
    [InlineData("readyz")]
    public async Task Is_neither_alive_nor_ready_when_a_loop_stands_still(string path)
    {
        await using HealthServer server = await ServerAsync(() => Report([new("membership", "has not turned for 31s")], [BrokerAnswers]));

        (HttpStatusCode status, string reason) = await GetAsync(server, path);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("has not turned for 31s", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_anew_at_each_probe()
    {
        string? problem = "draining";
        await using HealthServer server = await ServerAsync(() => Report([], [new("node", problem)]));

        (HttpStatusCode before, _) = await GetAsync(server, "readyz");
        problem = null;
        (HttpStatusCode after, _) = await GetAsync(server, "readyz");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (before, after));
    }

    [Fact]
    public async Task Is_not_well_when_nobody_can_tell()
    {
        await using HealthServer server = await ServerAsync(() => throw new InvalidOperationException("no view yet"));

        (HttpStatusCode status, string reason) = await GetAsync(server, "healthz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("InvalidOperationException: no view yet", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_a_head_request_without_a_body()
    {
        await using HealthServer server = await ServerAsync(() => Report([new("membership", "stands still")], []));

        using HttpResponseMessage answer = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri(server.Address, "healthz")));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Refuses_to_be_told_anything()
    {
        await using HealthServer server = await ServerAsync(() => Report([], []));

        using HttpResponseMessage answer = await _client.PostAsync(new Uri(server.Address, "readyz"), new StringContent("draining"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("")]
    [InlineData("health")]
    [InlineData("healthz/")]
    [InlineData("HEALTHZ")]
    public async Task Knows_no_other_path(string path)
    {
        await using HealthServer server = await ServerAsync(() => Report([], []));

        (HttpStatusCode status, string answer) = await GetAsync(server, path);

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("Ask for /healthz, /readyz or /runs.\n", answer);
    }

    [Fact]
    public async Task Tells_how_runs_stand_where_the_node_knows()
    {
        RunStanding standing = new("run-1", "a", 41, new Dictionary<string, IReadOnlyList<string>> { ["a"] = ["master"], ["b"] = ["worker-0", "worker-1"] });
        await using HealthServer knows = await ServerAsync(() => Report([], []), [standing]);
        await using HealthServer knowsNot = await ServerAsync(() => Report([], []));

        (HttpStatusCode told, string runs) = await GetAsync(knows, "runs");
        (HttpStatusCode refused, string wayOut) = await GetAsync(knowsNot, "runs");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (told, refused));
        Assert.Equal("""{"runs":[{"run":"run-1","lead":"a","step":41,"hosts":{"a":["master"],"b":["worker-0","worker-1"]}}]}""", runs);
        Assert.Contains("actorfed status", wayOut, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_no_more_once_disposed()
    {
        HealthServer server = await ServerAsync(() => Report([], []));
        Uri address = server.Address;

        await server.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync(new Uri(address, "healthz")));
    }

    [Fact]
    public async Task Does_not_listen_on_port_0()
    {
        HealthServer? server = await HealthServer.StartAsync(new HealthOptions { Address = "127.0.0.1", Port = 0 }, new Source(() => Report([], [])), default);

        Assert.Null(server);
    }

    [Fact]
    public async Task Names_the_port_that_is_taken()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        IOException failure = await Assert.ThrowsAsync<IOException>(() =>
            HealthServer.StartAsync(new HealthOptions { Address = "127.0.0.1", Port = port }, new Source(() => Report([], [])), default));

        Assert.StartsWith($"Health probes cannot be answered on 127.0.0.1:{port} (health.address, health.port): ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("address already in use", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Names_the_address_that_is_not_of_this_machine()
    {
        HealthOptions options = new() { Address = "192.0.2.1", Port = 8080 }; // reserved for documentation: nobody has it

        IOException failure = await Assert.ThrowsAsync<IOException>(() => HealthServer.StartAsync(options, new Source(() => Report([], [])), default));

        Assert.StartsWith("Health probes cannot be answered on 192.0.2.1:8080 (health.address, health.port): ", failure.Message, StringComparison.Ordinal);
    }

    private static HealthReport Report(ImmutableArray<HealthCheck> alive, ImmutableArray<HealthCheck> ready) => new(alive, ready);

    private static Task<HealthServer> ServerAsync(Func<HealthReport> read, IReadOnlyList<RunStanding>? runs = null) =>
        HealthServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new Source(read, runs), default);

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(HealthServer server, string path)
    {
        using HttpResponseMessage answer = await _client.GetAsync(new Uri(server.Address, path));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private sealed class Source(Func<HealthReport> read, IReadOnlyList<RunStanding>? runs = null) : IHealthSource
    {
        public IReadOnlyList<RunStanding>? Runs => runs;

        public HealthReport Read() => read();
    }
}
