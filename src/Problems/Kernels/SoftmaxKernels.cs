using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F = System.Runtime.Intrinsics.Vector512<float>;

namespace ActorFed.Problems.Kernels;

/// <summary>What happens between the two matrix products, for sixteen rows at a time: one row per lane.</summary>
/// <remarks>Class c of a table lies <see cref="RowBlocks.BlockRows"/> floats after class c − 1.</remarks>
internal static unsafe class SoftmaxKernels
{
    private const int Pitch = RowBlocks.BlockRows;

    /// <summary>Replaces logits by probabilities.</summary>
    /// <param name="logits">In: logits. Out: probabilities.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="labels">The label of each row, as a float.</param>
    /// <returns>The cross entropy of each row, log Σ exp(logit) − logit[label].</returns>
    public static F Normalise(float* logits, int classes, F labels)
    {
        F max = Vector512.Load(logits);
        for (int c = 1; c < classes; c++)
        {
            max = Vector512.Max(max, Vector512.Load(logits + (c * Pitch)));
        }

        F sum = F.Zero;
        F chosen = F.Zero;
        for (int c = 0; c < classes; c++)
        {
            F shifted = Vector512.Load(logits + (c * Pitch)) - max;
            F power = Exp(shifted);
            power.Store(logits + (c * Pitch));
            sum += power;
            chosen = Vector512.ConditionalSelect(Vector512.Equals(labels, Vector512.Create((float)c)), shifted, chosen);
        }

        F factor = F.One / sum;
        for (int c = 0; c < classes; c++)
        {
            (Vector512.Load(logits + (c * Pitch)) * factor).Store(logits + (c * Pitch));
        }

        return Log(sum) - chosen; // where a logit is NaN, so is chosen
    }

    /// <summary>Replaces probabilities p by the weighted gradient in the logits, weight · (p − e[label]).</summary>
    public static void ToResiduals(float* probabilities, int classes, F labels, F weights)
    {
        for (int c = 0; c < classes; c++)
        {
            F isLabel = Vector512.Equals(labels, Vector512.Create((float)c)) & F.One;
            ((Vector512.Load(probabilities + (c * Pitch)) - isLabel) * weights).Store(probabilities + (c * Pitch));
        }
    }

    /// <summary>
    /// Replaces the change u of the logits along a direction by the weighted change of their gradient, weight · p (u − pᵀ u).
    /// </summary>
    public static void ToCurvature(float* probabilities, float* changes, int classes, F weights)
    {
        F mean = Mean(probabilities, changes, classes);
        for (int c = 0; c < classes; c++)
        {
            F change = Vector512.Load(changes + (c * Pitch)) - mean;
            (change * Vector512.Load(probabilities + (c * Pitch)) * weights).Store(changes + (c * Pitch));
        }
    }

    /// <summary>The derivative of each row's cross entropy when its logits change by u: pᵀ u − u[label].</summary>
    public static F DirectionalDerivative(float* probabilities, float* changes, int classes, F labels)
    {
        F chosen = F.Zero;
        for (int c = 0; c < classes; c++)
        {
            F isLabel = Vector512.Equals(labels, Vector512.Create((float)c));
            chosen = Vector512.ConditionalSelect(isLabel, Vector512.Load(changes + (c * Pitch)), chosen);
        }

        return Mean(probabilities, changes, classes) - chosen;
    }

    /// <summary>exp of numbers that are at most 0, NaN for NaN; below −87 it stays at exp(−87) ≈ 1.6e-38.</summary>
    /// <remarks>
    /// x = k ln 2 + r with |r| ≤ ln 2 / 2, then the Taylor polynomial of degree 7 in r and a shift of the exponent by k.
    /// Largest relative error 2 units in the last place. Only fused multiply-add, rounding and integer operations: the same
    /// bits on every machine.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Exp(F x)
    {
        x = Vector512.Max(x, Vector512.Create(-87f));
        F k = Vector512.Round(x * 1.44269504f);
        F r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-0.693145752f), x); // ln 2 to 15 bits: k times it is exact
        r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-1.42860677e-6f), r);
        F p = Vector512.Create(1f / 5040);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 720));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, F.One);
        p = Vector512.FusedMultiplyAdd(p, r, F.One);
        Vector512<int> exponent = Vector512.ConvertToInt32Native(k) + Vector512.Create(127);
        return p * Vector512.ShiftLeft(exponent, 23).AsSingle();
    }

    /// <summary>log of normal positive numbers; anything for others.</summary>
    /// <remarks>
    /// x = 2^k m with m in [√½, √2), log m = 2 artanh s with s = (m − 1) / (m + 1), |s| &lt; 0.172, by its series up to s⁹. Largest
    /// error 2 units in the last place, or 2⁻²⁴ absolute near 1. The same bits on every machine, unlike the runtime's own.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Log(F x)
    {
        Vector512<int> k = Vector512.ShiftRightArithmetic(x.AsInt32() - Vector512.Create(0x3F3504F3), 23); // √½ in bits
        F m = (x.AsInt32() - Vector512.ShiftLeft(k, 23)).AsSingle();
        F s = (m - F.One) / (m + F.One);
        F square = s * s;
        F p = Vector512.Create(2f / 9);
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(2f / 7));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(2f / 5));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(2f / 3));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(2f));
        return Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(k), Vector512.Create(0.693147182f), p * s);
    }

    private static F Mean(float* probabilities, float* changes, int classes)
    {
        F mean = F.Zero;
        for (int c = 0; c < classes; c++)
        {
            mean = Vector512.FusedMultiplyAdd(
                Vector512.Load(probabilities + (c * Pitch)), Vector512.Load(changes + (c * Pitch)), mean);
        }

        return mean;
    }
}
