using System.Numerics;
using System.Runtime.Intrinsics;
using ActorFed.Tensors.Kernels;

namespace ActorFed.Tensors.Operations;

/// <summary>A differentiable function of single entries.</summary>
internal interface IUnaryFunction<T> : IMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Gradient times derivative, as a differentiable expression.</summary>
    static abstract Tensor<T> PullBack(in Step<T> step);
}

/// <summary>Applies a function entry by entry.</summary>
internal sealed unsafe class Unary<T, TFunction> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : IUnaryFunction<T>
{
    private static readonly Unary<T, TFunction> Instance = new();

    public static Tensor<T> Of(Tensor<T> x)
    {
        Tensor<T> y = x.Owner.Push(Instance, x.Shape, x);
        Elementwise.Map<T, TFunction>(x.Data, y.Data, y.Shape.Count);
        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) => TFunction.PullBack(step);
}

internal readonly struct Exp<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector512<T> Apply(Vector512<T> x) => Simd.Exp(x);

    public static Tensor<T> PullBack(in Step<T> step) => step.Gradient * step.Output;
}

internal readonly struct Log<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector512<T> Apply(Vector512<T> x) => Simd.Log(x);

    public static Tensor<T> PullBack(in Step<T> step) => step.Gradient / step.Left;
}

internal readonly struct Sqrt<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector512<T> Apply(Vector512<T> x) => Vector512.Sqrt(x);

    public static Tensor<T> PullBack(in Step<T> step) => step.Gradient / (step.Output * Number.From<T>(2));
}

internal readonly struct Reciprocal<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector512<T> Apply(Vector512<T> x) => Vector512<T>.One / x;

    public static Tensor<T> PullBack(in Step<T> step) => -(step.Gradient * step.Output.Square());
}

internal readonly struct Tanh<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>e / (e + 2) with e = exp(2|x|) − 1 by Kahan's formula, which loses no digits at small x; the sign is put back.</summary>
    public static Vector512<T> Apply(Vector512<T> x)
    {
        Vector512<T> two = Vector512.Create(Number.From<T>(2));
        Vector512<T> doubled = two * Vector512.Min(Vector512.Abs(x), Vector512.Create(Number.From<T>(20))); // 1 beyond
        Vector512<T> u = Simd.Exp(doubled);
        Vector512<T> e = Vector512.ConditionalSelect(
            Vector512.Equals(u, Vector512<T>.One), doubled, (u - Vector512<T>.One) * (doubled / Simd.Log(u)));
        return Vector512.CopySign(e / (e + two), x);
    }

    public static Tensor<T> PullBack(in Step<T> step) => step.Gradient * (T.One - step.Output.Square());
}

internal readonly struct Sigmoid<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector512<T> Apply(Vector512<T> x) => Vector512<T>.One / (Vector512<T>.One + Simd.Exp(-x));

    public static Tensor<T> PullBack(in Step<T> step) => step.Gradient * (step.Output - step.Output.Square());
}

internal readonly struct Softplus<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>max(x, 0) + log(1 + e) with e = exp(−|x|); the logarithm by Kahan's formula, which loses no digits at small e.</summary>
    public static Vector512<T> Apply(Vector512<T> x)
    {
        Vector512<T> e = Simd.Exp(-Vector512.Abs(x));
        Vector512<T> u = Vector512<T>.One + e;
        Vector512<T> log = Vector512.ConditionalSelect(
            Vector512.Equals(u, Vector512<T>.One), e, Simd.Log(u) * (e / (u - Vector512<T>.One)));
        return Vector512.Max(x, Vector512<T>.Zero) + log;
    }

    public static Tensor<T> PullBack(in Step<T> step) => step.Gradient * step.Left.Sigmoid();
}

internal readonly struct Relu<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Vector512<T> Apply(Vector512<T> x) => Vector512.Max(x, Vector512<T>.Zero);

    public static Tensor<T> PullBack(in Step<T> step) => step.Gradient * step.Left.Step();
}

/// <summary>x ↦ scale · x + shift, with constants.</summary>
internal sealed unsafe class Affine<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Affine<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x, T scale, T shift)
    {
        Tensor<T> y = x.Owner.Push(Instance, x.Shape, x, arguments: new Arguments<T> { Scale = scale });
        Vector512<T> factor = Vector512.Create(scale);
        Vector512<T> term = Vector512.Create(shift);
        T* source = x.Data;
        T* target = y.Data;
        int count = y.Shape.Count;
        for (int i = 0; i < count; i += Vector512<T>.Count)
        {
            Simd.FusedMultiplyAdd(Vector512.Load(source + i), factor, term).Store(target + i);
        }

        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) =>
        step.Arguments.Scale == T.One ? step.Gradient : step.Gradient * step.Arguments.Scale;
}

/// <summary>1 where an entry is above 0, else 0; recorded as a leaf, since its derivative is 0 wherever there is one.</summary>
internal readonly unsafe struct Positive<T> : IMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Tensor<T> Of(Tensor<T> x)
    {
        Tensor<T> y = x.Owner.Leaf(x.Shape, out _);
        Elementwise.Map<T, Positive<T>>(x.Data, y.Data, y.Shape.Count);
        return y;
    }

    public static Vector512<T> Apply(Vector512<T> x) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<T>.Zero), Vector512<T>.One, Vector512<T>.Zero);
}
