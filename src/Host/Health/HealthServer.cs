using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ActorFed.Actors.Membership;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorFed.Host.Health;

/// <summary>Answers the probes of whoever keeps this process running: <c>/healthz</c>, is it alive; <c>/readyz</c>, can it take participants; and <c>/runs</c>, how the runs stand, where it knows.</summary>
/// <remarks>200: yes. 503: no; the body says why not. Anybody who reaches the port may ask, and nothing can be changed by asking.</remarks>
internal sealed class HealthServer : IAsyncDisposable
{
    private const int MaxConnections = 64; // probes are few, and a flood of them must not starve the node

    private readonly WebApplication _application;

    private HealthServer(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Urls.Single());

    /// <summary>Begins to answer, where the options say so.</summary>
    /// <param name="options">Where to listen.</param>
    /// <param name="source">Who knows how the process is.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <returns>The server; null where the port is 0.</returns>
    /// <exception cref="IOException">It cannot listen there.</exception>
    public static async Task<HealthServer?> StartAsync(HealthOptions options, IHealthSource source, CancellationToken cancellation) =>
        options.Port == 0 ? null : await StartAsync(new IPEndPoint(IPAddress.Parse(options.Address), options.Port), source, cancellation);

    /// <summary>Begins to answer.</summary>
    /// <param name="endpoint">Where to listen; port 0: any that is free.</param>
    /// <param name="source">Who knows how the process is.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="IOException">It cannot listen there.</exception>
    public static async Task<HealthServer> StartAsync(IPEndPoint endpoint, IHealthSource source, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, SignalsElsewhere>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Listen(endpoint, listen => listen.Protocols = HttpProtocols.Http1);
        });
        WebApplication application = builder.Build();
        application.Run(context => AnswerAsync(context, source));
        try
        {
            await application.StartAsync(cancellation);
            return new HealthServer(application);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await application.DisposeAsync();
            throw new IOException(
                $"Health probes cannot be answered on {endpoint} (health.address, health.port): {(failure.InnerException ?? failure).Message}. "
                + "Choose an address of this machine and a free port, or 0 for none.", failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static Task AnswerAsync(HttpContext context, IHealthSource source)
    {
        if (context.Request.Path.Value is not ("/healthz" or "/readyz" or "/runs"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return context.Response.WriteAsync("Ask for /healthz, /readyz or /runs.\n");
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }

        if (context.Request.Path.Value == "/runs")
        {
            return TellRunsAsync(context, source.Runs);
        }

        ImmutableArray<HealthCheck> checks = Checks(source, isReadiness: context.Request.Path.Value == "/readyz");
        bool isHealthy = checks.All(check => check.Problem is null);
        context.Response.StatusCode = isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new { isHealthy, checks });
    }

    private static Task TellRunsAsync(HttpContext context, IReadOnlyList<RunStanding>? runs)
    {
        if (runs is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return context.Response.WriteAsync("Only a node with node.engine = akka tells how runs stand; elsewhere ask: actorfed status RUN\n");
        }

        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new { runs });
    }

    // Who cannot tell how it is, is not well: the reason goes where the answer goes.
    private static ImmutableArray<HealthCheck> Checks(IHealthSource source, bool isReadiness)
    {
        try
        {
            HealthReport report = source.Read();
            return isReadiness ? [.. report.Alive, .. report.Ready] : report.Alive;
        }
        catch (Exception failure)
        {
            return [new HealthCheck("health", $"cannot be told: {failure.GetType().Name}: {failure.Message}")];
        }
    }

    /// <summary>Leaves signals to the command line: probes are answered until the node has drained.</summary>
    private sealed class SignalsElsewhere : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
