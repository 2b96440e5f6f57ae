using System.Collections.Immutable;
using P = ActorFed.Wire.V1.Control;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/control.proto</summary>
internal static class ControlFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<ControlMessage.WatchAsked, P.WatchAsked>("control.watch-asked.v1", _ => new(), _ => new()),
        ProtoFormat.Of<ControlMessage.StopAsked, P.StopAsked>(
            "control.stop-asked.v1",
            stop => new() { Reason = stop.Reason },
            stop => new(stop.Reason)),
        ProtoFormat.Of<ControlMessage.RunEnded, P.RunEnded>(
            "control.run-ended.v1",
            ended => new() { IsCompleted = ended.IsCompleted, Reason = ended.Reason },
            ended => new(ended.IsCompleted, ended.Reason)),
    ];
}
