using System.Buffers;
using Google.Protobuf;

namespace ActorFed.Wire.Formats;

/// <summary>A format whose content is a Protobuf message of <c>proto/</c>.</summary>
internal static class ProtoFormat
{
    /// <summary>A format of its own.</summary>
    public static WireFormat Of<T, TProto>(string name, Func<T, TProto> write, Func<TProto, T> read)
        where T : class
        where TProto : IMessage<TProto>, new() => new Format<T, TProto>(name, (value, _) => write(value), (proto, _) => read(proto));

    /// <summary>A format of messages that hold bodies, which the codec reads and writes.</summary>
    public static WireFormat OfBodies<T, TProto>(string name, Func<T, WireCodec, TProto> write, Func<TProto, WireCodec, T> read)
        where T : class
        where TProto : IMessage<TProto>, new() => new Format<T, TProto>(name, write, read);

    private sealed class Format<T, TProto>(string name, Func<T, WireCodec, TProto> write, Func<TProto, WireCodec, T> read)
        : WireFormat(name, typeof(T))
        where T : class
        where TProto : IMessage<TProto>, new()
    {
        private readonly MessageParser<TProto> _parser = new(() => new TProto());

        internal override byte[] Write(object value, WireCodec codec)
        {
            TProto proto = write((T)value, codec);
            byte[] content = GC.AllocateUninitializedArray<byte>(proto.CalculateSize());
            proto.WriteTo(content.AsSpan());
            return content;
        }

        internal override Pieces WriteInPieces(object value, WireCodec codec)
        {
            Pieces pieces = new();
            write((T)value, codec).WriteTo(pieces);
            return pieces;
        }

        internal override object Read(in ReadOnlySequence<byte> content, WireCodec codec) => read(InPlace.Parse(_parser, content), codec);
    }
}
