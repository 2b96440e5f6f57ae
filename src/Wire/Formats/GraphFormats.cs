using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ActorFed.Algorithms.Graph;
using GraphPacket = ActorFed.Algorithms.Graph.Packet;
using P = ActorFed.Wire.V1.Graph;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/graph.proto</summary>
internal static class GraphFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<GraphMessage.VectorsSent, P.VectorsSent>(
            "graph.vectors-sent.v1",
            sent => new() { At = Write(sent.At), Packets = { sent.Packets.Select(Write) }, Restarts = { sent.Restarts } },
            sent => new() { At = Read(sent.At), Packets = [.. sent.Packets.Select(Read)], Restarts = [.. sent.Restarts] }),
        ProtoFormat.Of<GraphMessage.VectorsAsked, P.VectorsAsked>(
            "graph.vectors-asked.v1",
            asked => new() { From = Write(asked.From), OpenFrom = asked.OpenFrom },
            asked => new(Read(asked.From), asked.OpenFrom)),
        ProtoFormat.Of<GraphMessage.NotYet, P.NotYet>("graph.not-yet.v1", notYet => new() { At = Write(notYet.At) }, notYet => new(Read(notYet.At))),
        ProtoFormat.Of<GraphMessage.RoundStored, P.RoundStored>(
            "graph.round-stored.v1",
            stored => new() { Round = stored.Round },
            stored => new(stored.Round)),
        ProtoFormat.Of<GraphMessage.EdgeSeen, P.EdgeSeen>(
            "graph.edge-seen.v1",
            edge => new() { IsOpen = edge.IsOpen, OpenFrom = edge.OpenFrom, Round = edge.Round },
            edge => new(edge.IsOpen, edge.OpenFrom, edge.Round)),
    ];

    private static P.Position Write(Position position) => new() { Round = position.Round, Exchange = position.Exchange };

    private static Position Read(P.Position? position, [CallerArgumentExpression(nameof(position))] string field = "")
    {
        P.Position there = Fields.Required(position, field);
        return new Position(there.Round, there.Exchange);
    }

    private static P.Packet Write(GraphPacket? packet) => packet switch
    {
        null => new() { NoEdge = true },
        DensePacket dense => new() { Dense = Fields.Write(dense.Values) },
        RoundedPacket rounded => new() { Rounded = PackedNumbers.Write(rounded.Values, rounded.Format) },
        SparsePacket sparse => new()
        {
            Sparse = new()
            {
                Length = sparse.Length,
                Indices = { sparse.Indices.Select(index => (uint)index) },
                Values = PackedNumbers.Write(sparse.Values, sparse.Format),
            },
        },
        SeededPacket seeded => new()
        {
            Seeded = new() { Length = seeded.Length, Seed = seeded.Seed, Values = PackedNumbers.Write(seeded.Values, seeded.Format) },
        },
        QuantizedPacket quantized => new()
        {
            Quantized = new()
            {
                Scale = PackedNumbers.Write(Algorithms.Numerics.FlatVector.Of(quantized.Scale), quantized.Format),
                MaxLevel = quantized.MaxLevel,
                Length = quantized.Levels.Length,
                Levels = PackedLevels.Write(quantized.Levels, quantized.MaxLevel),
            },
        },
        _ => throw new ArgumentException($"{packet.GetType().FullName} has no form on the wire: give it one in graph.proto and here."),
    };

    private static GraphPacket? Read(P.Packet packet) => packet.FormCase switch
    {
        P.Packet.FormOneofCase.NoEdge => null,
        P.Packet.FormOneofCase.Dense => new DensePacket(Fields.Read(packet.Dense)),
        P.Packet.FormOneofCase.Rounded => new RoundedPacket(PackedNumbers.Read(packet.Rounded), PackedNumbers.FormatOf(packet.Rounded)),
        P.Packet.FormOneofCase.Sparse => new SparsePacket(
            packet.Sparse.Length,
            [.. packet.Sparse.Indices.Select(index => (int)index)],
            PackedNumbers.Read(packet.Sparse.Values),
            PackedNumbers.FormatOf(packet.Sparse.Values)),
        P.Packet.FormOneofCase.Seeded => new SeededPacket(
            packet.Seeded.Length, packet.Seeded.Seed, PackedNumbers.Read(packet.Seeded.Values), PackedNumbers.FormatOf(packet.Seeded.Values)),
        P.Packet.FormOneofCase.Quantized => ReadQuantized(packet.Quantized),
        _ => throw new InvalidDataException("a packet has none of the forms that are known here: is its sender of a later build?"),
    };

    private static QuantizedPacket ReadQuantized(P.Quantized quantized)
    {
        Algorithms.Numerics.FlatVector scale = PackedNumbers.Read(quantized.Scale);
        return scale.Length == 1
            ? new QuantizedPacket(
                scale[0],
                quantized.MaxLevel,
                PackedLevels.Read(quantized.Levels.Span, quantized.Length, quantized.MaxLevel),
                PackedNumbers.FormatOf(quantized.Scale))
            : throw new InvalidDataException($"the field scale holds {scale.Length} numbers; it must be one.");
    }
}
