using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ActorFed.Host.Tests.Observability;

/// <summary>A data point: of a gauge or a sum its value, of a histogram the number of values and their sum.</summary>
internal sealed record Point(string Metric, string Unit, double Value, ulong Count, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A span.</summary>
internal sealed record Span(string Name, string TraceId, string Id, string ParentId, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A request as it came.</summary>
internal sealed record OtlpRequest(string Path, string? Authorization, byte[] Body);

/// <summary>A collector on a free loopback port. It takes OTLP over HTTP or gRPC; field numbers are those of opentelemetry-proto.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(bool isGrpc, int status)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            Requests.Enqueue(new OtlpRequest(context.Request.Path, context.Request.Headers.Authorization, body.ToArray()[(isGrpc ? 5 : 0)..])); // flag and length
            context.Response.StatusCode = status;
            if (isGrpc)
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[5]); // an empty answer
                context.Response.AppendTrailer("grpc-status", "0");
            }
        });
    }

    public string Url => _app.Urls.Single();

    public ConcurrentQueue<OtlpRequest> Requests { get; } = [];

    public static async Task<OtlpReceiver> StartAsync(bool isGrpc = false, int status = 200)
    {
        OtlpReceiver receiver = new(isGrpc, status);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>What was said of the sender of the metrics.</summary>
    public IReadOnlyDictionary<string, string> Resource => AttributesOf(Metrics.Last().Messages(1).Single(), 1);

    /// <summary>The newest state of each metric of a run; sums and histograms add up from the start of the program.</summary>
    public IReadOnlyList<Point> PointsOf(string run) =>
    [
        .. Metrics.Last().Messages(2).SelectMany(scope => scope.Messages(2)).SelectMany(PointsOf).Where(point => point.Attributes.GetValueOrDefault("actorfed.run.id") == run),
    ];

    public IReadOnlyList<Span> SpansOf(string run) =>
    [
        .. Of("/v1/traces").SelectMany(resource => resource.Messages(2)).SelectMany(scope => scope.Messages(2))
            .Select(span => new Span(span.Text(5), Convert.ToHexString(span.Bytes(1)), Convert.ToHexString(span.Bytes(2)), Convert.ToHexString(span.Bytes(4)), AttributesOf(span, 9)))
            .Where(span => span.Attributes.GetValueOrDefault("actorfed.run.id") == run),
    ];

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IEnumerable<ProtoFields> Metrics => Of("/v1/metrics").Concat(Of("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"));

    private IEnumerable<ProtoFields> Of(string path) =>
        Requests.Where(request => request.Path == path).SelectMany(request => new ProtoFields(request.Body).Messages(1));

    private static IEnumerable<Point> PointsOf(ProtoFields metric)
    {
        (string name, string unit) = (metric.Text(1), metric.Text(3));
        foreach (ProtoFields point in metric.Messages(5).Concat(metric.Messages(7)).SelectMany(data => data.Messages(1)))
        {
            double value = point.Has(4) ? BitConverter.UInt64BitsToDouble(point.Number(4)) : point.Number(6);
            yield return new Point(name, unit, value, 1, AttributesOf(point, 7));
        }

        foreach (ProtoFields point in metric.Messages(9).SelectMany(data => data.Messages(1)))
        {
            yield return new Point(name, unit, BitConverter.UInt64BitsToDouble(point.Number(5)), point.Number(4), AttributesOf(point, 9));
        }
    }

    private static Dictionary<string, string> AttributesOf(ProtoFields message, int number) =>
        message.Messages(number).ToDictionary(pair => pair.Text(1), pair => pair.Messages(2).Single().Has(1) ? pair.Messages(2).Single().Text(1) : "");
}
