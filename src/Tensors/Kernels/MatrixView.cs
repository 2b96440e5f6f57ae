namespace ActorFed.Tensors.Kernels;

/// <summary>A matrix in memory: entry (i, j) lies at <c>Data + i · RowStride + j · ColumnStride</c>.</summary>
internal unsafe struct MatrixView<T>
    where T : unmanaged
{
    public T* Data;
    public int Rows;
    public int Columns;
    public nint RowStride;
    public nint ColumnStride;

    /// <summary>Rows one after the other.</summary>
    public static MatrixView<T> RowMajor(T* data, int rows, int columns) =>
        new() { Data = data, Rows = rows, Columns = columns, RowStride = columns, ColumnStride = 1 };

    /// <summary>The matrix number <paramref name="index"/> of those that follow one another in memory, transposed or not.</summary>
    public readonly MatrixView<T> Of(int index, bool transposed)
    {
        MatrixView<T> view = this;
        view.Data += (nint)index * Rows * Columns;
        return transposed ? view.Transposed() : view;
    }

    /// <summary>Rows and columns exchanged.</summary>
    public readonly MatrixView<T> Transposed() =>
        new() { Data = Data, Rows = Columns, Columns = Rows, RowStride = ColumnStride, ColumnStride = RowStride };

    /// <summary>Some of the rows.</summary>
    public readonly MatrixView<T> RowRange(int start, int count)
    {
        MatrixView<T> view = this;
        view.Data += start * RowStride;
        view.Rows = count;
        return view;
    }
}
