using System.Diagnostics.CodeAnalysis;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;

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

    /// <summary>Checks the arguments of <see cref="ILossOracle.Loss"/>.</summary>
    /// <exception cref="ArgumentException">A length is wrong, or a row is not of the shard.</exception>
    public static void CheckRowLoss(ILossOracle oracle, ReadOnlySpan<double> point, ReadOnlySpan<int> rows, ReadOnlySpan<double> gradient)
    {
        RequireLength(point.Length, oracle.Length, nameof(point));
        RequireLengthOrEmpty(gradient.Length, oracle.Length, nameof(gradient));
        RequireRows(rows, oracle.RowCount);
    }

    /// <summary>Requires that rows are of a shard of <paramref name="count"/>.</summary>
    public static void RequireRows(ReadOnlySpan<int> rows, int count)
    {
        foreach (int row in rows)
        {
            if ((uint)row >= (uint)count)
            {
                ThrowRow(row, count);
            }
        }
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

    /// <summary>Requires that there is a shard, and that training and test set have equal features and classes.</summary>
    /// <exception cref="ArgumentException">It is not so.</exception>
    public static void RequireFit(ShardedData data)
    {
        if (data.Shards.IsDefaultOrEmpty)
        {
            throw new ArgumentException($"{data.Train.Name} has no shard; there must be one per worker.", nameof(data));
        }

        if (data.Test.Features.Columns != data.Train.Features.Columns || data.Test.Classes != data.Train.Classes)
        {
            throw new ArgumentException(
                $"{data.Train.Name} has {data.Train.Features.Columns} features and {data.Train.Classes} classes, its test set "
                + $"{data.Test.Features.Columns} and {data.Test.Classes}; they must be equal.",
                nameof(data));
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
    private static void ThrowRow(int row, int count) => throw new ArgumentException(
        count == 0
            ? $"Row {row} was asked for, but the loss is no mean over rows; ask for all of it, with no rows named."
            : $"Row {row} was asked for; it must be one of the shard's rows, 0 to {count - 1}.",
        "rows");

    [DoesNotReturn]
    private static void ThrowLength(int length, int expected, string name) =>
        throw new ArgumentException($"{name} has length {length}; it must be {expected}.", name);
}
