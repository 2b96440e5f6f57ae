using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using P = ActorFed.Wire.V1.Lifecycle;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/lifecycle.proto</summary>
internal static class LifecycleFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<LifecycleMessage.ParticipantRestarted, P.ParticipantRestarted>(
            "lifecycle.participant-restarted.v1",
            restarted => new() { Incarnation = restarted.Incarnation },
            restarted => new(restarted.Incarnation)),
        ProtoFormat.Of<LifecycleMessage.ParticipantStopped, P.ParticipantStopped>(
            "lifecycle.participant-stopped.v1",
            stopped => new() { Reason = stopped.Reason },
            stopped => new(stopped.Reason)),
    ];
}
