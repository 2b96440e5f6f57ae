using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>Finds the entries of largest absolute value in time linear in the length, whatever the entries are.</summary>
/// <remarks>
/// A radix selection: absolute values are ordered as their bits are, so a count of the entries per value of the leading bits tells which
/// value the k-th largest has there, and so on through the following bits of those that share it. Usually a few bits decide.
/// </remarks>
public static class LargestEntries
{
    private const int Digit = 9; // bits; 63 of them without the sign are seven digits
    private const int DigitValues = 1 << Digit;
    private const ulong WithoutSign = ulong.MaxValue >> 1;

    /// <summary>Indices of the <paramref name="count"/> entries of largest absolute value; of equal ones, those of lowest index.</summary>
    /// <param name="vector">All finite.</param>
    /// <param name="count">How many; 0 to the length.</param>
    /// <returns>Ascending.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or more than the length.</exception>
    public static ImmutableArray<int> Find(ReadOnlySpan<double> vector, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, vector.Length);
        (ulong threshold, int ties) = Threshold(vector, count);
        int[] indices = new int[count];
        for (int i = 0, found = 0; found < count; i++)
        {
            ulong magnitude = Magnitude(vector[i]);
            if (magnitude > threshold || (magnitude == threshold && ties-- > 0))
            {
                indices[found++] = i;
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(indices);
    }

    /// <summary>A bound such that all entries above it and the first <c>Ties</c> equal to it are the wanted ones.</summary>
    private static (ulong Bound, int Ties) Threshold(ReadOnlySpan<double> vector, int count)
    {
        Span<int> entries = stackalloc int[DigitValues];
        ulong prefix = 0;
        int wanted = count;
        for (int shift = 63 - Digit; shift >= 0; shift -= Digit)
        {
            entries.Clear();
            foreach (double entry in vector)
            {
                ulong magnitude = Magnitude(entry);
                if (magnitude >> (shift + Digit) == prefix >> (shift + Digit))
                {
                    entries[(int)(magnitude >> shift) & (DigitValues - 1)]++;
                }
            }

            int digit = DigitValues - 1;
            for (; digit > 0 && entries[digit] < wanted; digit--)
            {
                wanted -= entries[digit];
            }

            prefix |= (ulong)digit << shift;
            if (entries[digit] == wanted)
            {
                return (prefix, wanted); // all that begin like this are wanted
            }
        }

        return (prefix, wanted);
    }

    private static ulong Magnitude(double value) => BitConverter.DoubleToUInt64Bits(value) & WithoutSign;
}
