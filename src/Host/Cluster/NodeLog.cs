using ActorFed.Algorithms.Core;
using ActorFed.Host.Observability;
using Microsoft.Extensions.Logging;

namespace ActorFed.Host.Cluster;

/// <summary>What a node says while it runs. Any thread.</summary>
/// <param name="log">Where to.</param>
internal sealed class NodeLog(RunLog log)
{
    /// <summary>Something that goes as it should.</summary>
    public void Say(string what, string? run = null, ParticipantId? participant = null) => Write(LogLevel.Information, what, run, participant);

    /// <summary>Something that somebody should look at.</summary>
    public void Warn(string what, string? run = null, ParticipantId? participant = null) => Write(LogLevel.Warning, what, run, participant);

    private void Write(LogLevel level, string what, string? run, ParticipantId? participant) =>
        (run is null ? log : log.Of(run)).Write(level, participant is null ? "node" : "placement", what, participant);
}
