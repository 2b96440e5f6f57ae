using System.Collections.Immutable;
using ActorFed.Algorithms.Trilevel.Afto;
using P = ActorFed.Wire.V1.Afto;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/afto.proto</summary>
internal static class AftoFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<AftoBody.WorkerState, P.WorkerState>(
            "afto.worker-state.v1",
            state => new()
            {
                Upper = Fields.Write(state.Upper),
                Middle = Fields.Write(state.Middle),
                Lower = Fields.Write(state.Lower),
                ConsensusDual = Fields.Write(state.ConsensusDual),
                PlaneDuals = Fields.Write(state.PlaneDuals),
                MiddleSlopes = Fields.Write(state.MiddleSlopes),
                LowerSlopes = Fields.Write(state.LowerSlopes),
                Inner = state.Inner is null ? null : Write(state.Inner),
            },
            state => new()
            {
                Upper = Fields.Read(state.Upper),
                Middle = Fields.Read(state.Middle),
                Lower = Fields.Read(state.Lower),
                ConsensusDual = Fields.Read(state.ConsensusDual),
                PlaneDuals = Fields.Read(state.PlaneDuals),
                MiddleSlopes = Fields.Read(state.MiddleSlopes),
                LowerSlopes = Fields.Read(state.LowerSlopes),
                Inner = state.Inner is null ? null : Read(state.Inner),
            }),
        ProtoFormat.Of<AftoBody.Step, P.Step>(
            "afto.step.v1",
            step => new()
            {
                MasterStep = step.MasterStep,
                ConsensusDual = Fields.WriteOptional(step.ConsensusDual),
                PlaneDuals = Fields.WriteOptional(step.PlaneDuals),
            },
            step => new()
            {
                MasterStep = step.MasterStep,
                ConsensusDual = Fields.ReadOptional(step.ConsensusDual),
                PlaneDuals = Fields.ReadOptional(step.PlaneDuals),
            }),
        ProtoFormat.Of<AftoBody.Stepped, P.Stepped>(
            "afto.stepped.v1",
            stepped => new()
            {
                Upper = Fields.Write(stepped.Upper),
                Middle = Fields.Write(stepped.Middle),
                Lower = Fields.Write(stepped.Lower),
                UpperLoss = stepped.UpperLoss,
            },
            stepped => new()
            {
                Upper = Fields.Read(stepped.Upper),
                Middle = Fields.Read(stepped.Middle),
                Lower = Fields.Read(stepped.Lower),
                UpperLoss = Fields.Read(stepped.HasUpperLoss, stepped.UpperLoss),
            }),
        ProtoFormat.Of<AftoBody.LowerRound, P.LowerRound>(
            "afto.lower-round.v1",
            round => new()
            {
                MasterStep = round.MasterStep,
                Upper = Fields.WriteOptional(round.Upper),
                Middle = Fields.WriteOptional(round.Middle),
                Consensus = Fields.Write(round.Consensus),
                Dual = Fields.Write(round.Dual),
            },
            round => new()
            {
                MasterStep = round.MasterStep,
                Upper = Fields.ReadOptional(round.Upper),
                Middle = Fields.ReadOptional(round.Middle),
                Consensus = Fields.Read(round.Consensus),
                Dual = Fields.Read(round.Dual),
            }),
        ProtoFormat.Of<AftoBody.LowerStepped, P.LowerStepped>(
            "afto.lower-stepped.v1",
            stepped => new() { Lower = Fields.Write(stepped.Lower), LowerLoss = stepped.LowerLoss },
            stepped => new()
            {
                Lower = Fields.Read(stepped.Lower),
                LowerLoss = Fields.Read(stepped.HasLowerLoss, stepped.LowerLoss),
            }),
        ProtoFormat.Of<AftoBody.DifferentiateLower, P.DifferentiateLower>(
            "afto.differentiate-lower.v1",
            differentiate => new() { MasterStep = differentiate.MasterStep },
            differentiate => new() { MasterStep = differentiate.MasterStep }),
        ProtoFormat.Of<AftoBody.LowerDifferentiated, P.LowerDifferentiated>(
            "afto.lower-differentiated.v1",
            differentiated => new()
            {
                Upper = Fields.Write(differentiated.Upper),
                Middle = Fields.Write(differentiated.Middle),
            },
            differentiated => new(Fields.Read(differentiated.Upper), Fields.Read(differentiated.Middle))),
        ProtoFormat.Of<AftoBody.MiddleRound, P.MiddleRound>(
            "afto.middle-round.v1",
            round => new()
            {
                MasterStep = round.MasterStep,
                Consensus = Fields.Write(round.Consensus),
                Dual = Fields.Write(round.Dual),
            },
            round => new()
            {
                MasterStep = round.MasterStep,
                Consensus = Fields.Read(round.Consensus),
                Dual = Fields.Read(round.Dual),
            }),
        ProtoFormat.Of<AftoBody.MiddleStepped, P.MiddleStepped>(
            "afto.middle-stepped.v1",
            stepped => new() { Middle = Fields.Write(stepped.Middle), MiddleLoss = stepped.MiddleLoss },
            stepped => new()
            {
                Middle = Fields.Read(stepped.Middle),
                MiddleLoss = Fields.Read(stepped.HasMiddleLoss, stepped.MiddleLoss),
            }),
        ProtoFormat.Of<AftoBody.DifferentiateMiddle, P.DifferentiateMiddle>(
            "afto.differentiate-middle.v1",
            differentiate => new() { MasterStep = differentiate.MasterStep },
            differentiate => new() { MasterStep = differentiate.MasterStep }),
        ProtoFormat.Of<AftoBody.MiddleDifferentiated, P.MiddleDifferentiated>(
            "afto.middle-differentiated.v1",
            differentiated => new()
            {
                Upper = Fields.Write(differentiated.Upper),
                Lower = Fields.Write(differentiated.Lower),
            },
            differentiated => new(Fields.Read(differentiated.Upper), Fields.Read(differentiated.Lower))),
        ProtoFormat.Of<AftoBody.PlanesUpdated, P.PlanesUpdated>(
            "afto.planes-updated.v1",
            update => new()
            {
                MasterStep = update.MasterStep,
                Dropped = { update.Dropped },
                MiddleSlope = Fields.WriteOptional(update.MiddleSlope),
                LowerSlope = Fields.WriteOptional(update.LowerSlope),
                PlaneDuals = Fields.Write(update.PlaneDuals),
                ConsensusDual = Fields.Write(update.ConsensusDual),
                WantsGradients = update.WantsGradients,
            },
            update => new()
            {
                MasterStep = update.MasterStep,
                Dropped = [.. update.Dropped],
                MiddleSlope = Fields.ReadOptional(update.MiddleSlope),
                LowerSlope = Fields.ReadOptional(update.LowerSlope),
                PlaneDuals = Fields.Read(update.PlaneDuals),
                ConsensusDual = Fields.Read(update.ConsensusDual),
                WantsGradients = update.WantsGradients,
            }),
        ProtoFormat.Of<AftoBody.PlanesInstalled, P.PlanesInstalled>(
            "afto.planes-installed.v1",
            installed => new() { Gradients = installed.Gradients is null ? null : Write(installed.Gradients) },
            installed => new(installed.Gradients is null ? null : Read(installed.Gradients))),
    ];

    private static P.InnerTrace Write(AftoBody.InnerTrace trace) => new()
    {
        Upper = Fields.Write(trace.Upper),
        Middle = Fields.Write(trace.Middle),
        Lowers = Fields.Write(trace.Lowers),
        Middles = Fields.Write(trace.Middles),
    };

    private static AftoBody.InnerTrace Read(P.InnerTrace trace) => new()
    {
        Upper = Fields.Read(trace.Upper),
        Middle = Fields.Read(trace.Middle),
        Lowers = Fields.Read(trace.Lowers),
        Middles = Fields.Read(trace.Middles),
    };

    private static P.UpperGradients Write(AftoBody.UpperGradients gradients) => new()
    {
        Upper = Fields.Write(gradients.Upper),
        Middle = Fields.Write(gradients.Middle),
        Lower = Fields.Write(gradients.Lower),
    };

    private static AftoBody.UpperGradients Read(P.UpperGradients gradients) => new(Fields.Read(gradients.Upper), Fields.Read(gradients.Middle), Fields.Read(gradients.Lower));
}
