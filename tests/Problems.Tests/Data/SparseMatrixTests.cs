using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class SparseMatrixTests
{
    private static readonly SparseMatrix Sample = new(4, [[(1, 2f), (3, -1f)], [], [(0, 5f)]]);

    [Fact]
    public void Holds_the_rows_it_was_given()
    {
        float[] row = [9, 9, 9, 9];

        Sample.CopyRow(0, row);

        Assert.Equal<float>([0, 2, 0, -1], row);
        Assert.Equal((3, 4, 3), (Sample.Rows, Sample.Columns, Sample.EntryCount));
        Assert.Equal([1, 3], Sample.ColumnsOf(0).ToArray());
        Assert.Equal([5f], Sample.ValuesOf(2).ToArray());
        Assert.True(Sample.ColumnsOf(1).IsEmpty);
    }

    [Fact]
    public void Leaves_the_zeros_of_another_matrix_out()
    {
        SparseMatrix sparse = SparseMatrix.Of(new DenseMatrix([0, 1, 0, 0, 0, 0, 2, 3, 0], 3));

        Assert.Equal(3, sparse.EntryCount);
        Assert.Equal([0, 1], sparse.ColumnsOf(2).ToArray());
        Assert.Same(sparse, SparseMatrix.Of(sparse));
    }

    [Fact]
    public void Rejects_columns_that_do_not_ascend_or_are_too_large()
    {
        Assert.Contains("must ascend", Assert.Throws<ArgumentException>(() => new SparseMatrix(4, [[(1, 1f), (1, 1f)]])).Message, StringComparison.Ordinal);
        Assert.Contains("below 4", Assert.Throws<ArgumentException>(() => new SparseMatrix(4, [[(4, 1f)]])).Message, StringComparison.Ordinal);
    }
}
