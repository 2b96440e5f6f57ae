namespace ActorFed.Tensors.Tests;

/// <summary>The operations written as the loops of their definitions.</summary>
internal static class Naive
{
    public static double[] Map(double[] x, Func<double, double> f) => [.. x.Select(f)];

    /// <summary>Entries of x stretched from one shape to another.</summary>
    public static double[] Stretch(double[] x, int[] from, int[] to)
    {
        double[] result = new double[to.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < result.Length; i++)
        {
            int rest = i;
            int offset = 0;
            int stride = 1;
            for (int axis = 1; axis <= to.Length; axis++)
            {
                int position = rest % to[^axis];
                rest /= to[^axis];
                if (axis <= from.Length)
                {
                    offset += from[^axis] == 1 ? 0 : position * stride;
                    stride *= from[^axis];
                }
            }

            result[i] = x[offset];
        }

        return result;
    }

    /// <summary>Sums over the middle of [outer, extent, inner].</summary>
    public static double[] Sum(double[] x, int outer, int extent, int inner) =>
        Reduce(x, outer, extent, inner, values => values.Sum());

    public static double[] Max(double[] x, int outer, int extent, int inner) =>
        Reduce(x, outer, extent, inner, values => values.Max());

    public static double[] MatMul(double[] a, double[] b, int batch, int m, int k, int n, bool transposeA = false, bool transposeB = false)
    {
        int left = a.Length == m * k ? 0 : m * k;
        int right = b.Length == k * n ? 0 : k * n;
        double[] c = new double[batch * m * n];
        for (int s = 0; s < batch; s++)
        {
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    for (int p = 0; p < k; p++)
                    {
                        double x = a[(s * left) + (transposeA ? (p * m) + i : (i * k) + p)];
                        double y = b[(s * right) + (transposeB ? (j * k) + p : (p * n) + j)];
                        c[(((s * m) + i) * n) + j] += x * y;
                    }
                }
            }
        }

        return c;
    }

    public static double[] Softmax(double[] x, int columns) => Rows(x, columns, row =>
    {
        double sum = row.Sum(v => Math.Exp(v));
        return Map(row, v => Math.Exp(v) / sum);
    });

    public static double[] LayerNorm(double[] x, double[] gain, double[] shift, double epsilon) => Rows(x, gain.Length, row =>
    {
        double mean = row.Average();
        double variance = row.Average(v => (v - mean) * (v - mean));
        return [.. row.Select((v, i) => (gain[i] * (v - mean) / Math.Sqrt(variance + epsilon)) + shift[i])];
    });

    /// <summary>Images [n, c, h, w] with filters [o, c, fh, fw].</summary>
    public static double[] Convolution(double[] images, int[] i, double[] filters, int[] f, double[] bias, int stride, int padding)
    {
        List<double> result = [];
        for (int n = 0; n < i[0]; n++)
        {
            for (int o = 0; o < f[0]; o++)
            {
                foreach ((int top, int left) in Positions(i, f[2], f[3], stride, padding))
                {
                    double sum = bias[o];
                    for (int c = 0; c < i[1]; c++)
                    {
                        for (int y = 0; y < f[2]; y++)
                        {
                            for (int x = 0; x < f[3]; x++)
                            {
                                sum += Pixel(images, i, n, c, top + y, left + x) * filters[(((((o * f[1]) + c) * f[2]) + y) * f[3]) + x];
                            }
                        }
                    }

                    result.Add(sum);
                }
            }
        }

        return [.. result];
    }

    public static double[] Pool(double[] images, int[] i, int height, int width, int stride, int padding, Func<IEnumerable<double>, double> of)
    {
        List<double> result = [];
        for (int plane = 0; plane < i[0] * i[1]; plane++)
        {
            foreach ((int top, int left) in Positions(i, height, width, stride, padding))
            {
                result.Add(of(Enumerable.Range(0, height * width)
                    .Select(k => Pixel(images, i, plane / i[1], plane % i[1], top + (k / width), left + (k % width)))));
            }
        }

        return [.. result];
    }

    public static double[] Transpose(double[] x, int rows, int columns) =>
        [.. Enumerable.Range(0, x.Length).Select(i => x[(i / (rows * columns) * rows * columns) + (i % rows * columns) + (i / rows % columns)])];

    private static double[] Rows(double[] x, int columns, Func<double[], double[]> of) => [.. x.Chunk(columns).SelectMany(of)];

    private static double[] Reduce(double[] x, int outer, int extent, int inner, Func<IEnumerable<double>, double> of) =>
        [.. Enumerable.Range(0, outer * inner).Select(i => of(Enumerable.Range(0, extent)
            .Select(k => x[(((i / inner * extent) + k) * inner) + (i % inner)])))];

    private static IEnumerable<(int Top, int Left)> Positions(int[] i, int height, int width, int stride, int padding)
    {
        for (int top = -padding; top + height <= i[2] + padding; top += stride)
        {
            for (int left = -padding; left + width <= i[3] + padding; left += stride)
            {
                yield return (top, left);
            }
        }
    }

    private static double Pixel(double[] images, int[] i, int n, int c, int y, int x) =>
        y >= 0 && y < i[2] && x >= 0 && x < i[3] ? images[(((((n * i[1]) + c) * i[2]) + y) * i[3]) + x] : 0;
}
