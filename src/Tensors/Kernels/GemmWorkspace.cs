namespace ActorFed.Tensors.Kernels;

/// <summary>Room for packed blocks; one per thread.</summary>
internal sealed unsafe class GemmWorkspace<T>
    where T : unmanaged
{
    private PinnedBuffer<T>? _a;
    private PinnedBuffer<T>? _b;
    private PinnedBuffer<T>? _tile;

    /// <summary>A block of A in panels.</summary>
    public T* A => _a!.Start;

    /// <summary>A block of B in panels.</summary>
    public T* B => _b!.Start;

    /// <summary>A tile that is not written to the result directly.</summary>
    public T* Tile => _tile!.Start;

    /// <summary>Makes each at least this long.</summary>
    public void Require(int a, int b, int tile)
    {
        Grow(ref _a, a);
        Grow(ref _b, b);
        Grow(ref _tile, tile);
    }

    private static void Grow(ref PinnedBuffer<T>? buffer, int length)
    {
        if (buffer is null || buffer.Length < length)
        {
            buffer = new PinnedBuffer<T>(length);
        }
    }
}
