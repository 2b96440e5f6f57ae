using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace ActorFed.Host.Observability;

/// <summary>Writes log entries, one line each, as text for people or as JSON for machines. Any thread.</summary>
/// <remarks>A log that cannot be written, as on a full disk, is said once and stops nothing.</remarks>
/// <param name="writer">Where to; flushed after each entry.</param>
/// <param name="options">How, and from which level on.</param>
/// <param name="clock">Gives entries their time.</param>
/// <param name="warn">Told once when an entry cannot be written.</param>
internal sealed partial class LogLines(TextWriter writer, LogOptions options, TimeProvider clock, Action<string> warn) : ILoggerProvider
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();
    private bool _hasWarned;

    private LogLevel Level => options.Level;

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
    }

    private void Write(LogLevel level, string name, LogEntry entry, Exception? failure)
    {
        string time = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        string message = Secret().Replace(entry.Message, "://***@");
        string? trace = failure is null ? null : Secret().Replace(failure.ToString(), "://***@");
        string line = options.Format == LogFormat.Json ? Json(time, level, name, entry, message, trace) : Text(time, level, name, entry, message, trace);
        lock (_gate)
        {
            try
            {
                writer.WriteLine(line);
                writer.Flush();
            }
            catch (IOException full)
            {
                Warn(full);
            }
        }
    }

    private void Warn(IOException full)
    {
        if (_hasWarned)
        {
            return;
        }

        _hasWarned = true;
        try
        {
            warn($"the log{(options.File is string file ? $" '{file}' (logs.file)" : "")} cannot be written: {full.Message} What goes on is not logged until it can. Said once.");
        }
        catch (IOException)
        {
            // That goes to the same full disk: there is nobody left to tell, and what is logged must not stop what works.
        }
    }

    private static string Json(string time, LogLevel level, string name, LogEntry entry, string message, string? trace)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line, Readable))
        {
            json.WriteStartObject();
            json.WriteString("time", time);
            json.WriteString("level", Word(level));
            json.WriteString("event", name);
            json.WriteString("message", message);
            foreach ((string key, string? value) in Origin(entry))
            {
                if (value is not null)
                {
                    json.WriteString(key, value);
                }
            }

            if (entry.Epoch is int epoch)
            {
                json.WriteNumber("epoch", epoch);
            }

            if (trace is not null)
            {
                json.WriteString("exception", trace);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
    }

    private static string Text(string time, LogLevel level, string name, LogEntry entry, string message, string? trace)
    {
        StringBuilder line = new($"{time} {Word(level),-11} {name}");
        foreach ((string key, string? value) in Origin(entry))
        {
            line.Append(value is null ? "" : $" {key}={value}");
        }

        line.Append(entry.Epoch is int epoch ? string.Create(CultureInfo.InvariantCulture, $" epoch={epoch}") : "");
        line.Append(": ").Append(message.ReplaceLineEndings(" "));
        line.Append(trace is null ? "" : $" | {trace.ReplaceLineEndings(" ")}");
        return line.ToString();
    }

    private static IEnumerable<(string Key, string? Value)> Origin(LogEntry entry) =>
        [("run", entry.Run), ("participant", entry.Participant?.ToString()), ("node", entry.Node)];

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };

    /// <summary>Name and password in an address, as libraries may show them in their messages.</summary>
    [GeneratedRegex(@"://[^/@\s:]*:[^/@\s]*@")]
    private static partial Regex Secret();

    private sealed class Category(LogLines lines, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= lines.Level;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                LogEntry entry = state as LogEntry ?? new LogEntry(formatter(state, exception), null, null, null, null);
                lines.Write(logLevel, eventId.Name ?? name, entry, exception);
            }
        }
    }
}
