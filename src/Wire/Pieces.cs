using System.Buffers;

namespace ActorFed.Wire;

/// <summary>Bytes in arrays of the shared pool: long messages come often, and their arrays would be garbage after each.</summary>
internal sealed class Pieces : IBufferWriter<byte>
{
    private const int FirstBytes = 1 << 10;
    private const int PieceBytes = 1 << 20;

    private readonly List<Piece> _pieces = [];

    /// <summary>The arrays.</summary>
    public IEnumerable<byte[]> Rented => _pieces.Select(piece => piece.Array);

    /// <summary>Appends a piece.</summary>
    public void Add(Piece piece) => _pieces.Add(piece);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        if (count > 0) // the library advances by nothing before it has asked for room
        {
            _pieces[^1] = _pieces[^1] with { Length = _pieces[^1].Length + count };
        }
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int needed = Math.Max(1, sizeHint);
        if (_pieces.Count == 0 || _pieces[^1].Array.Length - _pieces[^1].Length < needed)
        {
            _pieces.Add(new Piece(ArrayPool<byte>.Shared.Rent(Math.Max(_pieces.Count == 0 ? FirstBytes : PieceBytes, needed)), 0));
        }

        return _pieces[^1].Array.AsMemory(_pieces[^1].Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>All bytes, one piece after the other.</summary>
    public ReadOnlySequence<byte> ToSequence()
    {
        if (_pieces.Count == 0)
        {
            return default;
        }

        Segment first = new(_pieces[0].Bytes, 0);
        Segment last = first;
        foreach (Piece piece in _pieces.Skip(1))
        {
            last = last.Follow(piece.Bytes);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> bytes, long start) => (Memory, RunningIndex) = (bytes, start);

        public Segment Follow(ReadOnlyMemory<byte> bytes)
        {
            Segment next = new(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}

/// <summary>The beginning of an array of the shared pool.</summary>
internal readonly record struct Piece(byte[] Array, int Length)
{
    /// <summary>What is written.</summary>
    public ReadOnlyMemory<byte> Bytes => Array.AsMemory(0, Length);

    /// <summary>A copy.</summary>
    public static Piece Of(in ReadOnlySequence<byte> bytes)
    {
        Piece piece = new(ArrayPool<byte>.Shared.Rent((int)bytes.Length), (int)bytes.Length);
        bytes.CopyTo(piece.Array);
        return piece;
    }

    /// <summary>Gives the array back.</summary>
    public void Return() => ArrayPool<byte>.Shared.Return(Array);
}
