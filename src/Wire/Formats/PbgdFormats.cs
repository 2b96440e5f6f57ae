using System.Collections.Immutable;
using ActorFed.Algorithms.Bilevel.Pbgd;
using P = ActorFed.Wire.V1.Pbgd;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/pbgd.proto</summary>
internal static class PbgdFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<PbgdBody.WorkerState, P.WorkerState>(
            "pbgd.worker-state.v1",
            state => new() { Number = state.Number, Upper = Fields.Write(state.Upper), Lower = Fields.Write(state.Lower) },
            state => new() { Number = state.Number, Upper = Fields.Read(state.Upper), Lower = Fields.Read(state.Lower) }),
        ProtoFormat.Of<PbgdBody.BeginStep, P.BeginStep>(
            "pbgd.begin-step.v1",
            begin => new()
            {
                Number = begin.Number,
                Weight = begin.Weight,
                Upper = Fields.Write(begin.Upper),
                Lower = Fields.Write(begin.Lower),
                Inner = Fields.Write(begin.Inner),
            },
            begin => new()
            {
                Number = begin.Number,
                Weight = Fields.Read(begin.HasWeight, begin.Weight),
                Upper = Fields.Read(begin.Upper),
                Lower = Fields.Read(begin.Lower),
                Inner = Fields.Read(begin.Inner),
            }),
        ProtoFormat.Of<PbgdBody.StepBegun, P.StepBegun>(
            "pbgd.step-begun.v1",
            begun => new()
            {
                Upper = Fields.Write(begun.Upper),
                Lower = Fields.Write(begun.Lower),
                Inner = Fields.Write(begun.Inner),
                UpperLoss = begun.UpperLoss,
                LowerLoss = begun.LowerLoss,
                InnerLoss = begun.InnerLoss,
            },
            begun => new()
            {
                Upper = Fields.Read(begun.Upper),
                Lower = Fields.Read(begun.Lower),
                Inner = Fields.Read(begun.Inner),
                UpperLoss = Fields.Read(begun.HasUpperLoss, begun.UpperLoss),
                LowerLoss = Fields.Read(begun.HasLowerLoss, begun.LowerLoss),
                InnerLoss = Fields.Read(begun.HasInnerLoss, begun.InnerLoss),
            }),
        ProtoFormat.Of<PbgdBody.DifferentiateInner, P.DifferentiateInner>(
            "pbgd.differentiate-inner.v1",
            differentiate => new() { Inner = Fields.Write(differentiate.Inner) },
            differentiate => new(Fields.Read(differentiate.Inner))),
        ProtoFormat.Of<PbgdBody.InnerDifferentiated, P.InnerDifferentiated>(
            "pbgd.inner-differentiated.v1",
            differentiated => new() { Gradient = Fields.Write(differentiated.Gradient) },
            differentiated => new(Fields.Read(differentiated.Gradient))),
        ProtoFormat.Of<PbgdBody.DifferentiateValue, P.DifferentiateValue>(
            "pbgd.differentiate-value.v1",
            differentiate => new() { Inner = Fields.Write(differentiate.Inner) },
            differentiate => new(Fields.Read(differentiate.Inner))),
        ProtoFormat.Of<PbgdBody.ValueDifferentiated, P.ValueDifferentiated>(
            "pbgd.value-differentiated.v1",
            differentiated => new() { Gradient = Fields.Write(differentiated.Gradient) },
            differentiated => new(Fields.Read(differentiated.Gradient))),
        ProtoFormat.Of<PbgdBody.MultiplyDirection, P.MultiplyDirection>(
            "pbgd.multiply-direction.v1",
            multiply => new() { Direction = Fields.Write(multiply.Direction) },
            multiply => new(Fields.Read(multiply.Direction))),
        ProtoFormat.Of<PbgdBody.DirectionMultiplied, P.DirectionMultiplied>(
            "pbgd.direction-multiplied.v1",
            multiplied => new() { Cross = Fields.Write(multiplied.Cross), Hessian = Fields.Write(multiplied.Hessian) },
            multiplied => new() { Cross = Fields.Read(multiplied.Cross), Hessian = Fields.Read(multiplied.Hessian) }),
    ];
}
