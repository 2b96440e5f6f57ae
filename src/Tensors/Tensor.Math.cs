using ActorFed.Tensors.Kernels;
using ActorFed.Tensors.Operations;

namespace ActorFed.Tensors;

public readonly unsafe partial struct Tensor<T>
{
    /// <summary>e to the power of each entry.</summary>
    public Tensor<T> Exp() => Unary<T, Exp<T>>.Of(this);

    /// <summary>The natural logarithm of each entry.</summary>
    public Tensor<T> Log() => Unary<T, Log<T>>.Of(this);

    /// <summary>The square root of each entry; its derivative at 0 is infinite.</summary>
    public Tensor<T> Sqrt() => Unary<T, Sqrt<T>>.Of(this);

    /// <summary>1 over each entry.</summary>
    public Tensor<T> Reciprocal() => Unary<T, Reciprocal<T>>.Of(this);

    /// <summary>The square of each entry.</summary>
    public Tensor<T> Square() => this * this;

    /// <summary>The hyperbolic tangent of each entry.</summary>
    public Tensor<T> Tanh() => Unary<T, Tanh<T>>.Of(this);

    /// <summary>1 / (1 + e^−x) for each entry x.</summary>
    public Tensor<T> Sigmoid() => Unary<T, Sigmoid<T>>.Of(this);

    /// <summary>log(1 + e^x) for each entry x, without overflow.</summary>
    public Tensor<T> Softplus() => Unary<T, Softplus<T>>.Of(this);

    /// <summary>max(x, 0) for each entry x; the derivative at 0 is taken as 0.</summary>
    public Tensor<T> Relu() => Unary<T, Relu<T>>.Of(this);

    /// <summary>1 where an entry is above 0, else 0. Its derivative is taken as 0.</summary>
    public Tensor<T> Step() => Positive<T>.Of(this);

    /// <summary>e^x_i / Σ_j e^x_j along the last axis.</summary>
    public Tensor<T> Softmax() => SoftmaxOperation<T>.Of(this);

    /// <summary>x_i − log Σ_j e^x_j along the last axis.</summary>
    public Tensor<T> LogSoftmax() => LogSoftmaxOperation<T>.Of(this);

    /// <summary>The sum of all entries, a scalar.</summary>
    public Tensor<T> Sum() => SumTo([]);

    /// <summary>The mean of all entries, a scalar.</summary>
    public Tensor<T> Mean() => Sum() * (T.One / Number.From<T>(Shape.Count));

    /// <summary>The sums along an axis.</summary>
    /// <param name="axis">The axis to sum over.</param>
    /// <param name="keepAxis">Whether the axis stays, with extent 1, so that the result can be stretched back.</param>
    public Tensor<T> Sum(int axis, bool keepAxis = false)
    {
        Tensor<T> sum = SumTo(Shape.With(axis, 1));
        return keepAxis ? sum : sum.Reshape(Shape.Without(axis));
    }

    /// <summary>The means along an axis.</summary>
    /// <inheritdoc cref="Sum(int, bool)" path="/param"/>
    public Tensor<T> Mean(int axis, bool keepAxis = false) => Sum(axis, keepAxis) * (T.One / Number.From<T>(Shape[axis]));

    /// <summary>The largest entries along an axis, which is dropped. The gradient goes to the first entry that is largest.</summary>
    public Tensor<T> Max(int axis) => GatherOperation<T>.Max(this, axis);

    /// <summary>Σ x_i y_i over all entries, a scalar; the shapes must be equal.</summary>
    public Tensor<T> Dot(Tensor<T> other)
    {
        if (Shape != other.Shape)
        {
            throw new ArgumentException($"The shapes {Shape} and {other.Shape} have no inner product; they must be equal.");
        }

        return (this * other).Sum();
    }

    /// <summary>The matrix product over the last two axes; leading axes are a batch.</summary>
    /// <param name="right">The right operand. One of rank 2 serves a whole batch of left operands, and the other way round.</param>
    /// <param name="transposeLeft">Whether the last two axes of the left operand are exchanged, which costs nothing.</param>
    /// <param name="transposeRight">Whether the last two axes of the right operand are exchanged, which costs nothing.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public Tensor<T> MatMul(Tensor<T> right, bool transposeLeft = false, bool transposeRight = false) =>
        MatrixProduct<T>.Of(this, right, transposeLeft, transposeRight);
}
