using System.Diagnostics.Tracing;
using System.Globalization;

namespace ActorFed.Host.Observability;

/// <summary>Listens to what OpenTelemetry says of itself, and hands the first fault on.</summary>
internal sealed class ExportFaults : EventListener
{
    private readonly Action<string>? _warn; // the base's constructor already calls OnEventSourceCreated
    private int _hasWarned;

    public ExportFaults(Action<string> warn)
    {
        _warn = warn;
        foreach (EventSource source in EventSource.GetSources())
        {
            Listen(source);
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (_warn is not null)
        {
            Listen(eventSource);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData) => Tell(Word(eventData));

    /// <summary>Something could not be exported; only the first cause is handed on.</summary>
    /// <param name="cause">Why, as a sentence.</param>
    public void Tell(string cause)
    {
        if (_warn is not null && Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            _warn($"metrics and traces cannot be exported: {cause} The run is not affected. Check telemetry.otlp-endpoint and "
                + "telemetry.protocol, or OTEL_EXPORTER_OTLP_*, and the collector. Said once.");
        }
    }

    private void Listen(EventSource source)
    {
        switch (source.Name)
        {
            case "OpenTelemetry-Exporter-OpenTelemetryProtocol":
                EnableEvents(source, EventLevel.Warning);
                break;
            case "OpenTelemetry-Sdk":
                EnableEvents(source, EventLevel.Error); // it warns of meters, too, that nobody asked for
                break;
        }
    }

    /// <summary>The event as a sentence, without stack traces.</summary>
    private static string Word(EventWrittenEventArgs fault)
    {
        object?[] values = [.. (fault.Payload ?? []).Select(value => value is string text ? text.Split('\n')[0].Trim() : value)];
        string words = fault.Message is string form ? string.Format(CultureInfo.InvariantCulture, form, values) : string.Join(", ", values);
        return $"{words.TrimEnd('.')}.";
    }
}
