using System.Numerics;
using System.Runtime.Intrinsics;

namespace ActorFed.Tensors.Kernels;

/// <summary>Matrix products in blocks, with vectors as wide as the processor has them.</summary>
/// <remarks>
/// Every entry of the result is one chain of fused multiply-adds over k in ascending order. Nothing else enters: the bits depend
/// neither on the width of the vectors, nor on block sizes, nor on the number of threads. One call at a time.
/// </remarks>
/// <typeparam name="T"><c>float</c> or <c>double</c>.</typeparam>
public sealed unsafe class Gemm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const long MaxDirectWork = 4096;        // multiply-adds below which packing does not pay
    private const long MinWorkPerThread = 1 << 20;  // multiply-adds below which waking a thread does not pay
    private readonly GemmWorkspace<T>[] _workspaces;
    private readonly RowTeam _team;
    private readonly Action<int> _runRange;
    private readonly int _width;
    private MatrixView<T> _a;
    private MatrixView<T> _b;
    private MatrixView<T> _c;
    private bool _accumulate;
    private int _rangeRows;

    /// <summary>Products on up to <paramref name="threads"/> threads, the caller's included; at least 1.</summary>
    public Gemm(int threads = 1)
        : this(threads, Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)
    {
    }

    /// <summary>The same with a chosen width of vectors, for tests.</summary>
    internal Gemm(int threads, int vectorBits)
    {
        if (threads is < 1 or > RowTeam.MaxThreads)
        {
            throw new ArgumentOutOfRangeException(
                nameof(threads), $"{threads} threads were asked for; there can be 1 to {RowTeam.MaxThreads}.");
        }

        _width = vectorBits;
        _runRange = RunRange;
        _team = new RowTeam(threads);
        _workspaces = [.. Enumerable.Range(0, threads).Select(_ => new GemmWorkspace<T>())];
    }

    /// <summary>C ← op(A) op(B), or C ← C + op(A) op(B), with rows one after the other.</summary>
    /// <param name="rows">m, rows of C.</param>
    /// <param name="columns">n, columns of C.</param>
    /// <param name="depth">k, over which sums run.</param>
    /// <param name="a">A: m × k, or k × m when transposed.</param>
    /// <param name="transposeA">Whether op transposes A.</param>
    /// <param name="b">B: k × n, or n × k when transposed.</param>
    /// <param name="transposeB">Whether op transposes B.</param>
    /// <param name="c">C: m × n; must not overlap A or B.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    /// <exception cref="ArgumentException">A length does not match.</exception>
    public void Multiply(
        int rows, int columns, int depth, ReadOnlySpan<T> a, bool transposeA, ReadOnlySpan<T> b, bool transposeB, Span<T> c, bool accumulate = false)
    {
        if (rows < 1 || columns < 1 || depth < 1
            || a.Length != (long)rows * depth || b.Length != (long)depth * columns || c.Length != (long)rows * columns)
        {
            throw new ArgumentException(
                $"A product of {rows} x {depth} and {depth} x {columns} entries was asked for with {a.Length}, {b.Length} and {c.Length} entries "
                + "in A, B and C; the lengths must be the products of the extents, each at least 1.");
        }

        fixed (T* aStart = a, bStart = b, cStart = c)
        {
            Multiply(
                MatrixView<T>.RowMajor(aStart, transposeA ? depth : rows, transposeA ? rows : depth).Of(0, transposeA),
                MatrixView<T>.RowMajor(bStart, transposeB ? columns : depth, transposeB ? depth : columns).Of(0, transposeB),
                MatrixView<T>.RowMajor(cStart, rows, columns),
                accumulate);
        }
    }

    /// <summary>C ← A B, or C ← C + A B.</summary>
    internal void Multiply(MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, bool accumulate)
    {
        long work = (long)c.Rows * c.Columns * a.Columns;
        if (work <= MaxDirectWork)
        {
            MultiplyDirectly(a, b, c, accumulate);
        }
        else if (_width == 512)
        {
            Multiply<Kernel512<T>>(a, b, c, accumulate, work);
        }
        else if (_width == 256)
        {
            Multiply<Kernel256<T>>(a, b, c, accumulate, work);
        }
        else
        {
            Multiply<Kernel128<T>>(a, b, c, accumulate, work);
        }
    }

    /// <summary>Without packing: for each row, one k after the other.</summary>
    private static void MultiplyDirectly(MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, bool accumulate)
    {
        for (int i = 0; i < c.Rows; i++)
        {
            T* target = c.Data + (i * c.RowStride);
            if (!accumulate)
            {
                new Span<T>(target, c.Columns).Clear();
            }

            for (int k = 0; k < a.Columns; k++)
            {
                T factor = a.Data[(i * a.RowStride) + (k * a.ColumnStride)];
                AddScaled(factor, b.Data + (k * b.RowStride), b.ColumnStride, target, c.Columns);
            }
        }
    }

    private static void AddScaled(T factor, T* x, nint stride, T* target, int length)
    {
        int j = 0;
        if (stride == 1)
        {
            Vector512<T> factors = Vector512.Create(factor);
            for (; j <= length - Vector512<T>.Count; j += Vector512<T>.Count)
            {
                Simd.FusedMultiplyAdd(factors, Vector512.Load(x + j), Vector512.Load(target + j)).Store(target + j);
            }
        }

        for (; j < length; j++)
        {
            target[j] = T.FusedMultiplyAdd(factor, x[j * stride], target[j]);
        }
    }

    private void Multiply<TKernel>(MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, bool accumulate, long work)
        where TKernel : IMicroKernel<T>
    {
        // A result with few columns fills wide tiles badly; its transpose, B' A', may fill them better.
        if (4 * BlockedProduct<T, TKernel>.TileEntries(c.Columns, c.Rows) < 3 * BlockedProduct<T, TKernel>.TileEntries(c.Rows, c.Columns))
        {
            (a, b, c) = (b.Transposed(), a.Transposed(), c.Transposed());
        }

        int tiles = (c.Rows + TKernel.Rows - 1) / TKernel.Rows;
        int ranges = (int)Math.Clamp(work / MinWorkPerThread, 1, Math.Min(_workspaces.Length, tiles));
        _rangeRows = (tiles + ranges - 1) / ranges * TKernel.Rows;
        (_a, _b, _c, _accumulate) = (a, b, c, accumulate);
        _team.Run(ranges, _runRange);
    }

    private void RunRange(int range)
    {
        int start = range * _rangeRows;
        int count = Math.Min(_rangeRows, _c.Rows - start);
        if (count <= 0)
        {
            return;
        }

        (MatrixView<T> a, MatrixView<T> c) = (_a.RowRange(start, count), _c.RowRange(start, count));
        if (_width == 512)
        {
            BlockedProduct<T, Kernel512<T>>.Run(a, _b, c, _accumulate, _workspaces[range]);
        }
        else if (_width == 256)
        {
            BlockedProduct<T, Kernel256<T>>.Run(a, _b, c, _accumulate, _workspaces[range]);
        }
        else
        {
            BlockedProduct<T, Kernel128<T>>.Run(a, _b, c, _accumulate, _workspaces[range]);
        }
    }
}
