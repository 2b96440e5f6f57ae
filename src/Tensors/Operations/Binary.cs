using System.Numerics;
using System.Runtime.Intrinsics;
using ActorFed.Tensors.Kernels;

namespace ActorFed.Tensors.Operations;

/// <summary>A differentiable function of pairs of entries.</summary>
internal interface IBinaryFunction<T> : IMap2<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Gradient times derivative in the left operand, before it is summed to that operand's shape.</summary>
    static abstract Tensor<T> PullLeft(in Step<T> step);

    /// <summary>The same for the right operand.</summary>
    static abstract Tensor<T> PullRight(in Step<T> step);
}

/// <summary>Applies a function entry by entry to two operands that are stretched to a common shape.</summary>
internal sealed unsafe class Binary<T, TFunction> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : IBinaryFunction<T>
{
    private static readonly Binary<T, TFunction> Instance = new();

    public static Tensor<T> Of(Tensor<T> left, Tensor<T> right)
    {
        Shape shape = Shape.Broadcast(left.Shape, right.Shape);
        Tensor<T> y = left.Owner.Push(Instance, shape, left, right);
        Elementwise.Map<T, TFunction>(new LoopNest(shape, left.Shape, right.Shape), left.Data, right.Data, y.Data);
        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) => operand == 0
        ? TFunction.PullLeft(step).SumTo(step.Left.Shape)
        : TFunction.PullRight(step).SumTo(step.Right.Shape);
}

internal readonly struct Add<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => x + y;

    public static Tensor<T> PullLeft(in Step<T> step) => step.Gradient;

    public static Tensor<T> PullRight(in Step<T> step) => step.Gradient;
}

internal readonly struct Subtract<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => x - y;

    public static Tensor<T> PullLeft(in Step<T> step) => step.Gradient;

    public static Tensor<T> PullRight(in Step<T> step) => -step.Gradient;
}

internal readonly struct Multiply<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => x * y;

    public static Tensor<T> PullLeft(in Step<T> step) => step.Gradient * step.Right;

    public static Tensor<T> PullRight(in Step<T> step) => step.Gradient * step.Left;
}

internal readonly struct Divide<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => x / y;

    public static Tensor<T> PullLeft(in Step<T> step) => step.Gradient / step.Right;

    public static Tensor<T> PullRight(in Step<T> step) => -(step.Gradient * step.Output / step.Right);
}

/// <summary>Repeats entries to fill a larger shape.</summary>
internal sealed unsafe class BroadcastOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly BroadcastOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x, Shape shape)
    {
        Shape from = x.Shape;
        if (from == shape)
        {
            return x;
        }

        if (Shape.Broadcast(from, shape) != shape)
        {
            throw new ArgumentException($"A tensor of shape {from} cannot be stretched to {shape}: the target must be the larger one.");
        }

        Tensor<T> y = x.Owner.Push(Instance, shape, x);
        Elementwise.Map<T, First>(new LoopNest(shape, from, from), x.Data, x.Data, y.Data);
        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) => step.Gradient.SumTo(step.Left.Shape);

    private readonly struct First : IMap2<T>
    {
        public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => x;
    }
}

/// <summary>Sums the entries that fall together in a smaller shape.</summary>
internal sealed unsafe class SumOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly SumOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x, Shape shape)
    {
        Shape from = x.Shape;
        if (from == shape)
        {
            return x;
        }

        if (Shape.Broadcast(shape, from) != from)
        {
            throw new ArgumentException($"A tensor of shape {from} cannot be summed to {shape}: the target must be the smaller one.");
        }

        Tensor<T> y = x.Owner.Push(Instance, shape, x);
        new Span<T>(y.Data, shape.Count).Clear();
        Elementwise.Sum(new LoopNest(from, shape, from), x.Data, y.Data);
        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) => step.Gradient.BroadcastTo(step.Left.Shape);
}
