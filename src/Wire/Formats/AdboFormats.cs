using System.Collections.Immutable;
using ActorFed.Algorithms.Bilevel.Adbo;
using P = ActorFed.Wire.V1.Adbo;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/adbo.proto</summary>
internal static class AdboFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<AdboBody.WorkerState, P.WorkerState>(
            "adbo.worker-state.v1",
            state => new()
            {
                Upper = Fields.Write(state.Upper),
                Lower = Fields.Write(state.Lower),
                LowerBefore = Fields.Write(state.LowerBefore),
                ConsensusDual = Fields.Write(state.ConsensusDual),
                PlaneDuals = Fields.Write(state.PlaneDuals),
                PlaneSlopes = Fields.Write(state.PlaneSlopes),
                Inner = state.Inner is null ? null : Write(state.Inner),
            },
            state => new()
            {
                Upper = Fields.Read(state.Upper),
                Lower = Fields.Read(state.Lower),
                LowerBefore = Fields.Read(state.LowerBefore),
                ConsensusDual = Fields.Read(state.ConsensusDual),
                PlaneDuals = Fields.Read(state.PlaneDuals),
                PlaneSlopes = Fields.Read(state.PlaneSlopes),
                Inner = state.Inner is null ? null : Read(state.Inner),
            }),
        ProtoFormat.Of<AdboBody.Step, P.Step>(
            "adbo.step.v1",
            step => new()
            {
                ConsensusDual = Fields.WriteOptional(step.ConsensusDual),
                PlaneDuals = Fields.WriteOptional(step.PlaneDuals),
            },
            step => new()
            {
                ConsensusDual = Fields.ReadOptional(step.ConsensusDual),
                PlaneDuals = Fields.ReadOptional(step.PlaneDuals),
            }),
        ProtoFormat.Of<AdboBody.Stepped, P.Stepped>(
            "adbo.stepped.v1",
            stepped => new()
            {
                Upper = Fields.Write(stepped.Upper),
                Lower = Fields.Write(stepped.Lower),
                UpperLoss = stepped.UpperLoss,
            },
            stepped => new()
            {
                Upper = Fields.Read(stepped.Upper),
                Lower = Fields.Read(stepped.Lower),
                UpperLoss = Fields.Read(stepped.HasUpperLoss, stepped.UpperLoss),
            }),
        ProtoFormat.Of<AdboBody.InnerRound, P.InnerRound>(
            "adbo.inner-round.v1",
            round => new()
            {
                Upper = Fields.WriteOptional(round.Upper),
                Consensus = Fields.Write(round.Consensus),
                Dual = Fields.Write(round.Dual),
            },
            round => new()
            {
                Upper = Fields.ReadOptional(round.Upper),
                Consensus = Fields.Read(round.Consensus),
                Dual = Fields.Read(round.Dual),
            }),
        ProtoFormat.Of<AdboBody.InnerStepped, P.InnerStepped>(
            "adbo.inner-stepped.v1",
            stepped => new() { Lower = Fields.Write(stepped.Lower), LowerLoss = stepped.LowerLoss },
            stepped => new()
            {
                Lower = Fields.Read(stepped.Lower),
                LowerLoss = Fields.Read(stepped.HasLowerLoss, stepped.LowerLoss),
            }),
        ProtoFormat.Of<AdboBody.DifferentiatePlane, P.DifferentiatePlane>(
            "adbo.differentiate-plane.v1",
            differentiate => new()
            {
                Consensus = Fields.WriteOptional(differentiate.Consensus),
                Dual = Fields.WriteOptional(differentiate.Dual),
            },
            differentiate => new()
            {
                Consensus = Fields.ReadOptional(differentiate.Consensus),
                Dual = Fields.ReadOptional(differentiate.Dual),
            }),
        ProtoFormat.Of<AdboBody.PlaneDifferentiated, P.PlaneDifferentiated>(
            "adbo.plane-differentiated.v1",
            differentiated => new() { Slope = Fields.Write(differentiated.Slope) },
            differentiated => new(Fields.Read(differentiated.Slope))),
        ProtoFormat.Of<AdboBody.PlanesUpdated, P.PlanesUpdated>(
            "adbo.planes-updated.v1",
            update => new()
            {
                Dropped = { update.Dropped },
                Slope = Fields.WriteOptional(update.Slope),
                PlaneDuals = Fields.Write(update.PlaneDuals),
                ConsensusDual = Fields.Write(update.ConsensusDual),
                WantsGradients = update.WantsGradients,
            },
            update => new()
            {
                Dropped = [.. update.Dropped],
                Slope = Fields.ReadOptional(update.Slope),
                PlaneDuals = Fields.Read(update.PlaneDuals),
                ConsensusDual = Fields.Read(update.ConsensusDual),
                WantsGradients = update.WantsGradients,
            }),
        ProtoFormat.Of<AdboBody.PlanesInstalled, P.PlanesInstalled>(
            "adbo.planes-installed.v1",
            installed => new()
            {
                UpperGradient = Fields.WriteOptional(installed.UpperGradient),
                LowerGradient = Fields.WriteOptional(installed.LowerGradient),
            },
            installed => new()
            {
                UpperGradient = Fields.ReadOptional(installed.UpperGradient),
                LowerGradient = Fields.ReadOptional(installed.LowerGradient),
            }),
    ];

    private static P.InnerTrace Write(AdboBody.InnerTrace trace) => new() { Upper = Fields.Write(trace.Upper), Lowers = Fields.Write(trace.Lowers) };

    private static AdboBody.InnerTrace Read(P.InnerTrace trace) => new() { Upper = Fields.Read(trace.Upper), Lowers = Fields.Read(trace.Lowers) };
}
