using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Core;

/// <summary>The state of a participant between two calls, as bytes under a versioned format name.</summary>
/// <param name="Format">Name and version of the layout, such as <c>star-master.v1</c>.</param>
/// <param name="Content">The bytes; little-endian.</param>
public sealed record Snapshot(string Format, ReadOnlyMemory<byte> Content);

/// <summary>Writes a snapshot's content: little-endian numbers, vectors as blocks.</summary>
public sealed class SnapshotWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly List<(int After, FlatVector Vector)> _vectors = []; // copied once, in the end: a buffer that grows with them takes several times their room

    /// <summary>Writes a 64-bit integer.</summary>
    public void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
    }

    /// <summary>Writes a 64-bit floating-point number, bit for bit.</summary>
    public void WriteDouble(double value) => WriteInt64(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Writes a vector: its length, then its entries.</summary>
    public void WriteVector(FlatVector vector)
    {
        WriteInt64(vector.Length);
        _vectors.Add((_buffer.WrittenCount, vector));
    }

    /// <summary>Writes bytes: their number, then themselves.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteInt64(bytes.Length);
        _buffer.Write(bytes);
    }

    /// <summary>Ends the snapshot.</summary>
    /// <param name="format">Name and version of the layout.</param>
    /// <exception cref="InvalidOperationException">It is longer than an array can be.</exception>
    public Snapshot ToSnapshot(string format)
    {
        long length = _buffer.WrittenCount + _vectors.Sum(entry => (long)entry.Vector.Length * sizeof(double));
        if (length > Array.MaxLength)
        {
            throw new InvalidOperationException($"A snapshot {format} of {length} bytes was taken, and at most {Array.MaxLength} can be: make its vectors shorter.");
        }

        byte[] content = GC.AllocateUninitializedArray<byte>((int)length);
        Span<byte> rest = content;
        int copied = 0;
        foreach ((int after, FlatVector vector) in _vectors)
        {
            Append(_buffer.WrittenSpan[copied..after], ref rest);
            Append(MemoryMarshal.AsBytes(vector.Span), ref rest);
            copied = after;
        }

        Append(_buffer.WrittenSpan[copied..], ref rest);
        return new(format, content);
    }

    private static void Append(ReadOnlySpan<byte> bytes, ref Span<byte> rest)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }
}

/// <summary>Reads what <see cref="SnapshotWriter"/> wrote.</summary>
/// <exception cref="InvalidDataException">The format is another one, or the content ends too early.</exception>
public sealed class SnapshotReader
{
    private readonly string _format;
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Starts reading.</summary>
    /// <param name="snapshot">What to read.</param>
    /// <param name="format">The layout the caller understands.</param>
    public SnapshotReader(Snapshot snapshot, string format)
    {
        if (snapshot.Format != format)
        {
            throw new InvalidDataException(
                $"The snapshot is of format '{snapshot.Format}', and '{format}' is needed: it belongs to another algorithm or version.");
        }

        _format = format;
        _rest = snapshot.Content;
    }

    /// <summary>Reads a 64-bit integer.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    /// <summary>Reads a count that must lie in [0, <paramref name="max"/>].</summary>
    public int ReadCount(int max)
    {
        long value = ReadInt64();
        return value >= 0 && value <= max
            ? (int)value
            : throw new InvalidDataException($"The snapshot '{_format}' has a count of {value}; it must be in [0, {max}].");
    }

    /// <summary>Reads a 64-bit floating-point number, bit for bit.</summary>
    public double ReadDouble() => BitConverter.Int64BitsToDouble(ReadInt64());

    /// <summary>Reads a vector.</summary>
    public FlatVector ReadVector()
    {
        long length = ReadInt64();
        return length >= 0 && length <= _rest.Length / sizeof(double) // a product could wrap around
            ? FlatVector.CopyOf(MemoryMarshal.Cast<byte, double>(Take((int)length * sizeof(double))))
            : throw new InvalidDataException($"The snapshot '{_format}' has a vector of length {length}; {_rest.Length} bytes are left.");
    }

    /// <summary>Reads bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes() => Take(ReadCount(_rest.Length));

    /// <summary>Checks that everything was read.</summary>
    public void End()
    {
        if (!_rest.IsEmpty)
        {
            throw new InvalidDataException($"The snapshot '{_format}' has {_rest.Length} bytes left over.");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new InvalidDataException($"The snapshot '{_format}' ends {count - _rest.Length} bytes too early.");
        }

        ReadOnlySpan<byte> taken = _rest.Span[..count];
        _rest = _rest[count..];
        return taken;
    }
}
