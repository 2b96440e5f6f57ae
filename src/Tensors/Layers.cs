using System.Numerics;
using ActorFed.Tensors.Kernels;
using ActorFed.Tensors.Operations;

namespace ActorFed.Tensors;

/// <summary>Layers of small networks as functions of their input and parameters, made of the operations of <see cref="Tensor{T}"/>.</summary>
public static class Layers
{
    /// <summary>x W + b for each row x.</summary>
    /// <param name="input">Rows of length n, with any leading axes.</param>
    /// <param name="weights">W, [n, m].</param>
    /// <param name="bias">b, [m].</param>
    public static Tensor<T> Linear<T>(Tensor<T> input, Tensor<T> weights, Tensor<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => input.MatMul(weights) + bias;

    /// <summary>The cross-correlation of images with filters, which networks call convolution.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="filters">[O, C, height, width].</param>
    /// <param name="bias">[O].</param>
    /// <param name="stride">Rows or columns from one position to the next; at least 1.</param>
    /// <param name="padding">Zeros around the image on each side; at least 0.</param>
    /// <returns>[N, O, positions down, positions across].</returns>
    public static Tensor<T> Convolution<T>(Tensor<T> images, Tensor<T> filters, Tensor<T> bias, int stride = 1, int padding = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (Shape image, Shape filter) = (images.Shape, filters.Shape);
        if (image.Rank != 4 || filter.Rank != 4 || image[1] != filter[1])
        {
            throw new ArgumentException(
                $"Images of shape {image} cannot be convolved with filters of shape {filter}; both must have four axes and equal channels, axis 1.");
        }

        Window window = new(filter[2], filter[3], stride, padding);
        Tensor<T> product = filters.Reshape([filter[0], filter[1] * filter[2] * filter[3]]).MatMul(images.Unfold(window));
        return (product + bias.Reshape([filter[0], 1]))
            .Reshape([image[0], filter[0], window.Positions(image[2], filter[2]), window.Positions(image[3], filter[3])]);
    }

    /// <summary>The largest entry under a window, channel by channel. The gradient goes to the first of the largest entries.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="window">Without padding.</param>
    public static Tensor<T> MaxPooling<T>(Tensor<T> images, Window window)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape shape = images.Shape;
        if (shape.Rank != 4 || window.Padding != 0)
        {
            throw new ArgumentException(shape.Rank != 4
                ? $"Pooling takes images of shape [count, channels, height, width]; {shape} is none."
                : $"{window} has padding, whose zeros would count as entries; the largest entry is taken without it.");
        }

        Tensor<T> seen = images.Reshape([shape[0] * shape[1], 1, shape[2], shape[3]]).Unfold(window); // each channel as an image of its own
        return seen.Max(1).Reshape([shape[0], shape[1], window.Positions(shape[2], window.Height), window.Positions(shape[3], window.Width)]);
    }

    /// <summary>The mean under a window, channel by channel; zeros of the padding count as entries.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="window">The window.</param>
    public static Tensor<T> AveragePooling<T>(Tensor<T> images, Window window)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => WindowSum<T>.Of(images, window) * (T.One / Number.From<T>(window.Height * window.Width));

    /// <summary>Rows of <paramref name="table"/>, one per token.</summary>
    public static Tensor<T> Embedding<T>(Tensor<T> table, Indices tokens)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => table.Gather(tokens);

    /// <summary>gain · (x − mean) / √(variance + ε) + shift, with mean and variance along the last axis.</summary>
    /// <param name="input">Rows of length n, with any leading axes.</param>
    /// <param name="gain">[n].</param>
    /// <param name="shift">[n].</param>
    /// <param name="epsilon">ε, above 0; usually 1e-5.</param>
    public static Tensor<T> LayerNorm<T>(Tensor<T> input, Tensor<T> gain, Tensor<T> shift, T epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> centred = input - input.Mean(-1, keepAxis: true);
        Tensor<T> variance = centred.Square().Mean(-1, keepAxis: true);
        return (centred / (variance + epsilon).Sqrt() * gain) + shift;
    }

    /// <summary>softmax(Q Kᵀ / √d + mask) V, the scaled dot-product attention.</summary>
    /// <param name="queries">Q, [..., tokens, d].</param>
    /// <param name="keys">K, [..., others, d].</param>
    /// <param name="values">V, [..., others, width].</param>
    /// <param name="mask">Added to the scores: [tokens, others], 0 where one may look, a large negative number where not; none lets all look.</param>
    /// <returns>[..., tokens, width].</returns>
    public static Tensor<T> Attention<T>(Tensor<T> queries, Tensor<T> keys, Tensor<T> values, Tensor<T>? mask = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T scale = T.One / T.Sqrt(Number.From<T>(queries.Shape[-1]));
        Tensor<T> scores = queries.MatMul(keys, transposeRight: true) * scale;
        return (mask is Tensor<T> added ? scores + added : scores).Softmax().MatMul(values);
    }
}
