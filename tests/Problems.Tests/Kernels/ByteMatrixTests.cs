using ActorFed.Algorithms.Numerics;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Kernels;

public sealed class ByteMatrixTests
{
    [Fact]
    public void Copies_rows_of_any_width_as_one_fused_step_per_byte()
    {
        SeededRandom random = new(1, "bytes");
        for (int columns = 1; columns <= 70; columns++)
        {
            byte[] bytes = [.. Enumerable.Range(0, 3 * columns).Select(_ => (byte)random.NextInt32(256))];
            ByteMatrix matrix = new([.. bytes], columns, 0.3f, -1.7f);
            float[] row = new float[columns + 1];
            row[columns] = 5;

            matrix.PrefetchRow(2);
            matrix.CopyRow(2, row);

            float[] expected = [.. bytes[(2 * columns)..].Select(value => MathF.FusedMultiplyAdd(0.3f, value, -1.7f)), 5];
            Assert.Equal(expected, row);
        }
    }

    [Fact]
    public void Rejects_a_destination_that_is_too_short() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ByteMatrix(new byte[40], 20, 1, 0).CopyRow(1, new float[19]));
}
