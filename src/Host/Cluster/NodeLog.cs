using System.Globalization;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Cluster;

/// <summary>What a node says while it runs, one line each. Any thread.</summary>
/// <param name="output">Where to.</param>
/// <param name="clock">The time of day.</param>
internal sealed class NodeLog(TextWriter output, TimeProvider clock)
{
    private readonly Lock _gate = new();

    /// <summary>Something that goes as it should.</summary>
    public void Say(string what, string? run = null, ParticipantId? participant = null) => Write("info", what, run, participant);

    /// <summary>Something that somebody should look at.</summary>
    public void Warn(string what, string? run = null, ParticipantId? participant = null) => Write("warning", what, run, participant);

    private void Write(string level, string what, string? run, ParticipantId? participant)
    {
        string of = run is null ? "" : participant is { } who ? $" [{run} {who}]" : $" [{run}]";
        lock (_gate)
        {
            output.WriteLine($"{clock.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {level}{of} {what}");
            output.Flush();
        }
    }
}
