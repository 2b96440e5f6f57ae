using System.Buffers;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Wire;

/// <summary>How one kind of message, or of a message's body, is written under its wire name.</summary>
/// <remarks>
/// A published name keeps its meaning for good: fields may be added that older readers can do without, nothing else. Any other
/// change is a new version beside it.
/// </remarks>
public abstract class WireFormat
{
    private protected WireFormat(string name, Type type)
    {
        if (!WireName.TryParse(name, out _))
        {
            throw new ArgumentException($"'{name}' is no wire name; it must be of the form {WireName.Form}.", nameof(name));
        }

        if (type.IsAbstract || !(type.IsAssignableTo(typeof(Message)) || type.IsAssignableTo(typeof(StarBody))))
        {
            throw new ArgumentException($"{type} of '{name}' must be a concrete {nameof(Message)} or {nameof(StarBody)}.", nameof(type));
        }

        Name = name;
        Type = type;
    }

    /// <summary>Name and version, such as <c>adbo.step.v1</c>.</summary>
    public string Name { get; }

    /// <summary>The type that travels under it.</summary>
    public Type Type { get; }

    /// <summary>A format made of two functions, for messages whose content is described elsewhere.</summary>
    /// <param name="name">Its wire name.</param>
    /// <param name="write">The content of a value. Equal values give equal bytes.</param>
    /// <param name="read">The value of a content; throws <see cref="InvalidDataException"/> when it is none, with what is wrong.</param>
    public static WireFormat Of<T>(string name, Func<T, byte[]> write, Func<ReadOnlyMemory<byte>, T> read)
        where T : class => new BytesFormat<T>(name, write, read);

    /// <summary>The content of a value of <see cref="Type"/>.</summary>
    internal abstract byte[] Write(object value, WireCodec codec);

    /// <summary>The same, in pieces where it is long.</summary>
    internal abstract Pieces WriteInPieces(object value, WireCodec codec);

    /// <summary>The value of a content.</summary>
    /// <exception cref="InvalidDataException">The content is none of this format.</exception>
    internal abstract object Read(in ReadOnlySequence<byte> content, WireCodec codec);

    private sealed class BytesFormat<T>(string name, Func<T, byte[]> write, Func<ReadOnlyMemory<byte>, T> read) : WireFormat(name, typeof(T))
        where T : class
    {
        internal override byte[] Write(object value, WireCodec codec) => write((T)value);

        internal override Pieces WriteInPieces(object value, WireCodec codec)
        {
            Pieces pieces = new();
            pieces.Write(write((T)value));
            return pieces;
        }

        internal override object Read(in ReadOnlySequence<byte> content, WireCodec codec) => read(content.ToArray()); // which may keep it
    }
}
