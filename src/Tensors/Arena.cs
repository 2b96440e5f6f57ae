namespace ActorFed.Tensors;

/// <summary>Memory handed out in order and taken back all at once; repeated equal steps allocate in the first one only.</summary>
internal sealed unsafe class Arena<T>
    where T : unmanaged
{
    private const int MinChunkLength = 1 << 15;
    private const int CacheLineBytes = 64;
    private readonly List<PinnedBuffer<T>> _chunks = [];
    private int _chunk;
    private int _used;

    /// <summary>Bytes held, used or not.</summary>
    public long CapacityBytes { get; private set; }

    /// <summary>Room for <paramref name="length"/> entries, not cleared, on a cache line, with room for one vector after the last.</summary>
    public T* Allocate(int length)
    {
        int line = CacheLineBytes / sizeof(T);
        int padded = checked(length + (2 * line) - 1) / line * line;
        for (; _chunk < _chunks.Count; _chunk++, _used = 0)
        {
            if (_chunks[_chunk].Length - _used >= padded)
            {
                T* start = _chunks[_chunk].Start + _used;
                _used += padded;
                return start;
            }
        }

        // Doubling what is held keeps the number of chunks, and with it the room lost at their ends, small.
        long wished = Math.Clamp(CapacityBytes / sizeof(T), MinChunkLength, 1 << 24);
        PinnedBuffer<T> chunk = new((int)Math.Max(padded, wished));
        _chunks.Add(chunk);
        CapacityBytes += (long)chunk.Length * sizeof(T);
        _used = padded;
        return chunk.Start;
    }

    /// <summary>Takes everything back.</summary>
    public void Reset() => (_chunk, _used) = (0, 0);
}
