using System.Collections.Immutable;
using ActorFed.Algorithms.Federated.AsdSvrg;
using P = ActorFed.Wire.V1.AsdSvrg;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/asdsvrg.proto</summary>
internal static class AsdSvrgFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<AsdSvrgBody.WorkerState, P.WorkerState>(
            "asdsvrg.worker-state.v1",
            state => new() { Snapshot = Fields.Write(state.Snapshot) },
            state => new(Fields.Read(state.Snapshot))),
        ProtoFormat.Of<AsdSvrgBody.TakeSnapshot, P.TakeSnapshot>(
            "asdsvrg.take-snapshot.v1",
            take => new() { Point = Fields.Write(take.Point) },
            take => new(Fields.Read(take.Point))),
        ProtoFormat.Of<AsdSvrgBody.SnapshotTaken, P.SnapshotTaken>("asdsvrg.snapshot-taken.v1", Write, Read),
        ProtoFormat.Of<AsdSvrgBody.Differentiate, P.Differentiate>(
            "asdsvrg.differentiate.v1",
            work => new() { Number = work.Number, Point = Fields.Write(work.Point) },
            work => new(work.Number, Fields.Read(work.Point))),
        ProtoFormat.Of<AsdSvrgBody.Differentiated, P.Differentiated>(
            "asdsvrg.differentiated.v1",
            report => new() { Difference = Fields.Write(report.Difference) },
            report => new(Fields.Read(report.Difference))),
    ];

    private static P.SnapshotTaken Write(AsdSvrgBody.SnapshotTaken taken)
    {
        P.SnapshotTaken written = new() { Gradient = Fields.Write(taken.Gradient), Loss = taken.Loss };
        if (taken.Lipschitz is double lipschitz)
        {
            written.Lipschitz = lipschitz;
        }

        return written;
    }

    private static AsdSvrgBody.SnapshotTaken Read(P.SnapshotTaken taken) => new()
    {
        Gradient = Fields.Read(taken.Gradient),
        Loss = Fields.Read(taken.HasLoss, taken.Loss),
        Lipschitz = taken.HasLipschitz ? taken.Lipschitz : null,
    };
}
