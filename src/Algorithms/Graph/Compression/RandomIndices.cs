using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>Draws some of the indices of a vector, every set of them equally likely.</summary>
/// <remarks>Source: Floyd's sampling, in Bentley and Floyd, "Programming pearls: a sample of brilliance", 1987.</remarks>
public static class RandomIndices
{
    /// <summary>The indices that a seed stands for.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="count">How many; 0 to <paramref name="length"/>.</param>
    /// <param name="length">Below which all are.</param>
    /// <returns>Ascending.</returns>
    public static ImmutableArray<int> Draw(ulong seed, int count, int length) => Draw(new SeededRandom(seed, "rand-k"), count, length);

    /// <summary>The next indices of a stream.</summary>
    /// <returns>Ascending.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or more than the length.</exception>
    public static ImmutableArray<int> Draw(SeededRandom random, int count, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, length);
        ulong[] isDrawn = new ulong[(length + 63) / 64];
        for (int last = length - count; last < length; last++)
        {
            int index = random.NextInt32(last + 1);
            int added = (isDrawn[index >> 6] >> index & 1) == 0 ? index : last;
            isDrawn[added >> 6] |= 1UL << added;
        }

        int[] indices = new int[count];
        int found = 0;
        for (int word = 0; word < isDrawn.Length; word++)
        {
            for (ulong bits = isDrawn[word]; bits != 0; bits &= bits - 1)
            {
                indices[found++] = (word << 6) + BitOperations.TrailingZeroCount(bits);
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(indices);
    }
}
