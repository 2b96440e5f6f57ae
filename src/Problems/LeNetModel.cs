using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>
/// A small network in the manner of LeNet for square images, grey or with three colours: two convolutions of 5 × 5 with tanh, each followed by the mean over
/// 2 × 2 pixels, and a linear layer, perhaps with a hidden one of tanh before it.
/// </summary>
internal sealed class LeNetModel
{
    private const int Kernel = 5;
    private const int Padding = 2; // keeps the size of the image
    private static readonly Window Halving = new(2, 2, 2);
    private readonly int _side;
    private readonly int _colours;
    private readonly int _secondChannels;

    /// <summary>A network for images of this size.</summary>
    /// <param name="features">The square of a multiple of 4, or three times that: one colour plane after the other.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="channels">Filters of the first convolution; the second has twice as many.</param>
    /// <param name="denseUnits">Units of a hidden layer after the convolutions; 0: none.</param>
    /// <exception cref="ArgumentException">The images are not square, or their side is no multiple of 4.</exception>
    public LeNetModel(int features, int classes, int channels, int denseUnits = 0)
    {
        _colours = features % 3 == 0 && IsSquare(features / 3) ? 3 : 1; // three times a square is no square
        int pixels = features / _colours;
        _side = (int)Math.Round(Math.Sqrt(pixels));
        if (!IsSquare(pixels) || _side % 4 != 0)
        {
            throw new ArgumentException(
                $"Rows have {features} features; a convolutional network needs square images whose side is a multiple of 4, such as 784 = 28 x 28 or 3072 = 3 x 32 x 32. "
                + "Choose a set such as mnist or synthetic-digits.");
        }

        _secondChannels = 2 * channels;
        int activations = _secondChannels * pixels / 16;
        Split = new SplitNetwork
        {
            ClientLayout = new([channels, _colours, Kernel, Kernel], [channels], [_secondChannels, channels, Kernel, Kernel], [_secondChannels]),
            ServerLayout = denseUnits == 0
                ? new([activations, classes], [classes])
                : new([activations, denseUnits], [denseUnits], [denseUnits, classes], [classes]),
            ActivationLength = activations,
            Activations = Activations,
            Scores = Scores,
        };
        Layout = Split.Layout;
    }

    /// <summary>Filters and biases of both convolutions, weights and biases of the linear layers.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The network, cut after the convolutions.</summary>
    public SplitNetwork Split { get; }

    /// <summary>The outputs before the softmax, [rows, classes].</summary>
    public Tensor<float> Output(ReadOnlySpan<Tensor<float>> parameters, TensorRows<float> rows, Tape<float> tape) =>
        Output(parameters, Images(rows, tape));

    /// <summary>The outputs before the softmax, [rows, classes].</summary>
    /// <param name="parameters">As in <see cref="Layout"/>.</param>
    /// <param name="images">[rows, features], or [rows, colours, side, side].</param>
    public Tensor<float> Output(ReadOnlySpan<Tensor<float>> parameters, Tensor<float> images) => Split.Output(parameters, images);

    /// <summary>What the convolutions make of images, [rows, channels, side / 4, side / 4].</summary>
    private Tensor<float> Activations(ReadOnlySpan<Tensor<float>> parameters, Tensor<float> images)
    {
        Tensor<float> values = images.Shape.Rank == 4 ? images : images.Reshape(Shape.Create([images.Shape[0], _colours, _side, _side]));
        values = Layers.AveragePooling(Layers.Convolution(values, parameters[0], parameters[1], padding: Padding).Tanh(), Halving);
        return Layers.AveragePooling(Layers.Convolution(values, parameters[2], parameters[3], padding: Padding).Tanh(), Halving);
    }

    private static Tensor<float> Scores(ReadOnlySpan<Tensor<float>> parameters, Tensor<float> activations)
    {
        Tensor<float> values = Layers.Linear(activations, parameters[0], parameters[1]);
        return parameters.Length == 2 ? values : Layers.Linear(values.Tanh(), parameters[2], parameters[3]);
    }

    /// <summary>The rows as images, [rows, colours, side, side].</summary>
    public Tensor<float> Images(TensorRows<float> rows, Tape<float> tape) => rows.Features(tape, Shape.Create([rows.Rows, _colours, _side, _side]));

    private static bool IsSquare(int count) => (int)Math.Round(Math.Sqrt(count)) is int side && side * side == count;

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
