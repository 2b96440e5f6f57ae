using System.Runtime.CompilerServices;

namespace ActorFed.Tensors;

/// <summary>Numbers that start on a cache line and never move; a leaf of a tape may stand on one without a copy.</summary>
/// <remarks>For data that outlives many steps, such as the rows of a shard. Starts with zeros.</remarks>
public sealed unsafe class PinnedBuffer<T>
    where T : unmanaged
{
    private const int CacheLineBytes = 64;
    private readonly T[] _memory; // keeps alive what Start points into

    /// <summary>Allocates <paramref name="length"/> zeros.</summary>
    /// <param name="length">At least 1.</param>
    public PinnedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);

        // One line to align the start, and one more because kernels read and write whole vectors.
        _memory = GC.AllocateArray<T>(length + (2 * CacheLineBytes / sizeof(T)), pinned: true);
        Length = length;
        Start = (T*)(((nuint)Unsafe.AsPointer(ref _memory[0]) + CacheLineBytes - 1) & ~(nuint)(CacheLineBytes - 1));
    }

    /// <summary>Number of entries.</summary>
    public int Length { get; }

    /// <summary>The entries.</summary>
    public Span<T> Span => new(Start, Length);

    /// <summary>The first entry; valid as long as this buffer is reachable, with one readable and writable cache line after the last.</summary>
    internal T* Start { get; }
}
