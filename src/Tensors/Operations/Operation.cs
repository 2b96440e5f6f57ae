using System.Numerics;

namespace ActorFed.Tensors.Operations;

/// <summary>How a node came to be, and how its derivative is expressed by further nodes. Stateless: one object serves all nodes.</summary>
internal abstract class Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What flows back to an operand: the product of the output's gradient with the transposed Jacobian.</summary>
    /// <param name="operand">0 for the left operand, 1 for the right one.</param>
    /// <param name="step">The node and the gradient of its output.</param>
    /// <returns>A tensor of the operand's shape, made of differentiable operations.</returns>
    public abstract Tensor<T> PullBack(int operand, in Step<T> step);
}

/// <summary>A node during the backward pass.</summary>
internal readonly ref struct Step<T>(Tensor<T> output, Tensor<T> gradient, Tensor<T> left, Tensor<T> right, Arguments<T> arguments)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The node's value.</summary>
    public Tensor<T> Output { get; } = output;

    /// <summary>The gradient of what is differentiated in <see cref="Output"/>.</summary>
    public Tensor<T> Gradient { get; } = gradient;

    /// <summary>The first operand.</summary>
    public Tensor<T> Left { get; } = left;

    /// <summary>The second operand; not to be touched where there is none.</summary>
    public Tensor<T> Right { get; } = right;

    /// <summary>What else the operation was told.</summary>
    public Arguments<T> Arguments { get; } = arguments;
}

/// <summary>What an operation is told beside its operands; each operation says what it reads.</summary>
internal struct Arguments<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Factor of an affine map.</summary>
    public T Scale;

    /// <summary>Axis of a slice; the permutation as decimal digits.</summary>
    public int Axis;

    /// <summary>First index of a slice.</summary>
    public int Start;

    /// <summary>Whether a matrix product takes its left operand transposed.</summary>
    public bool TransposeLeft;

    /// <summary>Whether a matrix product takes its right operand transposed.</summary>
    public bool TransposeRight;

    /// <summary>Sliding window of a convolution or pooling.</summary>
    public Window Window;

    /// <summary>Row numbers of a gather.</summary>
    public Indices Indices;
}
