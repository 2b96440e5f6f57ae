using System.Collections.Immutable;
using ActorFed.Algorithms.Bilevel.FedNest;
using P = ActorFed.Wire.V1.FedNest;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/fednest.proto</summary>
internal static class FedNestFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<FedNestBody.WorkerState, P.WorkerState>(
            "fednest.worker-state.v1",
            state => new() { Upper = Fields.Write(state.Upper), Lower = Fields.Write(state.Lower) },
            state => new() { Upper = Fields.Read(state.Upper), Lower = Fields.Read(state.Lower) }),
        ProtoFormat.Of<FedNestBody.BeginEpoch, P.BeginEpoch>(
            "fednest.begin-epoch.v1",
            begin => new() { Upper = Fields.Write(begin.Upper) },
            begin => new(Fields.Read(begin.Upper))),
        ProtoFormat.Of<FedNestBody.DifferentiateLower, P.DifferentiateLower>(
            "fednest.differentiate-lower.v1",
            differentiate => new() { Lower = Fields.Write(differentiate.Lower) },
            differentiate => new(Fields.Read(differentiate.Lower))),
        ProtoFormat.Of<FedNestBody.LowerDifferentiated, P.LowerDifferentiated>(
            "fednest.lower-differentiated.v1",
            differentiated => new() { Gradient = Fields.Write(differentiated.Gradient), Loss = differentiated.Loss },
            differentiated => new()
            {
                Gradient = Fields.Read(differentiated.Gradient),
                Loss = Fields.Read(differentiated.HasLoss, differentiated.Loss),
            }),
        ProtoFormat.Of<FedNestBody.StepLower, P.StepLower>(
            "fednest.step-lower.v1",
            step => new() { MeanGradient = Fields.Write(step.MeanGradient) },
            step => new(Fields.Read(step.MeanGradient))),
        ProtoFormat.Of<FedNestBody.LowerStepped, P.LowerStepped>(
            "fednest.lower-stepped.v1",
            stepped => new() { Lower = Fields.Write(stepped.Lower) },
            stepped => new(Fields.Read(stepped.Lower))),
        ProtoFormat.Of<FedNestBody.DifferentiateUpper, P.DifferentiateUpper>(
            "fednest.differentiate-upper.v1",
            differentiate => new() { Lower = Fields.Write(differentiate.Lower) },
            differentiate => new(Fields.Read(differentiate.Lower))),
        ProtoFormat.Of<FedNestBody.UpperDifferentiated, P.UpperDifferentiated>(
            "fednest.upper-differentiated.v1",
            differentiated => new() { Gradient = Fields.Write(differentiated.Gradient), Loss = differentiated.Loss },
            differentiated => new()
            {
                Gradient = Fields.Read(differentiated.Gradient),
                Loss = Fields.Read(differentiated.HasLoss, differentiated.Loss),
            }),
        ProtoFormat.Of<FedNestBody.MultiplyHessian, P.MultiplyHessian>(
            "fednest.multiply-hessian.v1",
            multiply => new() { Direction = Fields.Write(multiply.Direction) },
            multiply => new(Fields.Read(multiply.Direction))),
        ProtoFormat.Of<FedNestBody.HessianMultiplied, P.HessianMultiplied>(
            "fednest.hessian-multiplied.v1",
            multiplied => new() { Product = Fields.Write(multiplied.Product) },
            multiplied => new(Fields.Read(multiplied.Product))),
        ProtoFormat.Of<FedNestBody.DifferentiateTotal, P.DifferentiateTotal>(
            "fednest.differentiate-total.v1",
            differentiate => new() { Direction = Fields.Write(differentiate.Direction) },
            differentiate => new(Fields.Read(differentiate.Direction))),
        ProtoFormat.Of<FedNestBody.TotalDifferentiated, P.TotalDifferentiated>(
            "fednest.total-differentiated.v1",
            differentiated => new() { Hypergradient = Fields.Write(differentiated.Hypergradient) },
            differentiated => new(Fields.Read(differentiated.Hypergradient))),
        ProtoFormat.Of<FedNestBody.StepUpper, P.StepUpper>(
            "fednest.step-upper.v1",
            step => new() { MeanHypergradient = Fields.Write(step.MeanHypergradient) },
            step => new(Fields.Read(step.MeanHypergradient))),
        ProtoFormat.Of<FedNestBody.UpperStepped, P.UpperStepped>(
            "fednest.upper-stepped.v1",
            stepped => new() { Upper = Fields.Write(stepped.Upper) },
            stepped => new(Fields.Read(stepped.Upper))),
    ];
}
