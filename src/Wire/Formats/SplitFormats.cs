using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Graph;
using Google.Protobuf;
using G = ActorFed.Wire.V1.Graph;
using P = ActorFed.Wire.V1.Split;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/split.proto</summary>
internal static class SplitFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<SplitBody.WorkerState, P.WorkerState>(
            "split.worker-state.v1",
            state => new() { Number = state.Number, ClientPart = Fields.Write(state.ClientPart) },
            state => new() { Number = state.Number, ClientPart = Fields.Read(state.ClientPart) }),
        ProtoFormat.Of<SplitBody.Activate, P.Activate>(
            "split.activate.v1",
            activate => new() { Number = activate.Number, ClientPart = Fields.Write(activate.ClientPart) },
            activate => new() { Number = activate.Number, ClientPart = Fields.Read(activate.ClientPart) }),
        ProtoFormat.Of<SplitBody.RawActivated, P.RawActivated>(
            "split.raw-activated.v1",
            raw => new() { Targets = TargetsOf(raw), Activations = Write(raw.Activations) },
            raw => new()
            {
                Examples = Fields.Required(raw.Targets).Examples,
                Labels = ReadOptional(raw.Targets.Labels),
                Targets = Fields.Read(raw.Targets.Numbers),
                Activations = Read(raw.Activations),
            }),
        ProtoFormat.Of<SplitBody.QuantizedActivated, P.QuantizedActivated>(
            "split.quantized-activated.v1",
            quantized => new()
            {
                Targets = TargetsOf(quantized),
                Rows = quantized.Activations.Rows,
                Length = quantized.Activations.Length,
                Groups = quantized.Activations.Groups,
                Codebooks = Write(quantized.Activations.Codebooks),
                Codes = Write(quantized.Activations.Codes),
            },
            quantized => new()
            {
                Examples = Fields.Required(quantized.Targets).Examples,
                Labels = ReadOptional(quantized.Targets.Labels),
                Targets = Fields.Read(quantized.Targets.Numbers),
                Activations = new QuantizedActivations(
                    quantized.Rows, quantized.Length, quantized.Groups, Read(quantized.Codebooks), Read(Fields.Required(quantized.Codes))),
            }),
        ProtoFormat.Of<SplitBody.PullBack, P.PullBack>(
            "split.pull-back.v1",
            back => new() { Slopes = Write(back.Slopes) },
            back => new(Read(back.Slopes))),
        ProtoFormat.Of<SplitBody.PulledBack, P.PulledBack>(
            "split.pulled-back.v1",
            back => new() { Gradient = Write(back.Gradient), Distortion = back.Distortion },
            back => new() { Gradient = Read(back.Gradient), Distortion = Fields.Read(back.HasDistortion, back.Distortion) }),
    ];

    private static P.Targets TargetsOf(SplitBody.Activated activated) => new()
    {
        Examples = activated.Examples,
        Labels = activated.Labels is null ? null : Write(activated.Labels),
        Numbers = Fields.Write(activated.Targets),
    };

    private static P.Codes Write(PackedCodes codes) => new() { Count = codes.Count, Kinds = codes.Kinds, Bits = ByteString.CopyFrom(codes.Bytes) };

    private static PackedCodes Read(P.Codes codes) => PackedCodes.Read(codes.Bits.Span, codes.Count, codes.Kinds);

    private static PackedCodes? ReadOptional(P.Codes? codes) => codes is null ? null : Read(codes);

    private static G.Numbers Write(RoundedPacket packet) => PackedNumbers.Write(packet.Values, packet.Format);

    private static RoundedPacket Read(G.Numbers? numbers, [CallerArgumentExpression(nameof(numbers))] string field = "") =>
        new(PackedNumbers.Read(numbers, field), PackedNumbers.FormatOf(numbers, field));
}
