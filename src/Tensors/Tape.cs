using System.Numerics;
using ActorFed.Tensors.Kernels;
using ActorFed.Tensors.Operations;

namespace ActorFed.Tensors;

/// <summary>
/// Owns the tensors of one step: their memory, and how each came to be. Operations compute at once and are recorded;
/// <see cref="Gradients"/> walks the record backwards and records what it computes, so that its results can be differentiated again.
/// </summary>
/// <remarks>
/// Made for oracles of models that fit a processor, not as a framework. Intermediate values live until <see cref="Reset"/>, which
/// takes all memory back at once and makes every tensor of the tape void; equal steps allocate in the first one only. Not
/// thread-safe: a tape serves one thread.
/// </remarks>
/// <typeparam name="T"><c>float</c> or <c>double</c>.</typeparam>
public sealed unsafe partial class Tape<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Arena<T> _arena = new();
    private readonly Arena<int> _indices = new();
    private Node[] _nodes = new Node[64];
    private int _count;
    private int _generation = 1;

    /// <summary>A tape without tensors.</summary>
    /// <param name="threads">Threads that large matrix products are spread over; at least 1. No result depends on it.</param>
    public Tape(int threads = 1)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"Tensors of {typeof(T).Name} are not supported; use float or double.");
        }

        Matrices = new Gemm<T>(threads);
    }

    /// <summary>Tensors made since the last reset, results of the backward passes included.</summary>
    public int NodeCount => _count;

    /// <summary>Bytes held for values, used or not; stops growing when the steps stop growing.</summary>
    public long CapacityBytes => _arena.CapacityBytes + _indices.CapacityBytes;

    /// <summary>The matrix products of this tape.</summary>
    internal Gemm<T> Matrices { get; }

    /// <summary>Takes back the memory of all tensors and forgets how they came to be. They throw when used afterwards.</summary>
    /// <remarks>Spans over their values are not guarded: they show other numbers then.</remarks>
    public void Reset()
    {
        Array.Clear(_nodes, 0, _count); // so that borrowed buffers can be collected
        _count = 0;
        _generation++;
        _arena.Reset();
        _indices.Reset();
    }

    /// <summary>A tensor with these values, which are copied.</summary>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    public Tensor<T> Leaf(ReadOnlySpan<T> values, Shape shape)
    {
        RequireCount(values.Length, shape);
        Tensor<T> leaf = Leaf(shape, out Span<T> target);
        values.CopyTo(target);
        return leaf;
    }

    /// <summary>A tensor to be filled by the caller, before it is used.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Out: its entries, not cleared.</param>
    public Tensor<T> Leaf(Shape shape, out Span<T> values)
    {
        Tensor<T> leaf = Push(null, shape);
        values = new Span<T>(leaf.Data, shape.Count);
        return leaf;
    }

    /// <summary>A tensor on memory of the caller, which is not copied and must not change until the next reset.</summary>
    /// <exception cref="ArgumentException">The buffer's length is not the number of entries of the shape.</exception>
    public Tensor<T> Leaf(PinnedBuffer<T> values, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        RequireCount(values.Length, shape);
        return Add(new Node { Shape = shape, Left = -1, Right = -1, Data = values.Start, Owner = values });
    }

    /// <summary>A tensor with these values, rounded to the precision of the tape.</summary>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    public Tensor<T> LeafFromDouble(ReadOnlySpan<double> values, Shape shape)
    {
        RequireCount(values.Length, shape);
        Tensor<T> leaf = Leaf(shape, out Span<T> target);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = Number.From<T>(values[i]);
        }

        return leaf;
    }

    /// <summary>A tensor whose entries are all <paramref name="value"/>.</summary>
    public Tensor<T> Fill(T value, Shape shape)
    {
        Tensor<T> leaf = Leaf(shape, out Span<T> target);
        target.Fill(value);
        return leaf;
    }

    /// <summary>Row numbers for this tape, copied; such as labels or token numbers.</summary>
    public Indices Indices(ReadOnlySpan<int> rows)
    {
        Indices indices = NewIndices(rows.Length);
        rows.CopyTo(IndexSpan(indices));
        return indices;
    }

    /// <summary>Room for row numbers, not cleared.</summary>
    internal Indices NewIndices(int count) => new(this, _generation, _indices.Allocate(count), count);

    /// <summary>The row numbers, checked to be of this tape and generation.</summary>
    internal Span<int> IndexSpan(Indices indices) => indices.On(this, _generation);

    /// <summary>Records a new tensor and gives it memory, which is not cleared.</summary>
    internal Tensor<T> Push(
        Operation<T>? operation, Shape shape, Tensor<T> left = default, Tensor<T> right = default, Arguments<T> arguments = default) =>
        Add(new Node
        {
            Operation = operation,
            Shape = shape,
            Left = IndexOf(left),
            Right = IndexOf(right),
            Arguments = arguments,
            Data = _arena.Allocate(shape.Count),
        });

    /// <summary>Records a tensor that looks at entries of another one, from <paramref name="offset"/> on.</summary>
    internal Tensor<T> PushView(Operation<T>? operation, Shape shape, Tensor<T> source, int offset, Arguments<T> arguments = default) =>
        Add(new Node
        {
            Operation = operation,
            Shape = shape,
            Left = operation is null ? -1 : IndexOf(source),
            Right = -1,
            Arguments = arguments,
            Data = source.Data + offset,
            Owner = NodeOf(source).Owner,
        });

    /// <summary>Memory for intermediate values of one operation, on loan until the next reset.</summary>
    internal T* Scratch(int length) => _arena.Allocate(length);

    /// <summary>The record of a tensor of this tape.</summary>
    /// <exception cref="InvalidOperationException">It was made before the last reset.</exception>
    internal ref readonly Node NodeOf(Tensor<T> tensor)
    {
        if (tensor.Generation != _generation)
        {
            throw new InvalidOperationException(
                "This tensor was made before its tape was reset, and its memory has been taken back. Copy what is needed out of it "
                + "before Tape.Reset, or make it anew.");
        }

        return ref _nodes[tensor.Index];
    }

    private static void RequireCount(int length, Shape shape)
    {
        if (length != shape.Count)
        {
            throw new ArgumentException($"{length} values were given for the shape {shape}, which has {shape.Count} entries.");
        }
    }

    private int IndexOf(Tensor<T> operand)
    {
        if (operand.Tape is null)
        {
            return -1;
        }

        if (operand.Tape != this)
        {
            throw new ArgumentException("The operands are on two tapes; make all tensors of one computation on the same tape.");
        }

        _ = NodeOf(operand);
        return operand.Index;
    }

    private Tensor<T> Add(in Node node)
    {
        if (_count == _nodes.Length)
        {
            Array.Resize(ref _nodes, 2 * _count);
        }

        _nodes[_count] = node;
        return At(_count++);
    }

    private Tensor<T> At(int index) => index < 0 ? default : new Tensor<T>(this, index, _generation);

    /// <summary>A tensor and how it came to be.</summary>
    internal struct Node
    {
        public Operation<T>? Operation; // none: a leaf
        public Shape Shape;
        public int Left;                // number of the operand; −1: there is none
        public int Right;
        public Arguments<T> Arguments;
        public T* Data;
        public PinnedBuffer<T>? Owner;  // keeps borrowed memory alive
    }
}
