using System.Numerics;
using ActorFed.Tensors.Kernels;
using ActorFed.Tensors.Operations;

namespace ActorFed.Tensors;

/// <summary>A handle to a tensor on a tape. Copying it copies no values; it is void after <see cref="Tape{T}.Reset"/>.</summary>
/// <remarks>
/// Operands of arithmetic are stretched to a common shape: aligned at the last axis, extents must be equal or 1. Axes count from
/// 0, negative ones from the last, −1. Every operation can be differentiated again, unless it says that it is taken as constant.
/// </remarks>
public readonly unsafe partial struct Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal Tensor(Tape<T> tape, int index, int generation) => (Tape, Index, Generation) = (tape, index, generation);

    /// <summary>The shape.</summary>
    public Shape Shape => Node.Shape;

    /// <summary>The values, the last index running fastest; valid until the tape's reset.</summary>
    public ReadOnlySpan<T> Values
    {
        get
        {
            ref readonly Tape<T>.Node node = ref Node;
            return new ReadOnlySpan<T>(node.Data, node.Shape.Count);
        }
    }

    /// <summary>The value of a tensor with a single entry, such as a loss.</summary>
    /// <exception cref="InvalidOperationException">There are more entries.</exception>
    public T Scalar => Shape.Count == 1
        ? *Node.Data
        : throw new InvalidOperationException($"A tensor of shape {Shape} has no single value; sum or average it first, or read Values.");

    internal Tape<T> Tape { get; }

    internal int Index { get; }

    internal int Generation { get; }

    internal T* Data => Node.Data;

    internal Tape<T> Owner => Tape ?? throw new InvalidOperationException(
        "This tensor was never assigned; tensors come from Tape.Leaf and from operations on other tensors.");

    private ref readonly Tape<T>.Node Node => ref Owner.NodeOf(this);

    /// <summary>Sum of both.</summary>
    public static Tensor<T> operator +(Tensor<T> left, Tensor<T> right) => Binary<T, Add<T>>.Of(left, right);

    /// <summary>Difference.</summary>
    public static Tensor<T> operator -(Tensor<T> left, Tensor<T> right) => Binary<T, Subtract<T>>.Of(left, right);

    /// <summary>Product, entry by entry.</summary>
    public static Tensor<T> operator *(Tensor<T> left, Tensor<T> right) => Binary<T, Multiply<T>>.Of(left, right);

    /// <summary>Quotient, entry by entry.</summary>
    public static Tensor<T> operator /(Tensor<T> left, Tensor<T> right) => Binary<T, Divide<T>>.Of(left, right);

    /// <summary>Every entry times a constant.</summary>
    public static Tensor<T> operator *(Tensor<T> tensor, T factor) => Affine<T>.Of(tensor, factor, T.Zero);

    /// <summary>Every entry times a constant.</summary>
    public static Tensor<T> operator *(T factor, Tensor<T> tensor) => Affine<T>.Of(tensor, factor, T.Zero);

    /// <summary>Every entry plus a constant.</summary>
    public static Tensor<T> operator +(Tensor<T> tensor, T term) => Affine<T>.Of(tensor, T.One, term);

    /// <summary>Every entry minus a constant.</summary>
    public static Tensor<T> operator -(Tensor<T> tensor, T term) => Affine<T>.Of(tensor, T.One, -term);

    /// <summary>A constant minus every entry.</summary>
    public static Tensor<T> operator -(T term, Tensor<T> tensor) => Affine<T>.Of(tensor, -T.One, term);

    /// <summary>The negative.</summary>
    public static Tensor<T> operator -(Tensor<T> tensor) => Affine<T>.Of(tensor, -T.One, T.Zero);

    /// <summary>Copies the values out, for what must outlive the tape's reset.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void CopyTo(Span<double> target)
    {
        ReadOnlySpan<T> values = Values;
        if (target.Length != values.Length)
        {
            throw new ArgumentException($"The tensor of shape {Shape} has {values.Length} entries, the target {target.Length}; they must be equal.");
        }

        for (int i = 0; i < values.Length; i++)
        {
            target[i] = Number.ToDouble(values[i]);
        }
    }

    /// <summary>The same values, taken as constant by every differentiation.</summary>
    public Tensor<T> Detach() => Owner.PushView(null, Shape, this, 0);

    /// <summary>For example <c>Tensor [64, 10]</c>.</summary>
    public override string ToString() => Tape is null ? "Tensor (none)" : $"Tensor {Shape}";
}
