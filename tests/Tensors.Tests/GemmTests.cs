using System.Numerics;
using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors.Kernels;
using Xunit;

namespace ActorFed.Tensors.Tests;

/// <summary>Every entry is one chain of fused multiply-adds over k, whatever the kernel, the orientation and the threads.</summary>
public sealed class GemmTests
{
    public static TheoryData<int, int, int> Sizes() => new()
    {
        { 1, 1, 1 }, { 3, 5, 2 }, { 12, 32, 7 }, { 13, 33, 65 }, { 64, 10, 128 }, { 10, 300, 64 }, { 25, 47, 600 }, { 100, 70, 257 },
        { 1, 2100, 9 }, { 2100, 1, 9 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void Float_products_are_chains_of_fused_multiply_adds(int rows, int columns, int depth) => Check<float>(rows, columns, depth);

    [Theory, MemberData(nameof(Sizes))]
    public void Double_products_are_chains_of_fused_multiply_adds(int rows, int columns, int depth) => Check<double>(rows, columns, depth);

    [Theory]
    [InlineData(500)]
    [InlineData(512)] // shares of 264 and 248 rows: two blocks of 132 and one of 248
    public void Several_threads_give_the_bits_of_one(int rows)
    {
        float[] a = Numbers<float>(rows * 300, "a");
        float[] b = Numbers<float>(300 * 200, "b");
        float[] one = new float[rows * 200];
        float[] several = new float[rows * 200];

        new Gemm<float>(threads: 1).Multiply(rows, 200, 300, a, false, b, false, one);
        foreach (int threads in (int[])[2, 3, 7])
        {
            Gemm<float> team = new(threads);
            for (int repetition = 0; repetition < 10; repetition++)
            {
                several.AsSpan().Clear();
                team.Multiply(rows, 200, 300, a, false, b, false, several);

                Assert.Equal(one, several);
            }
        }
    }

    [Fact]
    public void Repeated_products_allocate_nothing()
    {
        float[] a = Numbers<float>(200 * 200, "a");
        float[] c = new float[200 * 200];
        Gemm<float> gemm = new(threads: 2);
        gemm.Multiply(200, 200, 200, a, false, a, true, c);

        long before = GC.GetAllocatedBytesForCurrentThread();
        gemm.Multiply(200, 200, 200, a, false, a, true, c);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Rejects_lengths_that_do_not_match()
    {
        Gemm<double> gemm = new();

        ArgumentException thrown = Assert.Throws<ArgumentException>(
            () => gemm.Multiply(2, 3, 4, new double[8], false, new double[11], false, new double[6]));

        Assert.Contains("8, 11 and 6 entries", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void Rejects_an_impossible_number_of_threads(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gemm<float>(threads));

    private static void Check<T>(int rows, int columns, int depth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] a = Numbers<T>(rows * depth, "a");
        T[] b = Numbers<T>(depth * columns, "b");
        T[] start = Numbers<T>(rows * columns, "c");
        T[][] expected = [Chains(rows, columns, depth, a, b, new T[start.Length]), Chains(rows, columns, depth, a, b, start)];
        foreach (int width in (int[])[128, 256, 512])
        {
            foreach (int threads in (int[])[1, 2])
            {
                Gemm<T> gemm = new(threads, width);
                for (int form = 0; form < 8; form++)
                {
                    (bool transposeA, bool transposeB, bool accumulate) = ((form & 1) != 0, (form & 2) != 0, (form & 4) != 0);
                    T[] c = [.. start];

                    gemm.Multiply(
                        rows, columns, depth,
                        transposeA ? Transpose(a, rows, depth) : a, transposeA,
                        transposeB ? Transpose(b, depth, columns) : b, transposeB,
                        c, accumulate);

                    Assert.True(c.AsSpan().SequenceEqual(expected[accumulate ? 1 : 0]), $"{width} bits, {threads} threads, form {form}");
                }
            }
        }
    }

    private static T[] Chains<T>(int rows, int columns, int depth, T[] a, T[] b, T[] start)
        where T : IBinaryFloatingPointIeee754<T>
    {
        T[] c = [.. start];
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < depth; k++)
            {
                for (int j = 0; j < columns; j++)
                {
                    c[(i * columns) + j] = T.FusedMultiplyAdd(a[(i * depth) + k], b[(k * columns) + j], c[(i * columns) + j]);
                }
            }
        }

        return c;
    }

    private static T[] Transpose<T>(T[] x, int rows, int columns) =>
        [.. Enumerable.Range(0, x.Length).Select(i => x[(i % rows * columns) + (i / rows)])];

    private static T[] Numbers<T>(int count, string stream)
        where T : IBinaryFloatingPointIeee754<T>
    {
        SeededRandom random = new(3, stream);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(random.NextGaussian()))];
    }
}
