using System.Reflection;
using ActorFed.Actors;
using ActorFed.Host.Configuration;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ActorFed.Host.Observability;

/// <summary>Who sends.</summary>
/// <param name="Node">Name of the node, unique in its cluster.</param>
/// <param name="RunId">The run, where the process has just one.</param>
internal sealed record TelemetrySource(string Node, string? RunId = null);

/// <summary>Exports metrics and traces of this process by OTLP, from its start until it is disposed of.</summary>
/// <remarks>
/// Where <c>telemetry.otlp-endpoint</c> is none, the usual <c>OTEL_EXPORTER_OTLP_*</c> variables say where to and how; where these are
/// missing too, nothing is exported and nothing measured. What cannot be exported is said once and stops nothing.
/// </remarks>
internal sealed class Telemetry : IDisposable
{
    private static readonly string[] EndpointVariables =
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    /// <summary>Longest wait at the end for metrics, and again for traces.</summary>
    private static readonly TimeSpan MaxFarewell = TimeSpan.FromSeconds(3);

    private readonly ExportFaults _faults;
    private readonly MeterProvider _meters;
    private readonly TracerProvider? _traces;

    private Telemetry(ExportFaults faults, MeterProvider meters, TracerProvider? traces) => (_faults, _meters, _traces) = (faults, meters, traces);

    /// <summary>Begins to export, where options or environment say where to.</summary>
    /// <param name="options">The section <c>telemetry</c>.</param>
    /// <param name="source">Who sends.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <param name="warn">Told once when something cannot be exported.</param>
    /// <exception cref="ConfigurationException">The file of headers cannot be used.</exception>
    /// <returns>Null when nothing is exported.</returns>
    public static Telemetry? Start(TelemetryOptions options, TelemetrySource source, Func<string, string?> environment, Action<string> warn)
    {
        if (options.OtlpEndpoint is null && EndpointVariables.All(variable => string.IsNullOrEmpty(environment(variable))))
        {
            return null;
        }

        string? headers = ReadHeaders(options);
        ExportFaults faults = new(warn);
        ResourceBuilder resource = ResourceOf(source);
        MeterProvider meters = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Instruments.Name, "System.Runtime")
            .AddOtlpExporter((exporter, reader) =>
            {
                Configure(exporter, options, headers, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.ExportEvery.TotalMilliseconds;
            })
            .Build();
        TracerProvider? traces = options.TraceRatio == 0 ? null : Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceRatio)))
            .AddSource(Instruments.Name)
            .AddOtlpExporter(exporter => Configure(exporter, options, headers, "v1/traces"))
            .Build();
        return new Telemetry(faults, meters, traces);
    }

    /// <summary>The headers to send, in the form that the exporter takes; null: those of the environment.</summary>
    /// <exception cref="ConfigurationException">Their file cannot be used.</exception>
    public static string? ReadHeaders(TelemetryOptions options)
    {
        if (options.HeadersFile is not string file)
        {
            return null;
        }

        string[] lines;
        try
        {
            lines = [.. File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#'))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(new Origin(file), $"the headers (telemetry.headers-file) cannot be read: {failure.Message}");
        }

        foreach ((int index, string line) in lines.Index())
        {
            // The exporter takes all headers as one text and splits it at commas. What a line says is not shown: it is a secret.
            string? fault = line.IndexOf('=', StringComparison.Ordinal) < 1 ? "is no header; write one per line: name=value"
                : line.Contains(',', StringComparison.Ordinal) ? "has a comma, which cannot be sent; choose another token"
                : null;
            if (fault is not null)
            {
                throw new ConfigurationException(new Origin(file), $"entry {index + 1} {fault}");
            }
        }

        return string.Join(',', lines.Select(line =>
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            return $"{line[..equals].Trim()}={Uri.EscapeDataString(line[(equals + 1)..].Trim())}";
        }));
    }

    /// <summary>Exports what is left, for a few seconds at most, and ends.</summary>
    public void Dispose()
    {
        int patience = (int)MaxFarewell.TotalMilliseconds;
        bool isDone = _meters.Shutdown(patience);
        isDone &= _traces?.Shutdown(patience) ?? true;
        if (!isDone)
        {
            _faults.Tell($"the collector did not take the last of them within {MaxFarewell.TotalSeconds:0} s.");
        }

        _meters.Dispose();
        _traces?.Dispose();
        _faults.Dispose();
    }

    /// <summary>What is said of this process; OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME add to it and win.</summary>
    private static ResourceBuilder ResourceOf(TelemetrySource source)
    {
        string? version = typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        List<KeyValuePair<string, object>> attributes = [new("host.name", Environment.MachineName)];
        if (source.RunId is string run)
        {
            attributes.Add(new(Attributes.Run, run));
        }

        return ResourceBuilder.CreateEmpty()
            .AddTelemetrySdk()
            .AddService("actorfed", serviceVersion: version, serviceInstanceId: source.Node)
            .AddAttributes(attributes)
            .AddEnvironmentVariableDetector();
    }

    private static void Configure(OtlpExporterOptions exporter, TelemetryOptions options, string? headers, string path)
    {
        if (options.OtlpEndpoint is not string endpoint)
        {
            return; // the environment has it all
        }

        bool isHttp = options.Protocol == OtlpProtocol.HttpProtobuf;
        exporter.Endpoint = isHttp ? new Uri($"{endpoint.TrimEnd('/')}/{path}") : new Uri(endpoint);
        exporter.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        exporter.Headers = headers ?? exporter.Headers;
    }
}
