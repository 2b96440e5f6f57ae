using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>
/// A small network in the manner of LeNet for square grey images: two convolutions of 5 × 5 with tanh, each followed by the mean over
/// 2 × 2 pixels, and a linear layer.
/// </summary>
internal sealed class LeNetModel
{
    private const int Kernel = 5;
    private const int Padding = 2; // keeps the size of the image
    private static readonly Window Halving = new(2, 2, 2);
    private readonly int _side;
    private readonly int _secondChannels;

    /// <summary>A network for images of this size.</summary>
    /// <param name="pixels">The square of a multiple of 4.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="channels">Filters of the first convolution; the second has twice as many.</param>
    /// <exception cref="ArgumentException">The images are not square, or their side is no multiple of 4.</exception>
    public LeNetModel(int pixels, int classes, int channels)
    {
        _side = (int)Math.Round(Math.Sqrt(pixels));
        if (_side * _side != pixels || _side % 4 != 0)
        {
            throw new ArgumentException(
                $"Rows have {pixels} features; a convolutional network needs square grey images whose side is a multiple of 4, such as 784 = 28 x 28. "
                + "Choose a set such as mnist or synthetic-digits.");
        }

        _secondChannels = 2 * channels;
        Layout = new ParameterLayout(
            [channels, 1, Kernel, Kernel], [channels],
            [_secondChannels, channels, Kernel, Kernel], [_secondChannels],
            [_secondChannels * pixels / 16, classes], [classes]);
    }

    /// <summary>Filters and biases of both convolutions, weights and biases of the linear layer.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The outputs before the softmax, [rows, classes].</summary>
    public Tensor<float> Output(ReadOnlySpan<Tensor<float>> parameters, TensorRows<float> rows, Tape<float> tape)
    {
        Tensor<float> values = Images(rows, tape);
        values = Layers.AveragePooling(Layers.Convolution(values, parameters[0], parameters[1], padding: Padding).Tanh(), Halving);
        values = Layers.AveragePooling(Layers.Convolution(values, parameters[2], parameters[3], padding: Padding).Tanh(), Halving);
        return Layers.Linear(values.Reshape(Shape.Create([rows.Rows, values.Shape.Count / rows.Rows])), parameters[4], parameters[5]);
    }

    /// <summary>The rows as images, [rows, 1, side, side].</summary>
    public Tensor<float> Images(TensorRows<float> rows, Tape<float> tape) => rows.Features(tape, Shape.Create([rows.Rows, 1, _side, _side]));

    /// <summary>A starting point: filters and weights with variance 1 / inputs, biases of 0.</summary>
    public FlatVector Draw(SeededRandom random) => FlatVector.Create(Layout.Length, values =>
    {
        values.Clear();
        int start = 0;
        foreach (Shape shape in Layout.Shapes)
        {
            if (shape.Rank > 1)
            {
                int inputs = shape.Rank == 4 ? shape[1] * Kernel * Kernel : shape[0];
                foreach (ref double value in values.Slice(start, shape.Count))
                {
                    value = random.NextGaussian() / Math.Sqrt(inputs);
                }
            }

            start += shape.Count;
        }
    });
}
