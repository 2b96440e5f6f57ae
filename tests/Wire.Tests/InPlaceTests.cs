using System.Buffers;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Wire.Formats;
using ActorFed.Wire.V1;
using Google.Protobuf;
using Xunit;

namespace ActorFed.Wire.Tests;

public sealed class InPlaceTests
{
    private static readonly ParticipantId Sender = ParticipantId.Worker(3);

    public static TheoryData<string> Names => [.. WireCatalog.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_what_the_parser_reads_wherever_it_is_cut(string name)
    {
        byte[] bytes = Sample(name);
        IMessage parsed = ProtoOf(name).Parser.ParseFrom(bytes);
        for (int size = 1; size <= bytes.Length + 1; size++)
        {
            IMessage read = ProtoOf(name).Parser.ParseFrom(ByteString.Empty);

            InPlace.Read(read, Pieces(bytes, size));

            PutBack(read);
            Assert.Equal(parsed, read);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_nothing_that_the_parser_refuses(string name)
    {
        byte[] bytes = Sample(name);
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] truncated = bytes[..length];
            IMessage read = ProtoOf(name).Parser.ParseFrom(ByteString.Empty);

            Exception? refused = Record.Exception(() => ProtoOf(name).Parser.ParseFrom(truncated));
            Exception? error = Record.Exception(() => InPlace.Read(read, new(truncated)));

            Assert.Equal(refused is null, error is null);
            Assert.True(error is null or InvalidDataException or InvalidProtocolBufferException, $"{error}");
        }
    }

    [Fact]
    public void Leaves_long_fields_where_they_lie()
    {
        byte[] bytes = new Body { Name = "test.long.v1", Content = ByteString.CopyFrom(new byte[InPlace.MinBytes]) }.ToByteArray();

        Body read = InPlace.Parse(Body.Parser, new ReadOnlySequence<byte>(bytes));

        bytes[^1] = 7;
        Assert.Equal(7, read.Bytes.ToArray()[^1]);
        Assert.Equal("test.long.v1", read.Name);
    }

    [Fact]
    public void Short_messages_are_the_parsers()
    {
        byte[] bytes = new Body { Content = ByteString.CopyFrom(1, 2) }.ToByteArray();

        Body read = InPlace.Parse(Body.Parser, new ReadOnlySequence<byte>(bytes));

        bytes[^1] = 7;
        Assert.Equal([1, 2], read.Bytes.ToArray());
    }

    [Fact]
    public void A_long_message_is_read_from_pieces_and_keeps_nothing_of_them()
    {
        FlatVector numbers = FlatVector.Of([.. Enumerable.Range(0, InPlace.MinBytes).Select(i => Math.Sin(i))]);
        GraphMessage.VectorsSent sent = new() { At = new Position(3, 1), Packets = [new DensePacket(numbers), null, new DensePacket(FlatVector.Of(1, 2))], Restarts = [4] };
        (string name, byte[] payload) = WireCatalog.Codec.Encode(sent);

        GraphMessage.VectorsSent read = (GraphMessage.VectorsSent)WireCatalog.Codec.Decode(Sender, name, Pieces(payload, 4099));

        Array.Clear(payload);
        Assert.Equal(Structure.Of(sent), Structure.Of(read));
    }

    [Fact]
    public void A_long_message_that_is_cut_short_is_refused_in_the_name_of_its_sender()
    {
        GraphMessage.VectorsSent sent = new() { At = new Position(3, 1), Packets = [new DensePacket(FlatVector.Zeros(InPlace.MinBytes))], Restarts = [] };
        (string name, byte[] payload) = WireCatalog.Codec.Encode(sent);

        WireException error = Assert.Throws<WireException>(() => WireCatalog.Codec.Decode(Sender, name, payload.AsMemory(0, payload.Length - 1)));

        Assert.Equal(Sender, error.Sender);
        Assert.Contains("it is truncated: a field is of", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x0B }, "its field 1 is of wire type 3")]
    [InlineData(new byte[] { 0x08, 0xFF }, "truncated within a number")]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 }, "longer than 10 bytes")]
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 }, "a field is of 18446744073709551615 bytes")]
    public void Refuses_what_is_no_message(byte[] bytes, string reason) => Assert.Contains(
        reason, Assert.Throws<InvalidDataException>(() => InPlace.Read(new Vector(), new(bytes))).Message, StringComparison.Ordinal);

    private static byte[] Sample(string name) => WireCatalog.All.Single(format => format.Name == name).Write(Samples.All[name], WireCatalog.Codec);

    private static Google.Protobuf.Reflection.MessageDescriptor ProtoOf(string name)
    {
        Assert.True(WireName.TryParse(name, out WireName parsed));
        string full = $"actorfed.v{parsed.Version}.{parsed.Protocol}.{string.Concat(parsed.Kind.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))}";
        return typeof(WireCodec).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IMessage)))
            .Select(type => ((IMessage)Activator.CreateInstance(type)!).Descriptor)
            .Single(descriptor => descriptor.FullName == full);
    }

    /// <summary>Puts what was left where it lay into the fields, so that messages can be compared.</summary>
    private static void PutBack(IMessage message)
    {
        if (message is ILongBytes holder)
        {
            message.Descriptor.FindFieldByNumber(holder.LongField).Accessor.SetValue(message, ByteString.CopyFrom(holder.Bytes.ToArray()));
        }

        foreach (object? part in message.Descriptor.Fields.InFieldNumberOrder().Select(field => field.Accessor.GetValue(message)))
        {
            foreach (IMessage inner in part as System.Collections.IEnumerable is { } parts and not ByteString and not string ? parts.OfType<IMessage>() : part is IMessage one ? [one] : [])
            {
                PutBack(inner);
            }
        }
    }

    private static ReadOnlySequence<byte> Pieces(byte[] bytes, int size)
    {
        Piece first = new(bytes.AsMemory(0, Math.Min(size, bytes.Length)), 0);
        Piece last = first;
        for (int start = size; start < bytes.Length; start += size)
        {
            last = last.Follow(bytes.AsMemory(start, Math.Min(size, bytes.Length - start)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> bytes, long start) => (Memory, RunningIndex) = (bytes, start);

        public Piece Follow(ReadOnlyMemory<byte> bytes)
        {
            Piece next = new(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
