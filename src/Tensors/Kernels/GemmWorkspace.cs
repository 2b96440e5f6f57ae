namespace ActorFed.Tensors.Kernels;

/// <summary>Room for packed blocks, which grows as asked for; one per thread.</summary>
internal sealed unsafe class GemmWorkspace<T>
    where T : unmanaged
{
    private PinnedBuffer<T>? _a;
    private PinnedBuffer<T>? _b;
    private PinnedBuffer<T>? _tile;

    /// <summary>Room for a block of A in panels.</summary>
    public T* A(int length) => Room(ref _a, length);

    /// <summary>Room for a block of B in panels.</summary>
    public T* B(int length) => Room(ref _b, length);

    /// <summary>Room for a tile that is not written to the result directly.</summary>
    public T* Tile(int length) => Room(ref _tile, length);

    private static T* Room(ref PinnedBuffer<T>? buffer, int length)
    {
        if (buffer is null || buffer.Length < length)
        {
            buffer = new PinnedBuffer<T>(length);
        }

        return buffer.Start;
    }
}
