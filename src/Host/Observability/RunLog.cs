using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorFed.Host.Observability;

/// <summary>The log of this process, for programs that nobody watches: what happens, to whom, in which run and on which node.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly ILogger? _logger; // null: nothing is logged
    private readonly string? _run;
    private readonly string? _node;
    private readonly IDisposable? _owned;

    private RunLog(ILogger? logger, string? run, string? node, IDisposable? owned) => (_logger, _run, _node, _owned) = (logger, run, node, owned);

    /// <summary>A log of nothing.</summary>
    public static RunLog Silent { get; } = new(null, null, null, null);

    /// <summary>Opens the log.</summary>
    /// <param name="options">The section <c>logs</c>.</param>
    /// <param name="terminal">Where entries go when they go to no file; null: nowhere, since people read there.</param>
    /// <param name="node">Name of the node.</param>
    /// <param name="clock">Gives entries their time.</param>
    /// <param name="warn">Told once when an entry cannot be written.</param>
    /// <exception cref="ConfigurationException">The file cannot be opened.</exception>
    public static RunLog Open(LogOptions options, TextWriter? terminal, string? node, TimeProvider clock, Action<string> warn)
    {
        TextWriter? file = options.File is string path ? Append(path) : null;
        return (file ?? terminal) is TextWriter writer
            ? new RunLog(new LogLines(writer, options, clock, warn).CreateLogger("actorfed"), null, node, file)
            : Silent;
    }

    /// <summary>The same log; entries name the run.</summary>
    public RunLog Of(string run) => new(_logger, run, _node, owned: null);

    /// <summary>Makes an entry.</summary>
    /// <param name="level">How much it matters.</param>
    /// <param name="name">Its kind, such as <c>node-joined</c>.</param>
    /// <param name="message">What happened, as a sentence.</param>
    /// <param name="participant">To whom.</param>
    /// <param name="epoch">In which incarnation.</param>
    /// <param name="failure">The exception behind it.</param>
    public void Write(LogLevel level, string name, string message, ParticipantId? participant = null, int? epoch = null, Exception? failure = null)
    {
        if (_logger is not null && _logger.IsEnabled(level))
        {
            _logger.Log(level, new EventId(0, name), new LogEntry(message, _run, participant, epoch, _node), failure, static (entry, _) => entry.Message);
        }
    }

    /// <summary>A snapshot was stored, or found damaged.</summary>
    public void Noticed(SnapshotNotice notice) => Write(
        notice.Damage is null ? LogLevel.Debug : LogLevel.Warning,
        notice.Damage is null ? "snapshot-stored" : "snapshot-damaged",
        notice.ToString(),
        notice.Participant);

    /// <summary>Closes the file, where there is one.</summary>
    public void Dispose() => _owned?.Dispose();

    private static StreamWriter Append(string path)
    {
        try
        {
            return new StreamWriter(path, append: true, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(new Origin(path), $"the log (logs.file) cannot be opened: {failure.Message}");
        }
    }
}
