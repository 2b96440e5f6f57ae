using System.Runtime.CompilerServices;

namespace ActorFed.Tensors.Kernels;

/// <summary>The loops around a micro-kernel: blocks that fit the caches, packed once and used often.</summary>
/// <remarks>
/// After Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (ACM TOMS 34, 2008): a block of B for the last
/// cache, a block of A for the second one, a panel of B for the first one. Sums run over k in ascending order without a break.
/// </remarks>
internal static unsafe class BlockedProduct<T, TKernel>
    where T : unmanaged
    where TKernel : IMicroKernel<T>
{
    private const int BlockDepth = 256;         // k: a panel of B of 32 KiB stays in the first cache
    private const int BlockBytes = 1 << 18;     // of A: a quarter of a usual second cache
    private const int MaxBlockColumns = 2048;   // of B

    /// <summary>C ← A B, or C ← C + A B.</summary>
    public static void Run(MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, bool accumulate, GemmWorkspace<T> workspace)
    {
        int blockDepth = Math.Min(BlockDepth, a.Columns);
        int blockRows = BlockRows(a.Rows, blockDepth);
        T* packedA = workspace.A(blockRows * blockDepth);
        T* packedB = workspace.B(RoundUp(Math.Min(MaxBlockColumns, b.Columns), TKernel.Columns) * blockDepth);
        T* tile = workspace.Tile(TKernel.Rows * TKernel.Columns);
        for (int column = 0; column < b.Columns; column += MaxBlockColumns)
        {
            int columns = Math.Min(MaxBlockColumns, b.Columns - column);
            for (int k = 0; k < a.Columns; k += blockDepth)
            {
                int depth = Math.Min(blockDepth, a.Columns - k);
                T* source = b.Data + (k * b.RowStride) + (column * b.ColumnStride);
                Packing.Pack(source, b.ColumnStride, b.RowStride, columns, depth, TKernel.Columns, packedB);
                for (int row = 0; row < a.Rows; row += blockRows)
                {
                    int rows = Math.Min(blockRows, a.Rows - row);
                    source = a.Data + (row * a.RowStride) + (k * a.ColumnStride);
                    Packing.Pack(source, a.RowStride, a.ColumnStride, rows, depth, TKernel.Rows, packedA);
                    T* target = c.Data + (row * c.RowStride) + (column * c.ColumnStride);
                    MultiplyBlock(packedA, packedB, rows, columns, depth, target, c.RowStride, c.ColumnStride, accumulate || k > 0, tile);
                }
            }
        }
    }

    /// <summary>Entries of all tiles that cover a result, for comparing orientations.</summary>
    public static long TileEntries(int rows, int columns) =>
        (long)RoundUp(rows, TKernel.Rows) * RoundUp(columns, TKernel.Columns);

    /// <summary>Rows of a block, nearly equal for all blocks: a small last one would waste the packing of B.</summary>
    private static int BlockRows(int rows, int depth)
    {
        int most = Math.Max(1, BlockBytes / sizeof(T) / depth / TKernel.Rows) * TKernel.Rows;
        int blocks = (rows + most - 1) / most;
        return RoundUp((rows + blocks - 1) / blocks, TKernel.Rows);
    }

    private static void MultiplyBlock(
        T* a, T* b, int rows, int columns, int depth, T* c, nint rowStride, nint columnStride, bool accumulate, T* tile)
    {
        for (int column = 0; column < columns; column += TKernel.Columns, b += (nint)depth * TKernel.Columns)
        {
            T* panel = a;
            for (int row = 0; row < rows; row += TKernel.Rows, panel += (nint)depth * TKernel.Rows)
            {
                T* target = c + (row * rowStride) + (column * columnStride);
                if (columnStride == 1 && rows - row >= TKernel.Rows && columns - column >= TKernel.Columns)
                {
                    TKernel.Run(depth, panel, b, target, rowStride, accumulate);
                }
                else
                {
                    MatrixView<T> part = new()
                    {
                        Data = target,
                        Rows = Math.Min(TKernel.Rows, rows - row),
                        Columns = Math.Min(TKernel.Columns, columns - column),
                        RowStride = rowStride,
                        ColumnStride = columnStride,
                    };
                    MultiplyPart(depth, panel, b, part, accumulate, tile);
                }
            }
        }
    }

    /// <summary>A tile at the edge, or one that lies transposed: computed aside.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MultiplyPart(int depth, T* a, T* b, MatrixView<T> part, bool accumulate, T* tile)
    {
        if (accumulate)
        {
            for (int i = 0; i < part.Rows; i++)
            {
                for (int j = 0; j < part.Columns; j++)
                {
                    tile[(i * TKernel.Columns) + j] = part.Data[(i * part.RowStride) + (j * part.ColumnStride)];
                }
            }
        }

        TKernel.Run(depth, a, b, tile, TKernel.Columns, accumulate);
        for (int i = 0; i < part.Rows; i++)
        {
            for (int j = 0; j < part.Columns; j++)
            {
                part.Data[(i * part.RowStride) + (j * part.ColumnStride)] = tile[(i * TKernel.Columns) + j];
            }
        }
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
