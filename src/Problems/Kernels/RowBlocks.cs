using System.Collections.Immutable;
using ActorFed.Problems.Data;

namespace ActorFed.Problems.Kernels;

/// <summary>Chosen rows of a matrix as blocks of normalised floats, each row padded with zeros to whole vectors.</summary>
/// <remarks>
/// Float features are copied once, here. Any others (bytes) stay as they are, a quarter of the memory to stream, and are
/// widened block by block into scratch memory that fits the second-level cache.
/// </remarks>
internal sealed unsafe class RowBlocks
{
    /// <summary>Rows per block: 32 rows of 784 features are 98 KiB.</summary>
    public const int BlockRows = 32;

    private readonly FeatureMatrix _features;
    private readonly ImmutableArray<int> _rows;
    private readonly bool _isPacked;
    private readonly AlignedBuffer _buffer;

    /// <summary>Chooses rows.</summary>
    /// <param name="features">The matrix; shared.</param>
    /// <param name="rows">Indices of the rows, in the order in which they are visited; at least one.</param>
    public RowBlocks(FeatureMatrix features, ImmutableArray<int> rows)
    {
        _features = features;
        _rows = rows;
        Stride = RoundUp(features.Columns, VectorLanes);
        BlockCount = RoundUp(rows.Length, BlockRows) / BlockRows;
        _isPacked = features is DenseMatrix;
        _buffer = new AlignedBuffer((_isPacked ? BlockCount : 1) * BlockRows * Stride);
        for (int block = 0; _isPacked && block < BlockCount; block++)
        {
            CopyRows(block, BlockStart(block));
        }
    }

    /// <summary>Floats in a vector.</summary>
    public const int VectorLanes = 16;

    /// <summary>Floats from one row to the next; a multiple of <see cref="VectorLanes"/>.</summary>
    public int Stride { get; }

    /// <summary>Number of blocks; the last one may be partly filled.</summary>
    public int BlockCount { get; }

    /// <summary>Number of chosen rows.</summary>
    public int RowCount => _rows.Length;

    /// <summary>Rows of <paramref name="block"/> that hold samples; the others hold finite leftovers.</summary>
    public int RowsIn(int block) => Math.Min(BlockRows, _rows.Length - (block * BlockRows));

    /// <summary>The rows of <paramref name="block"/>; valid until the next call.</summary>
    public float* Load(int block)
    {
        if (_isPacked)
        {
            return BlockStart(block);
        }

        CopyRows(block, _buffer.Start);
        return _buffer.Start;
    }

    /// <summary>Hints that some rows of <paramref name="block"/> are loaded soon; nothing happens past the last row.</summary>
    public void Prefetch(int block, int firstRow, int count)
    {
        int start = (block * BlockRows) + firstRow;
        for (int i = start; !_isPacked && i < Math.Min(start + count, _rows.Length); i++)
        {
            _features.PrefetchRow(_rows[i]);
        }
    }

    /// <summary>Copies some rows, <see cref="Stride"/> floats apart; what lies between a row's end and its stride is left as it is.</summary>
    /// <param name="chosen">Numbers of rows, in [0, <see cref="RowCount"/>).</param>
    /// <param name="destination">Room for as many rows.</param>
    public void CopyRows(ReadOnlySpan<int> chosen, float* destination)
    {
        for (int i = 0; i < chosen.Length; i++)
        {
            _features.CopyRow(_rows[chosen[i]], new Span<float>(destination + ((nint)i * Stride), _features.Columns));
        }
    }

    /// <summary>The smallest multiple of <paramref name="step"/> that is at least <paramref name="value"/>.</summary>
    public static int RoundUp(int value, int step) => (value + step - 1) / step * step;

    private float* BlockStart(int block) => _buffer.Start + ((nint)block * BlockRows * Stride);

    private void CopyRows(int block, float* destination)
    {
        ReadOnlySpan<int> rows = _rows.AsSpan(block * BlockRows, RowsIn(block));
        for (int i = 0; i < rows.Length; i++)
        {
            _features.CopyRow(rows[i], new Span<float>(destination + ((nint)i * Stride), _features.Columns));
        }
    }
}
