using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ActorFed.Algorithms.Numerics;

/// <summary>Kernels over spans of doubles whose results have the same bits on every machine.</summary>
/// <remarks>
/// Sums run in 32 interleaved lanes (four vectors of eight), folded in one fixed order; the up to seven entries that fill no
/// vector follow in order of their index. A product that is added to something is always fused. Vectors of eight exist on
/// every processor as far as the language is concerned; where the hardware has narrower ones, the compiler splits them,
/// which changes the speed but no bit. A result may be the same span as an operand, but must not overlap it partly.
/// </remarks>
public static class VectorMath
{
    /// <summary>Entries of a block of <see cref="Combine"/>: 8 KiB, a sixth of a usual first-level cache.</summary>
    private const int CombineBlock = 1024;

    private const int Lanes = 8;
    private const int Stride = 4 * Lanes;

    /// <summary>xᵀ y.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        RequireEqualLengths(x.Length, y.Length);
        ref double a = ref MemoryMarshal.GetReference(x);
        ref double b = ref MemoryMarshal.GetReference(y);
        Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        for (; i <= x.Length - Stride; i += Stride)
        {
            sum0 = Vector512.FusedMultiplyAdd(Load(ref a, i), Load(ref b, i), sum0);
            sum1 = Vector512.FusedMultiplyAdd(Load(ref a, i + Lanes), Load(ref b, i + Lanes), sum1);
            sum2 = Vector512.FusedMultiplyAdd(Load(ref a, i + (2 * Lanes)), Load(ref b, i + (2 * Lanes)), sum2);
            sum3 = Vector512.FusedMultiplyAdd(Load(ref a, i + (3 * Lanes)), Load(ref b, i + (3 * Lanes)), sum3);
        }

        for (; i <= x.Length - Lanes; i += Lanes)
        {
            sum0 = Vector512.FusedMultiplyAdd(Load(ref a, i), Load(ref b, i), sum0);
        }

        double sum = Fold(sum0 + sum1 + (sum2 + sum3));
        for (; i < x.Length; i++)
        {
            sum = Math.FusedMultiplyAdd(x[i], y[i], sum);
        }

