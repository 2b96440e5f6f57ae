using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using ActorFed.Wire.V1.Graph;
using Google.Protobuf;
using Xunit;
using P = ActorFed.Wire.V1.Graph;

namespace ActorFed.Wire.Tests;

public sealed class GraphFormatTests
{
    private const string Name = "graph.vectors-sent.v1";

    private static readonly ParticipantId Sender = new(Role.Neighbour, 2);

    [Theory]
    [InlineData(NumberFormat.Float64, 8)]
    [InlineData(NumberFormat.Float32, 4)]
    [InlineData(NumberFormat.Bfloat16, 2)]
    public void A_shorter_format_takes_fewer_bytes(NumberFormat format, int bytesPerEntry)
    {
        FlatVector values = FlatVector.Create(1000, all => all.Fill(0.5));

        int length = Encoded(new RoundedPacket(values, format)).Length;

        Assert.InRange(length, 1000 * bytesPerEntry, (1000 * bytesPerEntry) + 30);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(4, 4)]
    [InlineData(7, 4)]
    [InlineData(8, 5)]
    [InlineData(32767, 16)]
    public void Levels_take_as_many_bits_as_they_are_counted_with(int maxLevel, int bits)
    {
        QuantizedPacket packet = new(0.5, maxLevel, [.. Enumerable.Range(0, 800).Select(i => (short)(i % 2 == 0 ? maxLevel : -maxLevel))], NumberFormat.Float64);

        int length = Encoded(packet).Length;

        Assert.Equal(bits, packet.BitsPerLevel);
        Assert.InRange(length, 100 * bits, (100 * bits) + 40);
    }

    [Fact]
    public void Levels_stand_one_after_the_other_from_the_lowest_bit()
    {
        P.VectorsSent sent = P.VectorsSent.Parser.ParseFrom(Encoded(new QuantizedPacket(1, 1, [-1, 0, 1, 1, 0], NumberFormat.Float64)));

        Assert.Equal([0b10_10_01_00, 0b01], sent.Packets[0].Quantized.Levels.ToByteArray());
    }

    [Fact]
    public void Refuses_to_round()
    {
        Assert.Contains(
            "Entry 1 of a vector to send is 0.1, which is no Float32",
            Assert.Throws<ArgumentException>(() => Encoded(new RoundedPacket(FlatVector.Of(0.5, 0.1), NumberFormat.Float32))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "which is no Bfloat16",
            Assert.Throws<ArgumentException>(() => Encoded(new RoundedPacket(FlatVector.Of(1 + (1.0 / 256)), NumberFormat.Bfloat16))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "A level to send is 3; it must be in [-2, 2]",
            Assert.Throws<ArgumentException>(() => Encoded(new QuantizedPacket(1, 2, [3], NumberFormat.Float64))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Carries_numbers_of_short_formats_that_are_not_finite()
    {
        foreach (NumberFormat format in Enum.GetValues<NumberFormat>())
        {
            RoundedPacket packet = new(FlatVector.Of(double.NaN, double.NegativeInfinity), format);

            GraphMessage.VectorsSent read = (GraphMessage.VectorsSent)WireCatalog.Codec.Decode(Sender, Name, Encoded(packet));

            Assert.Equal(packet, read.Packets[0]);
        }
    }

    public static TheoryData<string, Action<IMessage>> BadPackets => new()
    {
        { "a packet has none of the forms that are known here", On(packet => packet.ClearForm()) },
        { "the field rounded is of format 9, which is unknown here", On(packet => packet.Rounded = new Numbers { Format = (Format)9 }) },
        {
            "the field rounded holds 3 bytes of Bfloat16, and 2 bytes make one",
            On(packet => packet.Rounded = new Numbers { Format = Format.Bfloat16, Values = ByteString.CopyFrom(1, 2, 3) })
        },
        { "the field values is missing", On(packet => packet.Sparse = new Sparse { Length = 4 }) },
        { "the field scale holds 0 numbers; it must be one", On(packet => packet.Quantized = new Quantized { Scale = new Numbers(), MaxLevel = 1 }) },
        { "the field max_level is 0; it must be in [1, 32767]", On(packet => packet.Quantized = Levels(maxLevel: 0, length: 0)) },
        { "the field levels is 1 bytes long; 5 levels of 2 bits take 2 bytes", On(packet => packet.Quantized = Levels(maxLevel: 1, length: 5)) },
        { "the field levels is 1 bytes long; -1 levels", On(packet => packet.Quantized = Levels(maxLevel: 1, length: -1)) },
        { "2147483647 levels of 16 bits take 4294967294 bytes", On(packet => packet.Quantized = Levels(maxLevel: 32767, length: int.MaxValue)) },
    };

    [Theory]
    [MemberData(nameof(BadPackets))]
    public void Rejects_a_packet_that_is_none(string reason, Action<IMessage> damage)
    {
        P.VectorsSent sent = P.VectorsSent.Parser.ParseFrom(Encoded(new DensePacket(FlatVector.Of(1))));
        damage(sent.Packets[0]);

        WireException error = Assert.Throws<WireException>(() => WireCatalog.Codec.Decode(Sender, Name, sent.ToByteArray()));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("graph.vectors-sent.v1 from neighbour-2 was rejected:", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Encoded(Algorithms.Graph.Packet packet) => WireCatalog.Codec.Encode(
        new GraphMessage.VectorsSent { At = new Algorithms.Graph.Position(1, 0), Packets = [packet], Restarts = [] }).Payload;

    private static Quantized Levels(int maxLevel, int length) => new()
    {
        Scale = new Numbers { Values = ByteString.CopyFrom(new byte[sizeof(double)]) },
        MaxLevel = maxLevel,
        Length = length,
        Levels = ByteString.CopyFrom(7),
    };

    private static Action<IMessage> On(Action<P.Packet> damage) => packet => damage((P.Packet)packet);
}
