using System.Buffers;
using System.Runtime.InteropServices;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Wire.Formats;

/// <summary>The numbers of a vector as the bytes that they lie in memory as, not copied: vectors never change. For reading only.</summary>
internal sealed class VectorBytes(FlatVector vector) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(MemoryMarshal.AsMemory(vector.Memory).Span);

    public override MemoryHandle Pin(int elementIndex = 0) => elementIndex % sizeof(double) == 0
        ? vector.Memory[(elementIndex / sizeof(double))..].Pin()
        : throw new NotSupportedException($"Byte {elementIndex} lies within a number; only whole numbers can be pinned.");

    public override void Unpin()
    {
        // the handle itself lets go
    }

    protected override void Dispose(bool disposing)
    {
        // it owns nothing
    }
}
