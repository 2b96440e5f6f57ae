using System.Numerics;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>Numbers from 0 to L − 1 with ⌈log2 L⌉ bits each, the lowest bit first and no gaps: what travels, and how. Immutable, equal by value.</summary>
public sealed class PackedCodes : IEquatable<PackedCodes>
{
    private readonly byte[] _bytes;

    private PackedCodes(byte[] bytes, int count, int kinds) => (_bytes, Count, Kinds) = (bytes, count, kinds);

    /// <summary>How many numbers there are.</summary>
    public int Count { get; }

    /// <summary>L, how many different numbers there could be.</summary>
    public int Kinds { get; }

    /// <summary>The bytes; unused bits of the last are 0.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Bits of a number below <paramref name="kinds"/>; 0 where it can only be 0.</summary>
    /// <param name="kinds">L; at least 1.</param>
    public static int BitsOf(int kinds) => kinds <= 1 ? 0 : BitOperations.Log2((uint)kinds - 1) + 1;

    /// <summary>Bytes that <paramref name="count"/> numbers take.</summary>
    public static long BytesOf(long count, int kinds) => ((count * BitsOf(kinds)) + 7) / 8;

    /// <summary>Packs numbers.</summary>
    /// <param name="codes">The numbers; each from 0 to <paramref name="kinds"/> − 1.</param>
    /// <param name="kinds">L; at least 1.</param>
    public static PackedCodes Of(ReadOnlySpan<int> codes, int kinds)
    {
        byte[] bytes = new byte[BytesOf(codes.Length, kinds)];
        int bits = BitsOf(kinds);
        long at = 0;
        foreach (int code in codes)
        {
            if ((uint)code >= (uint)kinds)
            {
                throw new ArgumentException($"A code to send is {code}; it must be between 0 and {kinds - 1}.");
            }

            for (int bit = 0; bit < bits; bit++, at++)
            {
                bytes[at >> 3] |= (byte)(((code >> bit) & 1) << (int)(at & 7));
            }
        }

        return new PackedCodes(bytes, codes.Length, kinds);
    }

    /// <summary>Takes bytes as <see cref="Bytes"/> gives them.</summary>
    /// <param name="bytes">The bytes; copied.</param>
    /// <param name="count">How many numbers they hold.</param>
    /// <param name="kinds">L.</param>
    /// <exception cref="InvalidDataException">They do not hold so many numbers below L.</exception>
    public static PackedCodes Read(ReadOnlySpan<byte> bytes, int count, int kinds)
    {
        if (count < 0 || kinds < 1 || bytes.Length != BytesOf(count, kinds))
        {
            throw new InvalidDataException(count < 0 || kinds < 1
                ? $"{count} codes below {kinds} cannot be: there must be at least 0, below at least 1."
                : $"{count} codes below {kinds} take {BytesOf(count, kinds)} bytes; there are {bytes.Length}.");
        }

        PackedCodes codes = new(bytes.ToArray(), count, kinds);
        int used = (int)((long)count * BitsOf(kinds) & 7);
        if (used > 0 && bytes[^1] >> used != 0)
        {
            throw new InvalidDataException($"The unused bits of the last byte of {count} codes are not 0.");
        }

        int[] read = new int[count];
        codes.CopyTo(read);
        int index = Array.FindIndex(read, code => code >= kinds);
        return index < 0 ? codes : throw new InvalidDataException($"Code {index} is {read[index]}; it must be below {kinds}.");
    }

    /// <summary>Unpacks all numbers.</summary>
    /// <param name="codes">Out: length <see cref="Count"/>.</param>
    public void CopyTo(Span<int> codes)
    {
        int bits = BitsOf(Kinds);
        long at = 0;
        for (int i = 0; i < Count; i++)
        {
            int code = 0;
            for (int bit = 0; bit < bits; bit++, at++)
            {
                code |= ((_bytes[at >> 3] >> (int)(at & 7)) & 1) << bit;
            }

            codes[i] = code;
        }
    }

    /// <inheritdoc/>
    public bool Equals(PackedCodes? other) => other is not null && Count == other.Count && Kinds == other.Kinds && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PackedCodes);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        hash.Add(Count);
        hash.Add(Kinds);
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }
}
