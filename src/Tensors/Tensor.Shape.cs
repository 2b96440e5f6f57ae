using ActorFed.Tensors.Operations;

namespace ActorFed.Tensors;

public readonly unsafe partial struct Tensor<T>
{
    /// <summary>The same entries in another shape, without a copy.</summary>
    /// <exception cref="ArgumentException">The number of entries would change.</exception>
    public Tensor<T> Reshape(Shape shape) => ReshapeOperation<T>.Of(this, shape);

    /// <summary>The last two axes exchanged.</summary>
    public Tensor<T> Transpose()
    {
        int rank = Shape.Rank;
        Span<int> axes = stackalloc int[rank];
        for (int i = 0; i < rank; i++)
        {
            axes[i] = i;
        }

        if (rank < 2)
        {
            throw new ArgumentException($"A tensor of shape {Shape} has no two axes to exchange.");
        }

        (axes[^1], axes[^2]) = (axes[^2], axes[^1]);
        return Permute(axes);
    }

    /// <summary>The axes in another order.</summary>
    /// <param name="axes">For each axis of the result, which axis of this tensor it is: each one once.</param>
    public Tensor<T> Permute(params ReadOnlySpan<int> axes) => PermuteOperation<T>.Of(this, axes);

    /// <summary>The entries from <paramref name="start"/> on along an axis; without a copy along the first axis.</summary>
    public Tensor<T> Slice(int axis, int start, int length) => SliceOperation<T>.Of(this, Shape.Axis(axis), start, length);

    /// <summary>This tensor inside zeros: the opposite of <see cref="Slice"/>.</summary>
    /// <param name="axis">The axis that grows.</param>
    /// <param name="start">Where along it this tensor begins in the result.</param>
    /// <param name="extent">The extent of the result along it.</param>
    public Tensor<T> Embed(int axis, int start, int extent) => EmbedOperation<T>.Of(this, Shape.Axis(axis), start, extent);

    /// <summary>This tensor and then the other one along an axis.</summary>
    public Tensor<T> Concatenate(Tensor<T> other, int axis)
    {
        int extent = Shape[axis] + other.Shape[axis];
        return Embed(axis, 0, extent) + other.Embed(axis, Shape[axis], extent);
    }

    /// <summary>Entries repeated to fill a larger shape, by the rule of arithmetic operands.</summary>
    public Tensor<T> BroadcastTo(Shape shape) => BroadcastOperation<T>.Of(this, shape);

    /// <summary>The opposite of <see cref="BroadcastTo"/>: sums of the entries that fall together in the smaller shape.</summary>
    public Tensor<T> SumTo(Shape shape) => SumOperation<T>.Of(this, shape);

    /// <summary>Rows of a matrix by number; a row may occur more than once, or not at all.</summary>
    /// <param name="rows">Row numbers in [0, rows of this matrix).</param>
    /// <returns>A matrix with one row per number.</returns>
    public Tensor<T> Gather(Indices rows) => GatherOperation<T>.Of(this, rows);

    /// <summary>The opposite of <see cref="Gather"/>: a matrix of zeros to whose row <c>rows[i]</c> row i of this one is added.</summary>
    /// <param name="rows">One row number in [0, <paramref name="rowCount"/>) per row of this matrix.</param>
    /// <param name="rowCount">Rows of the result.</param>
    public Tensor<T> ScatterAdd(Indices rows, int rowCount) => ScatterOperation<T>.Of(this, rows, rowCount);

    /// <summary>What a sliding window sees: [N, C, H, W] becomes [N, C · height · width of the window, its positions].</summary>
    public Tensor<T> Unfold(Window window) => UnfoldOperation<T>.Of(this, window);

    /// <summary>The opposite of <see cref="Unfold"/>: adds what windows hold where they lie in [N, C, H, W].</summary>
    public Tensor<T> Fold(Window window, Shape shape) => FoldOperation<T>.Of(this, window, shape);
}
