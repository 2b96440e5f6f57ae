using System.Runtime.CompilerServices;

namespace ActorFed.Tensors.Kernels;

/// <summary>Conversions of single numbers that allocate nothing even in code that is not optimised yet.</summary>
internal static class Number
{
    /// <summary>The number rounded to <typeparamref name="T"/>, which is <c>float</c> or <c>double</c>.</summary>
    public static T From<T>(double value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            return Unsafe.BitCast<double, T>(value);
        }

        return Unsafe.BitCast<float, T>((float)value);
    }

    /// <summary>The number as a double, exactly.</summary>
    public static double ToDouble<T>(T value)
        where T : unmanaged =>
        typeof(T) == typeof(double) ? Unsafe.BitCast<T, double>(value) : Unsafe.BitCast<T, float>(value);
}
