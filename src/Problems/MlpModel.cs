using System.Collections.Immutable;
using System.Numerics;
using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>A multilayer perceptron: linear layers with tanh between them, smooth as second derivatives want it.</summary>
public sealed class MlpModel
{
    private readonly ImmutableArray<int> _widths;

    /// <summary>A perceptron of these widths.</summary>
    /// <param name="widths">Inputs, the hidden layers, outputs: two numbers at least, each at least 1.</param>
    public MlpModel(params ImmutableArray<int> widths)
    {
        if (widths.IsDefault || widths.Length < 2)
        {
            throw new ArgumentException("A perceptron needs the number of its inputs and that of its outputs.", nameof(widths));
        }

        _widths = widths;
        Layout = new ParameterLayout([.. Layers(widths)]);
    }

    /// <summary>Weights [n, m] and bias [m] of each layer, in order.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The outputs, [rows, outputs].</summary>
    /// <param name="parameters">As in <see cref="Layout"/>; further ones behind them are ignored.</param>
    /// <param name="inputs">[rows, inputs].</param>
    public Tensor<T> Output<T>(ReadOnlySpan<Tensor<T>> parameters, Tensor<T> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> values = inputs;
        for (int layer = 0; layer < _widths.Length - 1; layer++)
        {
            values = Tensors.Layers.Linear(layer == 0 ? values : values.Tanh(), parameters[2 * layer], parameters[(2 * layer) + 1]);
        }

        return values;
    }

    /// <summary>A starting point: weights with variance 1 / inputs of their layer (LeCun), biases of 0.</summary>
    public FlatVector Draw(SeededRandom random) => FlatVector.Create(Layout.Length, values =>
    {
        values.Clear();
        int start = 0;
        for (int layer = 0; layer < _widths.Length - 1; layer++)
        {
            int count = _widths[layer] * _widths[layer + 1];
            foreach (ref double weight in values.Slice(start, count))
            {
                weight = random.NextGaussian() / Math.Sqrt(_widths[layer]);
            }

            start += count + _widths[layer + 1];
        }
    });

    private static IEnumerable<Shape> Layers(ImmutableArray<int> widths)
    {
        for (int layer = 0; layer < widths.Length - 1; layer++)
        {
            yield return [widths[layer], widths[layer + 1]];
            yield return [widths[layer + 1]];
        }
    }
}
