using System.Collections.Immutable;
using ActorFed.Algorithms.Bilevel.BlJust;
using P = ActorFed.Wire.V1.Joint;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/joint.proto</summary>
internal static class BlJustFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<BlJustBody.WorkerState, P.WorkerState>("joint.worker-state.v1", _ => new(), _ => new()),
        ProtoFormat.Of<BlJustBody.Differentiate, P.Differentiate>(
            "joint.differentiate.v1",
            work => new()
            {
                Number = work.Number,
                Phase = (P.JointPhase)work.Phase,
                Weight = work.Weight,
                Shared = Fields.Write(work.Shared),
                Head = Fields.Write(work.Head),
                Own = Fields.Write(work.Own),
            },
            work => new()
            {
                Number = work.Number,
                Phase = (JointPhase)work.Phase,
                Weight = Fields.Read(work.HasWeight, work.Weight),
                Shared = Fields.Read(work.Shared),
                Head = Fields.Read(work.Head),
                Own = Fields.Read(work.Own),
            }),
        ProtoFormat.Of<BlJustBody.Differentiated, P.Differentiated>(
            "joint.differentiated.v1",
            report => new()
            {
                SharedOfSupervised = Fields.Write(report.SharedOfSupervised),
                SharedOfUnsupervised = Fields.Write(report.SharedOfUnsupervised),
                Head = Fields.Write(report.Head),
                Own = Fields.Write(report.Own),
                LabelledExamples = report.LabelledExamples,
                UnlabelledExamples = report.UnlabelledExamples,
                SupervisedLoss = report.SupervisedLoss,
                UnsupervisedLoss = report.UnsupervisedLoss,
            },
            report => new()
            {
                SharedOfSupervised = Fields.Read(report.SharedOfSupervised),
                SharedOfUnsupervised = Fields.Read(report.SharedOfUnsupervised),
                Head = Fields.Read(report.Head),
                Own = Fields.Read(report.Own),
                LabelledExamples = report.LabelledExamples,
                UnlabelledExamples = report.UnlabelledExamples,
                SupervisedLoss = Fields.Read(report.HasSupervisedLoss, report.SupervisedLoss),
                UnsupervisedLoss = Fields.Read(report.HasUnsupervisedLoss, report.UnsupervisedLoss),
            }),
    ];
}
