using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Observability;

/// <summary>What an entry of a <see cref="RunLog"/> says, and of whom.</summary>
internal sealed record LogEntry(string Message, string? Run, ParticipantId? Participant, int? Epoch, string? Node);
