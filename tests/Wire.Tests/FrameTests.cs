using System.Buffers;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Wire.V1;
using Google.Protobuf;
using Xunit;

namespace ActorFed.Wire.Tests;

public sealed class FrameTests
{
    private const string Run = "a-run";

    private static readonly WireLimits Small = new() { MaxPayloadBytes = 20_000, MaxChunkBytes = 4096, MaxIncompleteBytes = 20_000 };

    private readonly List<WireException> _givenUp = [];

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(4096, 1)]
    [InlineData(4097, 2)]
    [InlineData(20_000, 5)]
    public void Puts_a_packet_together_again(int payloadBytes, int frames)
    {
        Packet packet = PacketOf(payloadBytes);

        List<byte[]> sent = [.. new FrameWriter(Small).Split(packet)];
        Packet?[] received = [.. sent.Select(frame => Reader().Add(frame))];
        FrameReader reader = Reader();
        Packet? whole = sent.ConvertAll(frame => reader.Add(frame))[^1];

        Assert.Equal(frames, sent.Count);
        Assert.All(sent, frame => Assert.True(frame.Length <= Small.MaxFrameBytes));
        Assert.Equal(frames == 1, received[0] is not null);
        AssertSame(packet, whole);
        Assert.Equal(0, reader.IncompleteBytes);
    }

    [Fact]
    public void Reads_a_vector_that_lies_in_pieces()
    {
        FlatVector numbers = FlatVector.Of([.. Enumerable.Range(0, 2000).Select(i => Math.Sin(i))]);
        GraphMessage.VectorsSent sent = new() { At = new Position(3, 1), Packets = [new DensePacket(numbers)], Restarts = [] };
        (string name, byte[] payload) = WireCatalog.Codec.Encode(sent);
        Packet packet = PacketOf(0) with { Name = name, Payload = new(payload) };
        FrameReader reader = Reader();

        Packet read = Assert.Single(new FrameWriter(Small).Split(packet).Select(frame => reader.Add(frame)).OfType<Packet>());

        Assert.False(read.Payload.IsSingleSegment);
        GraphMessage.VectorsSent received = Assert.IsType<GraphMessage.VectorsSent>(WireCatalog.Codec.Decode(read.Id.Sender, read.Name, read.Payload));
        Assert.Equal(numbers, Assert.IsType<DensePacket>(Assert.Single(received.Packets)).Values);
    }

    [Fact]
    public void Puts_a_packet_together_from_frames_out_of_order_and_repeated()
    {
        Packet packet = PacketOf(20_000);
        FrameReader reader = Reader();
        byte[][] frames = [.. new FrameWriter(Small).Split(packet)];

        Packet?[] received = [.. new[] { 4, 2, 2, 0, 1, 4, 3 }.Select(index => reader.Add(frames[index]))];

        Assert.All(received[..^1], Assert.Null);
        AssertSame(packet, received[^1]);
    }

    [Fact]
    public void Keeps_packets_of_several_senders_apart()
    {
        Packet first = PacketOf(9_000);
        Packet second = PacketOf(9_000) with { Id = new PacketId(ParticipantId.Worker(1), 1, 7, 1) };
        FrameReader reader = Reader();

        List<Packet?> received =
            [.. new FrameWriter(Small).Split(first).Zip(new FrameWriter(Small).Split(second)).SelectMany(pair => new[] { reader.Add(pair.First), reader.Add(pair.Second) })];

        Assert.Equal(2, received.OfType<Packet>().Count());
        AssertSame(first, received[^2]);
        AssertSame(second, received[^1]);
    }

    [Fact]
    public void Keeps_what_two_processes_numbered_alike_apart()
    {
        Packet earlier = PacketOf(9_000);
        Packet later = PacketOf(8_000) with { Id = earlier.Id with { Instance = 8 } };
        FrameReader reader = Reader();
        reader.Add(new FrameWriter(Small).Split(earlier).First());

        Packet?[] received = [.. new FrameWriter(Small).Split(later).Select(frame => reader.Add(frame))];

        AssertSame(later, received[^1]);
    }

    [Fact]
    public void Gives_up_the_packet_begun_first_when_there_is_no_room()
    {
        FrameReader reader = Reader();
        Packet[] packets = [.. Enumerable.Range(1, 3).Select(number => PacketOf(20_000) with { Id = new PacketId(ParticipantId.Worker(0), 1, 7, number) })];
        byte[][][] frames = [.. packets.Select(packet => new FrameWriter(Small).Split(packet).ToArray())];

        foreach (byte[] frame in frames.Take(2).SelectMany(all => all[..2]))
        {
            Assert.Null(reader.Add(frame));
        }

        Assert.Empty(_givenUp);
        Assert.Null(reader.Add(frames[2][0]));

        WireException error = Assert.Single(_givenUp);
        Assert.Equal(ParticipantId.Worker(0), error.Sender);
        Assert.Contains("message 1 of worker-0, incarnation 1 was given up with 8192 of 20000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("took more than 20000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal(3 * 4096, reader.IncompleteBytes);
        AssertSame(packets[2], Array.ConvertAll(frames[2][1..], frame => reader.Add(frame))[^1]);
        Assert.Equal(2, _givenUp.Count);
        Assert.Equal(0, reader.IncompleteBytes);
    }

    [Fact]
    public void Rejects_a_packet_that_is_too_large_where_it_is_sent()
    {
        WireException error = Assert.Throws<WireException>(() => new FrameWriter(Small).Split(PacketOf(20_001)));

        Assert.Contains("star.work-reported.v1 from worker-0 was rejected: its payload is 20001 bytes long, and at most 20000", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public void Rejects_a_run_id_that_leaves_no_room_for_others(int length) => Assert.Contains(
        $"id is {length} characters long",
        Assert.Throws<WireException>(() => new FrameWriter(Small).Split(PacketOf(1) with { RunId = new string('r', length) })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_longest_head_has_room()
    {
        Packet packet = PacketOf(Small.MaxChunkBytes) with
        {
            RunId = new string('ü', WireLimits.MaxRunIdLength),
            Id = new PacketId(new ParticipantId(Role.Neighbour, int.MaxValue), int.MaxValue, ulong.MaxValue, long.MaxValue),
            Receiver = new ParticipantId(Role.Neighbour, int.MaxValue),
            Name = $"{new string('p', 40)}.{new string('k', 50)}.v1234567",
        };

        Assert.All(new FrameWriter(Small).Split(packet), frame => Assert.True(frame.Length <= Small.MaxFrameBytes));
    }

    [Fact]
    public void Rejects_a_frame_that_is_too_large() => Assert.Contains(
        $"it is 5121 bytes long, and at most {Small.MaxFrameBytes} are allowed",
        Assert.Throws<WireException>(() => Reader().Add(new byte[5121])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Rejects_every_truncation_of_a_frame()
    {
        byte[] frame = new FrameWriter(Small).Split(PacketOf(300)).Single();

        for (int length = 0; length < frame.Length; length++)
        {
            Assert.Throws<WireException>(() => Reader().Add(frame.AsMemory(0, length)));
        }
    }

    public static TheoryData<string, Action<IMessage>> BadFrames => new()
    {
        { "its sender 'worker-03' is no participant's name", On(frame => frame.Sender = "worker-03") },
        { "star.work-reported.v1 from worker-99 was rejected: its sender is not in the plan of the run", On(frame => frame.Sender = "worker-99") },
        { "it is of run 'another', and this is run 'a-run'", On(frame => frame.Run = "another") },
        { "it is for 'worker-1', and came to master", On(frame => frame.Receiver = "worker-1") },
        { "incarnation is 0; it must be at least 1", On(frame => frame.Incarnation = 0) },
        { "its sender's instance is missing", On(frame => frame.Instance = 0) },
        { "its number is -5; it must be at least 1", On(frame => frame.Number = -5) },
        { "its name is not of the form", On(frame => frame.Name = "what") },
        { "its payload is of 20001 bytes; it must be in [0, 20000]", On(frame => frame.PayloadBytes = 20_001) },
        { "its payload is of -1 bytes", On(frame => frame.PayloadBytes = -1) },
        { "it is chunk 0 of 0", On(frame => frame.ChunkCount = 0) },
        { "it is chunk 1 of 1", On(frame => frame.ChunkIndex = 1) },
        { "it is chunk -1 of 1", On(frame => frame.ChunkIndex = -1) },
        { "its payload is 10 bytes long, and 11 were announced", On(frame => frame.PayloadBytes = 11) },
        { "its chunk is 4097 bytes long, and at most 4096 are allowed", On(frame => frame.Payload = ByteString.CopyFrom(new byte[4097])) },
        { "its chunk is 10 bytes long, and its payload of 5 is shorter", On(frame => (frame.ChunkCount, frame.PayloadBytes) = (2, 5)) },
        { "its chunk 0 of 2 is 10 bytes long; all but the last hold at least 4096", On(frame => (frame.ChunkCount, frame.PayloadBytes) = (2, 5000)) },
    };

    [Theory]
    [MemberData(nameof(BadFrames))]
    public void Rejects_a_frame_that_is_wrong(string reason, Action<IMessage> damage)
    {
        Envelope frame = Envelope.Parser.ParseFrom(new FrameWriter(Small).Split(PacketOf(10)).Single());
        damage(frame);

        WireException error = Assert.Throws<WireException>(() => Reader().Add(frame.ToByteArray()));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<Action<IMessage>> Contradictions => new()
    {
        On(frame => frame.Name = "star.state-asked.v1"),
        On(frame => (frame.ChunkCount, frame.Payload) = (4, ByteString.CopyFrom(new byte[4096]))),
        On(frame => frame.PayloadBytes = 8_193),
        On(frame => frame.Payload = ByteString.CopyFrom(new byte[100])),
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Drops_a_packet_whose_frames_contradict_each_other(Action<IMessage> damage)
    {
        byte[][] frames = [.. new FrameWriter(Small).Split(PacketOf(9_000))];
        Envelope last = Envelope.Parser.ParseFrom(frames[2]);
        damage(last);
        FrameReader reader = Reader();
        reader.Add(frames[0]);
        reader.Add(frames[1]);

        WireException error = Assert.Throws<WireException>(() => reader.Add(last.ToByteArray()));

        Assert.Contains("contradicts those before it", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, reader.IncompleteBytes);
    }

    [Fact]
    public void Goes_on_after_a_bad_frame()
    {
        FrameReader reader = Reader();
        Packet packet = PacketOf(10);

        Assert.Throws<WireException>(() => reader.Add((byte[])[1, 2, 3]));

        AssertSame(packet, reader.Add(new FrameWriter(Small).Split(packet).Single()));
    }

    public static TheoryData<WireLimits> BadLimits => new()
    {
        new WireLimits { MaxPayloadBytes = 0 },
        new WireLimits { MaxPayloadBytes = int.MaxValue },
        new WireLimits { MaxChunkBytes = 4095 },
        new WireLimits { MaxIncompleteBytes = 1000 },
    };

    [Theory]
    [MemberData(nameof(BadLimits))]
    public void Refuses_limits_out_of_range(WireLimits limits)
    {
        Assert.Throws<ArgumentException>(() => new FrameWriter(limits));
        Assert.Throws<ArgumentException>(() => new FrameReader(Run, ParticipantId.Master, _ => true, limits, _ => { }));
    }

    private static Action<IMessage> On(Action<Envelope> damage) => frame => damage((Envelope)frame);

    private static Packet PacketOf(int payloadBytes) => new()
    {
        RunId = Run,
        Id = new PacketId(ParticipantId.Worker(0), 1, 7, 1),
        Receiver = ParticipantId.Master,
        Name = "star.work-reported.v1",
        Payload = new(Enumerable.Range(0, payloadBytes).Select(i => (byte)(i * 7 / 5)).ToArray()),
    };

    public static TheoryData<string> Messages => [.. WireCatalog.All.Where(format => format.Type.IsAssignableTo(typeof(Message))).Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Rented_memory_holds_the_same_bytes(string name)
    {
        Message message = (Message)Samples.All[name];
        Packet packet = PacketOf(0) with { Name = name, Payload = new(WireCatalog.Codec.Encode(message).Payload) };

        Packet packed = WireCatalog.Codec.Pack(message, packet.RunId, packet.Id, packet.Receiver);

        AssertSame(packet, packed);
        AssertSameFrames(packet, packed);
        packed.Release();
        Assert.True(packed.Payload.IsEmpty);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    [InlineData(3_000_001)]
    public void Rented_memory_holds_the_same_bytes_of_long_messages(int chunkBytes)
    {
        FlatVector numbers = FlatVector.Of([.. Enumerable.Range(0, 400_000).Select(i => Math.Sin(i))]);
        GraphMessage.VectorsSent sent = new() { At = new Position(3, 1), Packets = [new DensePacket(numbers)], Restarts = [4] };
        (string name, byte[] payload) = WireCatalog.Codec.Encode(sent);
        Packet packet = PacketOf(0) with { Name = name, Payload = new(payload) };

        Packet packed = WireCatalog.Codec.Pack(sent, packet.RunId, packet.Id, packet.Receiver);

        Assert.False(packed.Payload.IsSingleSegment);
        AssertSame(packet, packed);
        AssertSameFrames(packet, packed, new() { MaxChunkBytes = chunkBytes });
    }

    [Fact]
    public void A_released_packet_is_empty_and_its_memory_serves_the_next()
    {
        FrameReader reader = Reader();
        Packet next = PacketOf(9_000) with { Id = new PacketId(ParticipantId.Worker(1), 1, 7, 1) };
        Packet first = Assert.Single(new FrameWriter(Small).Split(PacketOf(20_000)).Select(frame => reader.Add(frame)).OfType<Packet>());

        first.Release();
        first.Release();
        Packet second = Assert.Single(new FrameWriter(Small).Split(next).Select(frame => reader.Add(frame)).OfType<Packet>());

        Assert.True(first.Payload.IsEmpty);
        AssertSame(next, second);
    }

    private static void AssertSameFrames(Packet packet, Packet packed, WireLimits? limits = null)
    {
        FrameWriter writer = new(limits ?? Small);
        Envelope[] frames = [.. writer.Split(packet).Select(Envelope.Parser.ParseFrom)];

        byte[][] rented = [.. writer.SplitRented(packed).Select(frame =>
        {
            using (frame)
            {
                return frame.Bytes.ToArray();
            }
        })];

        Assert.Equal(frames.Select(frame => frame.ToByteArray()), rented); // as the library writes them
    }

    private static void AssertSame(Packet expected, Packet? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Payload.ToArray(), actual.Payload.ToArray());
        Assert.Equal(expected with { Payload = default }, actual with { Payload = default, Rented = [] });
    }

    private FrameReader Reader() => new(Run, ParticipantId.Master, id => id.Index < 10, Small, _givenUp.Add);
}
