namespace ActorFed.Tensors.Kernels;

/// <summary>Multiplies one packed panel of A with one of B into a tile that stays in registers.</summary>
/// <remarks>
/// Every entry of the tile is a chain of fused multiply-adds over k in ascending order, begun with 0 or with what is there. That is
/// a promise: all kernels, block sizes and numbers of threads hence give the same bits.
/// </remarks>
internal unsafe interface IMicroKernel<T>
    where T : unmanaged
{
    /// <summary>Rows of the tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of the tile.</summary>
    static abstract int Columns { get; }

    /// <summary>c_ij ← (c_ij or 0) + Σ_k a_ki b_kj.</summary>
    /// <param name="depth">How many k.</param>
    /// <param name="a">For each k one entry per row.</param>
    /// <param name="b">For each k one entry per column.</param>
    /// <param name="c">The tile.</param>
    /// <param name="stride">From one row of the tile to the next.</param>
    /// <param name="accumulate">Whether the sums begin with what is in the tile.</param>
    static abstract void Run(int depth, T* a, T* b, T* c, nint stride, bool accumulate);
}
