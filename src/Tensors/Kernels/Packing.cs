using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorFed.Tensors.Kernels;

/// <summary>Copies strips of a matrix into the order in which a micro-kernel reads them; transposition happens on the way.</summary>
internal static unsafe class Packing
{
    /// <summary>Lays out panels of <paramref name="width"/> lines: for each k one entry per line, and zeros where lines are missing.</summary>
    /// <param name="source">Line i, entry k lies at <c>source + i · lineStride + k · stride</c>.</param>
    /// <param name="lineStride">From line to line.</param>
    /// <param name="stride">From k to k.</param>
    /// <param name="lines">Lines there are.</param>
    /// <param name="depth">Entries of a line.</param>
    /// <param name="width">Lines of a panel; a constant of the kernel.</param>
    /// <param name="target">Out: the panels, one after the other.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack<T>(T* source, nint lineStride, nint stride, int lines, int depth, int width, T* target)
        where T : unmanaged
    {
        for (int line = 0; line < lines; line += width, source += width * lineStride, target += (nint)depth * width)
        {
            int count = Math.Min(width, lines - line);
            if (count == width && lineStride == 1)
            {
                CopyLines(source, stride, depth, width, target);
            }
            else if (count == width && stride == 1 && Sse2.IsSupported && width % 4 == 0)
            {
                TransposeLines(source, lineStride, depth, width, target);
            }
            else
            {
                Gather(source, lineStride, stride, count, depth, width, target);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyLines<T>(T* source, nint stride, int depth, int width, T* target)
        where T : unmanaged
    {
        for (int k = 0; k < depth; k++)
        {
            Unsafe.CopyBlockUnaligned(target + ((nint)k * width), source + (k * stride), (uint)(width * sizeof(T)));
        }
    }

    private static void Gather<T>(T* source, nint lineStride, nint stride, int count, int depth, int width, T* target)
        where T : unmanaged
    {
        for (int k = 0; k < depth; k++, source += stride, target += width)
        {
            for (int i = 0; i < width; i++)
            {
                target[i] = i < count ? source[i * lineStride] : default;
            }
        }
    }

    private static void TransposeLines<T>(T* source, nint lineStride, int depth, int width, T* target)
        where T : unmanaged
    {
        int step = sizeof(T) == sizeof(float) ? 4 : 2;
        int whole = depth / step * step;
        for (int i = 0; i < width; i += step)
        {
            T* from = source + (i * lineStride);
            T* to = target + i;
            for (int k = 0; k < whole; k += step, to += step * width)
            {
                if (sizeof(T) == sizeof(float))
                {
                    TransposeFour((float*)(from + k), lineStride, (float*)to, width);
                }
                else
                {
                    TransposeTwo((double*)(from + k), lineStride, (double*)to, width);
                }
            }
        }

        Gather(source + whole, lineStride, 1, width, depth - whole, width, target + ((nint)whole * width));
    }

    private static void TransposeFour(float* from, nint stride, float* to, nint width)
    {
        Vector128<float> a = Vector128.Load(from);
        Vector128<float> b = Vector128.Load(from + stride);
        Vector128<float> c = Vector128.Load(from + (2 * stride));
        Vector128<float> d = Vector128.Load(from + (3 * stride));
        Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d);
        Sse.MoveLowToHigh(ab, cd).Store(to);
        Sse.MoveHighToLow(cd, ab).Store(to + width);
        ab = Sse.UnpackHigh(a, b);
        cd = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(ab, cd).Store(to + (2 * width));
        Sse.MoveHighToLow(cd, ab).Store(to + (3 * width));
    }

    private static void TransposeTwo(double* from, nint stride, double* to, nint width)
    {
        Vector128<double> a = Vector128.Load(from);
        Vector128<double> b = Vector128.Load(from + stride);
        Sse2.UnpackLow(a, b).Store(to);
        Sse2.UnpackHigh(a, b).Store(to + width);
    }
}
