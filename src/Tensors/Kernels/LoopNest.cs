using System.Runtime.CompilerServices;

namespace ActorFed.Tensors.Kernels;

/// <summary>Walks the rows of a shape beside two operands that are stretched to it, with as few and as long rows as possible.</summary>
/// <remarks>Rows come in the order in which they lie in memory. Neighbouring axes that all three walk in one go are merged.</remarks>
internal ref struct LoopNest
{
    private Axes _extents; // innermost first; axis 0 is the row itself
    private Axes _lefts;
    private Axes _rights;
    private Axes _positions;
    private int _rank;

    /// <summary>Prepares the walk over <paramref name="shape"/>.</summary>
    public LoopNest(Shape shape, Shape left, Shape right)
    {
        int leftStride = 1;
        int rightStride = 1;
        for (int i = 1; i <= shape.Rank; i++)
        {
            int extent = shape[-i];
            int leftExtent = i <= left.Rank ? left[-i] : 1;
            int rightExtent = i <= right.Rank ? right[-i] : 1;
            if (extent > 1)
            {
                Append(extent, leftExtent == 1 ? 0 : leftStride, rightExtent == 1 ? 0 : rightStride);
            }

            leftStride *= leftExtent;
            rightStride *= rightExtent;
        }

        if (_rank == 0)
        {
            Append(1, 1, 1);
        }

        Rows = 1;
        for (int i = 1; i < _rank; i++)
        {
            Rows *= _extents[i];
        }
    }

    /// <summary>Entries of a row.</summary>
    public readonly int Length => _extents[0];

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Whether the left operand runs along a row; otherwise one entry of it serves the whole row.</summary>
    public readonly bool LeftRuns => _lefts[0] != 0;

    /// <summary>Whether the right operand runs along a row.</summary>
    public readonly bool RightRuns => _rights[0] != 0;

    /// <summary>Where the present row begins in the left operand.</summary>
    public int Left { get; private set; }

    /// <summary>Where the present row begins in the right operand.</summary>
    public int Right { get; private set; }

    /// <summary>Goes to the next row; after the last one, to the first.</summary>
    public void Next()
    {
        for (int i = 1; i < _rank; i++)
        {
            Left += _lefts[i];
            Right += _rights[i];
            if (++_positions[i] < _extents[i])
            {
                return;
            }

            Left -= _extents[i] * _lefts[i];
            Right -= _extents[i] * _rights[i];
            _positions[i] = 0;
        }
    }

    private void Append(int extent, int left, int right)
    {
        int outer = _rank - 1;
        if (_rank > 0 && left == _lefts[outer] * _extents[outer] && right == _rights[outer] * _extents[outer])
        {
            _extents[outer] *= extent;
            return;
        }

        _extents[_rank] = extent;
        _lefts[_rank] = left;
        _rights[_rank] = right;
        _rank++;
    }

    [InlineArray(Shape.MaxRank)]
    private struct Axes
    {
        private int _first;
    }
}
