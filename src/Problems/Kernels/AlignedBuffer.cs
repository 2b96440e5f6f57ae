namespace ActorFed.Problems.Kernels;

/// <summary>Zeroed floats that start on a cache line and never move, so that a vector load touches one line only.</summary>
internal sealed unsafe class AlignedBuffer
{
    private const int CacheLineBytes = 64;
    private readonly float[] _memory; // keeps alive what Start points into
    private readonly int _length;

    /// <summary>Allocates <paramref name="length"/> zeros.</summary>
    public AlignedBuffer(int length)
    {
        _memory = GC.AllocateArray<float>(length + (CacheLineBytes / sizeof(float)), pinned: true);
        _length = length;
        fixed (float* start = _memory)
        {
            Start = (float*)(((nuint)start + CacheLineBytes - 1) & ~(nuint)(CacheLineBytes - 1));
        }
    }

    /// <summary>The first float; valid as long as this buffer is reachable.</summary>
    public float* Start { get; }

    /// <summary>All floats.</summary>
    public Span<float> Span => new(Start, _length);
}
