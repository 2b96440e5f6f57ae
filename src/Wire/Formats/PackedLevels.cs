using System.Collections.Immutable;
using System.Numerics;
using Google.Protobuf;

namespace ActorFed.Wire.Formats;

/// <summary>Levels of −s to s, as many bits each as 2 s takes, without gaps.</summary>
internal static class PackedLevels
{
    public static ByteString Write(ImmutableArray<short> levels, int maxLevel)
    {
        int bits = BitsOf(maxLevel) ?? throw new ArgumentException($"The largest level is {maxLevel}; it must be in [1, {short.MaxValue}].");
        byte[] bytes = new byte[BytesOf(levels.Length, bits)];
        long at = 0;
        foreach (short level in levels)
        {
            if (Math.Abs((int)level) > maxLevel)
            {
                throw new ArgumentException($"A level to send is {level}; it must be in [{-maxLevel}, {maxLevel}].");
            }

            for (int rest = level + maxLevel, bit = 0; bit < bits; bit++, at++)
            {
                bytes[at >> 3] |= (byte)(((rest >> bit) & 1) << (int)(at & 7));
            }
        }

        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    public static ImmutableArray<short> Read(ReadOnlySpan<byte> bytes, int length, int maxLevel)
    {
        int bits = BitsOf(maxLevel) ?? throw new InvalidDataException($"the field max_level is {maxLevel}; it must be in [1, {short.MaxValue}].");
        if (length < 0 || bytes.Length != BytesOf(length, bits))
        {
            throw new InvalidDataException(
                $"the field levels is {bytes.Length} bytes long; {length} levels of {bits} bits take {(length < 0 ? "no number of" : BytesOf(length, bits))} bytes.");
        }

        ImmutableArray<short>.Builder levels = ImmutableArray.CreateBuilder<short>(length);
        long at = 0;
        for (int i = 0; i < length; i++)
        {
            int level = -maxLevel;
            for (int bit = 0; bit < bits; bit++, at++)
            {
                level += ((bytes[(int)(at >> 3)] >> (int)(at & 7)) & 1) << bit;
            }

            levels.Add((short)level); // at most 2^16 - 1 - s, which 16 bits may not hold: the participant objects to either
        }

        return levels.MoveToImmutable();
    }

    private static int? BitsOf(int maxLevel) => maxLevel is >= 1 and <= short.MaxValue ? 2 + BitOperations.Log2((uint)maxLevel) : null;

    private static long BytesOf(int length, int bits) => (((long)length * bits) + 7) / 8;
}
