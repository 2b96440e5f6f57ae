using System.Runtime.Intrinsics;
using ActorFed.Problems.Kernels;
using Xunit;

namespace ActorFed.Problems.Tests.Kernels;

public sealed class SoftmaxKernelsTests
{
    [Fact]
    public void Exp_is_good_to_two_units_in_the_last_place()
    {
        for (int i = 0; i <= 870_000; i++)
        {
            float x = i / -10_000f;
            double expected = Math.Exp(x);

            float actual = SoftmaxKernels.Exp(Vector512.Create(x))[i % 16];

            double unit = MathF.BitIncrement((float)expected) - (float)expected;
            Assert.True(Math.Abs(actual - expected) <= 2 * unit, $"exp({x}) is {expected}, not {actual}");
        }
    }

    [Fact]
    public void Exp_is_exact_at_zero_tiny_far_below_and_keeps_NaN()
    {
        Assert.Equal(1, SoftmaxKernels.Exp(Vector512<float>.Zero)[0]);
        Assert.InRange(SoftmaxKernels.Exp(Vector512.Create(float.NegativeInfinity))[0], 0, 1.7e-38f);
        Assert.InRange(SoftmaxKernels.Exp(Vector512.Create(-1e30f))[0], 0, 1.7e-38f);
        Assert.True(float.IsNaN(SoftmaxKernels.Exp(Vector512.Create(float.NaN))[0]));
    }

    [Fact]
    public void Log_is_good_to_two_units_in_the_last_place()
    {
        for (int i = 0; i <= 300_000; i++)
        {
            float x = 1 + (i / 7_000f);
            double expected = Math.Log(x);

            float actual = SoftmaxKernels.Log(Vector512.Create(x))[i % 16];

            double unit = MathF.BitIncrement((float)expected) - (float)expected;
            Assert.True(Math.Abs(actual - expected) <= Math.Max(2 * unit, 1.0 / (1 << 24)), $"log({x}) is {expected}, not {actual}");
        }

        Assert.Equal(0, SoftmaxKernels.Log(Vector512<float>.One)[0]);
    }
}
