using System.Diagnostics.CodeAnalysis;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>Checks what callers hand to an oracle or a problem.</summary>
internal static class OracleArguments
{
    /// <summary>Checks the arguments of <see cref="IBilevelOracle.UpperLoss"/> and of <see cref="IBilevelOracle.LowerLoss"/>.</summary>
    public static void CheckLoss(
        IBilevelOracle oracle,
        ReadOnlySpan<double> upper,
        ReadOnlySpan<double> lower,
        ReadOnlySpan<double> upperGradient,
        ReadOnlySpan<double> lowerGradient)
    {
        RequireLength(upper.Length, oracle.UpperLength, nameof(upper));
        RequireLength(lower.Length, oracle.LowerLength, nameof(lower));
        RequireLengthOrEmpty(upperGradient.Length, oracle.UpperLength, nameof(upperGradient));
        RequireLengthOrEmpty(lowerGradient.Length, oracle.LowerLength, nameof(lowerGradient));
    }

    /// <summary>Checks the arguments of the two products; <paramref name="productLength"/> is what the result must have.</summary>
    public static void CheckProduct(
        IBilevelOracle oracle,
        ReadOnlySpan<double> upper,
        ReadOnlySpan<double> lower,
        ReadOnlySpan<double> direction,
        ReadOnlySpan<double> product,
        int productLength)
    {
        RequireLength(upper.Length, oracle.UpperLength, nameof(upper));
        RequireLength(lower.Length, oracle.LowerLength, nameof(lower));
        RequireLength(direction.Length, oracle.LowerLength, nameof(direction));
        RequireLength(product.Length, productLength, nameof(product));
    }

    /// <summary>Requires that a vector has its length.</summary>
    public static void RequireLength(int length, int expected, string name)
    {
        if (length != expected)
        {
            ThrowLength(length, expected, name);
        }
    }

    /// <summary>Requires that a vector has its length, or none because it is not wanted.</summary>
    public static void RequireLengthOrEmpty(int length, int expected, string name)
    {
        if (length != 0)
        {
            RequireLength(length, expected, name);
        }
    }

    /// <summary>Requires that a shard exists.</summary>
    public static void RequireShard(int shard, int count)
    {
        if ((uint)shard >= (uint)count)
        {
            throw new ArgumentOutOfRangeException(nameof(shard), $"Shard {shard} was asked for; there are shards 0 to {count - 1}.");
        }
    }

    [DoesNotReturn]
    private static void ThrowLength(int length, int expected, string name) =>
        throw new ArgumentException($"{name} has length {length}; it must be {expected}.", name);
}
