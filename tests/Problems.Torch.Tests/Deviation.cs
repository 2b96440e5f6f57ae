using ActorFed.Algorithms.Numerics;
using Xunit;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // tests count the live tensors of the process

namespace ActorFed.Problems.Torch.Tests;

/// <summary>How far two computations in float are apart.</summary>
internal static class Deviation
{
    /// <summary>The largest allowed deviation, relative to the norm of the managed result: a few hundred units of 2⁻²³.</summary>
    private const double Tolerance = 1e-4;

    public static void IsSmall(double[] managed, double[] torch)
    {
        double[] difference = [.. managed.Zip(torch, (a, b) => b - a)];
        double scale = VectorMath.Norm(managed);

        Assert.True(
            VectorMath.Norm(difference) <= Tolerance * scale,
            $"The deviation is {VectorMath.Norm(difference)}, the norm of the managed result {scale}; their ratio must be at most {Tolerance}.");
    }

    public static void IsSmall(double managed, double torch) => IsSmall([managed], [torch]);
}