        return sum;
    }

    /// <summary>‖x‖².</summary>
    public static double SquaredNorm(ReadOnlySpan<double> x) => Dot(x, x);

    /// <summary>‖x‖, the Euclidean norm; no guard against overflow of the squares.</summary>
    public static double Norm(ReadOnlySpan<double> x) => Math.Sqrt(SquaredNorm(x));

    /// <summary>‖x − y‖².</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double SquaredDistance(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        RequireEqualLengths(x.Length, y.Length);
        ref double a = ref MemoryMarshal.GetReference(x);
        ref double b = ref MemoryMarshal.GetReference(y);
        Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        for (; i <= x.Length - Stride; i += Stride)
        {
            sum0 = AddSquare(Load(ref a, i) - Load(ref b, i), sum0);
            sum1 = AddSquare(Load(ref a, i + Lanes) - Load(ref b, i + Lanes), sum1);
            sum2 = AddSquare(Load(ref a, i + (2 * Lanes)) - Load(ref b, i + (2 * Lanes)), sum2);
            sum3 = AddSquare(Load(ref a, i + (3 * Lanes)) - Load(ref b, i + (3 * Lanes)), sum3);
        }

        for (; i <= x.Length - Lanes; i += Lanes)
        {
            sum0 = AddSquare(Load(ref a, i) - Load(ref b, i), sum0);
        }

        double sum = Fold(sum0 + sum1 + (sum2 + sum3));
        for (; i < x.Length; i++)
        {
            double difference = x[i] - y[i];
            sum = Math.FusedMultiplyAdd(difference, difference, sum);
        }

        return sum;
    }

    /// <summary>y ← y + α x, each product fused with its addition.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void AddScaled(double alpha, ReadOnlySpan<double> x, Span<double> y)
    {
        RequireEqualLengths(x.Length, y.Length);
        ref double a = ref MemoryMarshal.GetReference(x);
        ref double b = ref MemoryMarshal.GetReference(y);
        Vector512<double> factor = Vector512.Create(alpha);
        int i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            Vector512.FusedMultiplyAdd(factor, Load(ref a, i), Load(ref b, i)).StoreUnsafe(ref b, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            y[i] = Math.FusedMultiplyAdd(alpha, x[i], y[i]);
        }
    }

    /// <summary>
    /// result ← Σ_k factor_k x_k. Runs in blocks that stay in the nearest cache, so that long vectors cross the memory bus once;
    /// entry by entry it is the first product, then <see cref="AddScaled"/> for each further term in the order given.
    /// </summary>
    /// <param name="terms">At least one.</param>
    /// <param name="result">Overwritten; must not overlap any term but the first.</param>
    /// <exception cref="ArgumentException">There is no term, or the lengths differ.</exception>
    public static void Combine(ReadOnlySpan<Term> terms, Span<double> result)
    {
        if (terms.IsEmpty)
        {
            throw new ArgumentException("A linear combination needs at least one term.", nameof(terms));
        }

        foreach (Term term in terms)
        {
            RequireEqualLengths(term.Vector.Length, result.Length);
        }

        for (int start = 0; start < result.Length; start += CombineBlock)
        {
            int count = Math.Min(CombineBlock, result.Length - start);
            Span<double> block = result.Slice(start, count);
            Scale(terms[0].Factor, terms[0].Vector.Span.Slice(start, count), block);
            for (int k = 1; k < terms.Length; k++)
            {
                AddScaled(terms[k].Factor, terms[k].Vector.Span.Slice(start, count), block);
            }
        }
    }

    /// <summary>result ← x − y.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Subtract(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> result)
    {
        RequireEqualLengths(x.Length, y.Length);
        RequireEqualLengths(x.Length, result.Length);
        ref double a = ref MemoryMarshal.GetReference(x);
        ref double b = ref MemoryMarshal.GetReference(y);
        ref double c = ref MemoryMarshal.GetReference(result);
        int i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            (Load(ref a, i) - Load(ref b, i)).StoreUnsafe(ref c, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            result[i] = x[i] - y[i];
        }
    }

    /// <summary>result ← α x.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Scale(double alpha, ReadOnlySpan<double> x, Span<double> result)
    {
        RequireEqualLengths(x.Length, result.Length);
        ref double a = ref MemoryMarshal.GetReference(x);
        ref double c = ref MemoryMarshal.GetReference(result);
        int i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            (alpha * Load(ref a, i)).StoreUnsafe(ref c, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            result[i] = alpha * x[i];
        }
    }

    /// <summary>x ← α x.</summary>
    public static void Scale(double alpha, Span<double> x) => Scale(alpha, x, x);

    /// <summary>Whether no entry is infinite or NaN.</summary>
    public static bool IsFinite(ReadOnlySpan<double> x) => IndexOfNonFinite(x) < 0;

    /// <summary>Index of the first entry that is infinite or NaN; −1 when there is none.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<double> x)
    {
        ref double a = ref MemoryMarshal.GetReference(x);
        int i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            Vector512<double> value = Load(ref a, i);
            if (!Vector512.EqualsAll(value - value, Vector512<double>.Zero)) // ∞ − ∞ and NaN − NaN are NaN
            {
                break;
            }
        }

        for (; i < x.Length; i++)
        {
            if (!double.IsFinite(x[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Index of the first entry that is NaN or whose absolute value is more than <paramref name="limit"/>; −1 when there is none.</summary>
    public static int IndexBeyond(ReadOnlySpan<double> x, double limit)
    {
        ref double a = ref MemoryMarshal.GetReference(x);
        Vector512<double> limits = Vector512.Create(limit);
        int i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
        {
            if (!Vector512.LessThanOrEqualAll(Vector512.Abs(Load(ref a, i)), limits)) // no comparison with NaN holds
            {
                break;
            }
        }

        for (; i < x.Length; i++)
        {
            if (!(Math.Abs(x[i]) <= limit))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The sum of the eight lanes in one fixed order: halves, quarters, pair.</summary>
    private static double Fold(Vector512<double> lanes)
    {
        Vector256<double> four = lanes.GetLower() + lanes.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> AddSquare(Vector512<double> value, Vector512<double> sum) =>
        Vector512.FusedMultiplyAdd(value, value, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Load(ref double start, int index) => Vector512.LoadUnsafe(ref start, (nuint)index);

    private static void RequireEqualLengths(int first, int second)
    {
        if (first != second)
        {
            ThrowLengths(first, second);
        }
    }

    [DoesNotReturn]
    private static void ThrowLengths(int first, int second) =>
        throw new ArgumentException($"The vectors have lengths {first} and {second}; they must be equal.");
}
