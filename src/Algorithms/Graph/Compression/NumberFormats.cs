using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>Rounds to a <see cref="NumberFormat"/>: to the nearest number it has, and to the even one between two.</summary>
/// <remarks>
/// Zero is a number of every format, so rounding never moves an entry by more than its own size. bfloat16 is rounded to by way of float32.
/// </remarks>
public static class NumberFormats
{
    /// <summary>What one number takes.</summary>
    public static int Bytes(this NumberFormat format) => format switch
    {
        NumberFormat.Float64 => 8,
        NumberFormat.Float32 => 4,
        NumberFormat.Bfloat16 => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "This is no number format."),
    };

    /// <summary>The nearest number that the format has; infinite where the format ends.</summary>
    public static double Round(this NumberFormat format, double value) => format switch
    {
        NumberFormat.Float64 => value,
        NumberFormat.Float32 => (float)value,
        NumberFormat.Bfloat16 => RoundToBfloat16((float)value),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "This is no number format."),
    };

    /// <summary>The nearest number that the format has.</summary>
    /// <param name="format">The format.</param>
    /// <param name="value">Finite.</param>
    /// <param name="name">What it is, for the message.</param>
    /// <exception cref="ArithmeticException">It is beyond the format's largest.</exception>
    public static double RoundFinite(this NumberFormat format, double value, string name)
    {
        double rounded = format.Round(value);
        return double.IsFinite(rounded)
            ? rounded
            : throw new ArithmeticException(
                $"{name} is {value}; to travel as {Name(format)} it must be finite and at most about 3.4e38. Does the run diverge? "
                + "If not, let values travel as float64.");
    }

    /// <summary>A vector with all entries rounded.</summary>
    /// <exception cref="ArithmeticException">An entry is beyond the format's largest.</exception>
    public static FlatVector Round(this NumberFormat format, FlatVector vector)
    {
        if (format == NumberFormat.Float64)
        {
            return vector;
        }

        return FlatVector.Create(vector.Length, (vector, format), static (values, state) =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                double rounded = state.format.Round(state.vector[i]);
                values[i] = double.IsFinite(rounded) ? rounded : state.format.RoundFinite(state.vector[i], $"entry {i} of a vector to send");
            }
        });
    }

    /// <summary>Why values cannot have travelled in the format, or null.</summary>
    public static string? Objection(this NumberFormat format, FlatVector values, string name)
    {
        if (!Enum.IsDefined(format))
        {
            return $"{name} travels in format {(byte)format}; the last known is {(byte)NumberFormat.Bfloat16}.";
        }

        for (int i = 0; format != NumberFormat.Float64 && i < values.Length; i++)
        {
            if (!format.Round(values[i]).Equals(values[i]))
            {
                return $"entry {i} of {name} is {values[i]}, which is no {Name(format)}.";
            }
        }

        return null;
    }

    private static string Name(NumberFormat format) => format.ToString().ToLowerInvariant();

    private static double RoundToBfloat16(float value)
    {
        if (!float.IsFinite(value))
        {
            return value;
        }

        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint toEven = 0x7FFF + ((bits >> 16) & 1); // carries into the kept half above the middle, and at the middle when that half is odd
        return BitConverter.UInt32BitsToSingle((bits + toEven) & 0xFFFF_0000);
    }
}
