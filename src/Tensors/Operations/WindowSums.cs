using System.Numerics;
using ActorFed.Tensors.Kernels;

namespace ActorFed.Tensors.Operations;

/// <summary>Sums what a sliding window sees, channel by channel: [N, C, H, W] becomes [N, C, positions down, positions across].</summary>
internal sealed unsafe class WindowSum<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly WindowSum<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x, Window window)
    {
        Shape shape = x.Shape;
        WindowWalk.RequireImages(shape);
        int rows = window.Positions(shape[2], window.Height);
        int columns = window.Positions(shape[3], window.Width);
        Tensor<T> y = x.Owner.Push(Instance, [shape[0], shape[1], rows, columns], x, arguments: new Arguments<T> { Window = window });
        new Span<T>(y.Data, y.Shape.Count).Clear();
        new WindowWalk(shape, window, rows, columns, hasTaps: false).Run<T, GatherRun>(x.Data, y.Data);
        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) => WindowSpread<T>.Of(step.Gradient, step.Arguments.Window, step.Left.Shape);

    private readonly struct GatherRun : IRun<T>
    {
        public static void Run(T* image, T* sum, int length, int stride)
        {
            for (int i = 0; i < length; i++)
            {
                sum[i] += image[i * stride];
            }
        }

        public static void RunAll(T* image, T* sum, int length, int gap, int runs)
        {
            for (int run = 0; run < runs; run++, image += length + gap, sum += length + gap)
            {
                Elementwise.AddTo(image, sum, length);
            }
        }
    }
}

/// <summary>Adds each entry wherever its window lies in the image: the transpose of <see cref="WindowSum{T}"/>.</summary>
internal sealed class WindowSpread<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly WindowSpread<T> Instance = new();

    /// <summary>Of a tensor that has the shape of the sums over windows of images of <paramref name="shape"/>.</summary>
    public static unsafe Tensor<T> Of(Tensor<T> x, Window window, Shape shape)
    {
        Tensor<T> y = x.Owner.Push(Instance, shape, x, arguments: new Arguments<T> { Window = window });
        new Span<T>(y.Data, shape.Count).Clear();
        new WindowWalk(shape, window, x.Shape[2], x.Shape[3], hasTaps: false).Run<T, FoldOperation<T>.AddRun>(y.Data, x.Data);
        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) => WindowSum<T>.Of(step.Gradient, step.Arguments.Window);
}
