using System.Numerics;
using ActorFed.Tensors.Kernels;

namespace ActorFed.Tensors.Operations;

/// <summary>Lays out what a sliding window sees, one column per position: a convolution becomes a matrix product.</summary>
internal sealed unsafe class UnfoldOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly UnfoldOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x, Window window)
    {
        Shape shape = x.Shape;
        WindowWalk.RequireImages(shape);
        int rows = window.Positions(shape[2], window.Height);
        int columns = window.Positions(shape[3], window.Width);
        int taps = window.Height * window.Width;
        Tensor<T> y = x.Owner.Push(
            Instance, [shape[0], shape[1] * taps, rows * columns], x, arguments: new Arguments<T> { Window = window });
        new WindowWalk(shape, window, rows, columns).Run<T, CopyRun>(x.Data, y.Data);
        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) =>
        step.Gradient.Fold(step.Arguments.Window, step.Left.Shape);

    private readonly struct CopyRun : IRun<T>
    {
        /// <summary>Clears what the padding leaves out: here, and not for all taps beforehand, because what is copied next is near then.</summary>
        public static void BeginTap(T* column, int positions) => new Span<T>(column, positions).Clear();

        public static void Run(T* image, T* column, int length, int stride)
        {
            if (stride == 1)
            {
                new ReadOnlySpan<T>(image, length).CopyTo(new Span<T>(column, length));
                return;
            }

            for (int i = 0; i < length; i++)
            {
                column[i] = image[i * stride];
            }
        }

        /// <summary>In one copy; what lies between the runs is cleared again.</summary>
        public static void RunAll(T* image, T* column, int length, int gap, int runs)
        {
            int period = length + gap;
            int all = (runs * period) - gap;
            new ReadOnlySpan<T>(image, all).CopyTo(new Span<T>(column, all));
            for (int end = length; gap > 0 && end < all; end += period)
            {
                new Span<T>(column + end, gap).Clear();
            }
        }
    }
}

/// <summary>Adds what windows hold where they lie.</summary>
internal sealed unsafe class FoldOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly FoldOperation<T> Instance = new();

    public static Tensor<T> Of(Tensor<T> x, Window window, Shape shape)
    {
        WindowWalk.RequireImages(shape);
        int rows = window.Positions(shape[2], window.Height);
        int columns = window.Positions(shape[3], window.Width);
        Shape unfolded = [shape[0], shape[1] * window.Height * window.Width, rows * columns];
        if (x.Shape != unfolded)
        {
            throw new ArgumentException($"A tensor of shape {x.Shape} cannot be folded to {shape} by {window}; it must have the shape {unfolded}.");
        }

        Tensor<T> y = x.Owner.Push(Instance, shape, x, arguments: new Arguments<T> { Window = window });
        new Span<T>(y.Data, shape.Count).Clear();
        new WindowWalk(shape, window, rows, columns).Run<T, AddRun>(y.Data, x.Data);
        return y;
    }

    public override Tensor<T> PullBack(int operand, in Step<T> step) => step.Gradient.Unfold(step.Arguments.Window);

    internal readonly struct AddRun : IRun<T>
    {
        public static void Run(T* image, T* column, int length, int stride)
        {
            if (stride == 1)
            {
                Elementwise.AddTo(column, image, length);
                return;
            }

            for (int i = 0; i < length; i++)
            {
                image[i * stride] += column[i];
            }
        }

        public static void RunAll(T* image, T* column, int length, int gap, int runs)
        {
            for (int run = 0; run < runs; run++, image += length + gap, column += length + gap)
            {
                Elementwise.AddTo(column, image, length);
            }
        }
    }
}

/// <summary>What happens to the entries that one tap of the window sees along one row of positions.</summary>
internal unsafe interface IRun<T>
    where T : unmanaged
{
    /// <summary>Comes before the runs of one tap, with its unfolded entries, some of which the runs leave out.</summary>
    static virtual void BeginTap(T* column, int positions)
    {
    }

    /// <summary>Moves between <paramref name="length"/> image entries, <paramref name="stride"/> apart, and the unfolded ones.</summary>
    static abstract void Run(T* image, T* column, int length, int stride);

    /// <summary>The same for several runs of entries side by side, with the same <paramref name="gap"/> between them in the image and unfolded.</summary>
    static abstract void RunAll(T* image, T* column, int length, int gap, int runs);
}

/// <summary>Visits every row of positions of every tap of a window; what lies in the padding is left out.</summary>
/// <param name="images">[N, C, H, W].</param>
/// <param name="window">The window.</param>
/// <param name="rows">Its positions down.</param>
/// <param name="columns">Its positions across.</param>
/// <param name="hasTaps">Whether beside the image every tap has entries of its own for all positions; else all taps of a channel share them.</param>
internal readonly unsafe struct WindowWalk(Shape images, Window window, int rows, int columns, bool hasTaps = true)
{
    public static void RequireImages(Shape shape)
    {
        if (shape.Rank != 4)
        {
            throw new ArgumentException($"Windows slide over images of shape [count, channels, height, width]; {shape} is none.");
        }
    }

    public void Run<T, TRun>(T* image, T* unfolded)
        where T : unmanaged
        where TRun : IRun<T>
    {
        (int height, int width) = (images[2], images[3]);
        int planes = images[0] * images[1];
        (int perTap, int perPlane) = hasTaps ? (rows * columns, 0) : (0, rows * columns);
        for (int plane = 0; plane < planes; plane++, image += height * width, unfolded += perPlane)
        {
            for (int y = -window.Padding; y < window.Height - window.Padding; y++)
            {
                for (int x = -window.Padding; x < window.Width - window.Padding; x++, unfolded += perTap)
                {
                    TRun.BeginTap(unfolded, rows * columns);

                    // Positions at which this tap lies inside the image.
                    (int top, int bottom) = Inside(y, height, rows);
                    (int first, int last) = Inside(x, width, columns);
                    if (first > last || top > bottom)
                    {
                        continue;
                    }

                    if (window.Stride == 1 && columns == width)
                    {
                        int length = last - first + 1;
                        TRun.RunAll(
                            image + ((top + y) * width) + first + x, unfolded + (top * columns) + first, length, width - length, bottom - top + 1);
                        continue;
                    }

                    for (int row = top; row <= bottom; row++)
                    {
                        TRun.Run(
                            image + ((((row * window.Stride) + y) * width) + (first * window.Stride) + x),
                            unfolded + (row * columns) + first,
                            last - first + 1,
                            window.Stride);
                    }
                }
            }
        }
    }

    private (int First, int Last) Inside(int offset, int extent, int positions)
    {
        int first = offset >= 0 ? 0 : (-offset + window.Stride - 1) / window.Stride;
        int last = extent - 1 - offset < 0 ? -1 : Math.Min(positions - 1, (extent - 1 - offset) / window.Stride);
        return (first, last);
    }
}
