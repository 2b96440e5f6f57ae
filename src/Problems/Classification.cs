using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>What computes the scores of classes.</summary>
public enum ClassifierKind
{
    /// <summary>A linear model without biases, trained by hand-written kernels.</summary>
    Softmax,

    /// <summary>A network with one hidden layer of tanh.</summary>
    Mlp,

    /// <summary>A small convolutional network for square images.</summary>
    Cnn,
}

/// <summary>Options of <see cref="Classification"/>.</summary>
public sealed record ClassificationOptions
{
    /// <summary>What is trained.</summary>
    public ClassifierKind Model { get; init; } = ClassifierKind.Softmax;

    /// <summary>Units of the hidden layer; at least 1. For <see cref="ClassifierKind.Mlp"/>.</summary>
    [Range(1, 10_000)]
    public int HiddenUnits { get; init; } = 32;

    /// <summary>Filters of the first convolution, half as many as of the second; at least 1. For <see cref="ClassifierKind.Cnn"/>.</summary>
    [Range(1, 256)]
    public int Channels { get; init; } = 4;

    /// <summary>Units of a hidden layer of tanh after the convolutions; 0: none. For <see cref="ClassifierKind.Cnn"/>.</summary>
    [Range(0, 10_000)]
    public int DenseUnits { get; init; }

    /// <summary>Factor of the squared norm of all parameters in every participant's loss; at least 0.</summary>
    [Range(0, 1e6)]
    public double WeightDecay { get; init; }
}

/// <summary>
/// Training of a classifier: f_i(x) = mean cross entropy over the rows of shard i, + decay ‖x‖². In float; mini-batches are chosen by
/// row. Networks can be trained in two parts, cut after the hidden layer or the convolutions.
/// </summary>
public static class Classification
{
    /// <summary>The problem over sharded data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="options">Its options.</param>
    /// <param name="seed">Seed of poisoned features.</param>
    /// <exception cref="ArgumentException">The data cannot be used.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static ILossProblem Create(ShardedData data, ClassificationOptions options, ulong seed) => Create(data, options, seed, backend: null);

    /// <summary>The problem, computed by another backend; null: by this project.</summary>
    internal static ILossProblem Create(ShardedData data, ClassificationOptions options, ulong seed, NetworkBackend? backend)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        (int features, int classes) = (data.Train.Features.Columns, data.Train.Classes);
        switch (options.Model)
        {
            case ClassifierKind.Softmax:
                NetworkKind linear = new NetworkKind.Linear(new ParameterLayout([features, classes]));
                return new RowLossProblem(
                    data, backend?.Invoke(linear) ?? ((part, rows) => new SoftmaxRows(part, rows)), options.WeightDecay,
                    random => SoftmaxModel.Draw(random, 1 / Math.Sqrt(features), features * classes), seed);
            case ClassifierKind.Mlp:
                MlpModel perceptron = new(features, options.HiddenUnits, classes);
                return Network(
                    data, SplitOf(perceptron, options.HiddenUnits), perceptron.Draw, options.WeightDecay, seed,
                    backend?.Invoke(new NetworkKind.Perceptron(perceptron.Layout)));
            case ClassifierKind.Cnn:
                if (backend is not null && options.DenseUnits > 0)
                {
                    throw new ArgumentException($"classification.dense-units is {options.DenseUnits}; on libtorch the network has none: set it to 0, or oracle.backend to managed.");
                }

                LeNetModel network = new(features, classes, options.Channels, options.DenseUnits);
                return Network(
                    data, network.Split, network.Draw, options.WeightDecay, seed, backend?.Invoke(new NetworkKind.LeNet(network.Layout)));
            default:
                throw new ArgumentOutOfRangeException(nameof(options), options.Model, "There is no such model.");
        }
    }

    /// <summary>A perceptron with one hidden layer, cut after it.</summary>
    private static SplitNetwork SplitOf(MlpModel perceptron, int hiddenUnits) => new()
    {
        ClientLayout = new(perceptron.Layout.Shapes.AsSpan(0, 2)),
        ServerLayout = new(perceptron.Layout.Shapes.AsSpan(2, 2)),
        ActivationLength = hiddenUnits,
        Activations = (parameters, features) => Layers.Linear(features, parameters[0], parameters[1]).Tanh(),
        Scores = (parameters, activations) => Layers.Linear(activations, parameters[0], parameters[1]),
    };

    private static ILossProblem Network(
        ShardedData data, SplitNetwork network, Func<SeededRandom, FlatVector> draw, double weightDecay, ulong seed, CreateRowLoss? elsewhere)
    {
        if (elsewhere is not null)
        {
            return new RowLossProblem(data, elsewhere, weightDecay, draw, seed); // trained in one part only
        }

        NetworkScratchPool pool = new(network.Layout);
        RowLossProblem whole = new(
            data, (part, rows) => new NetworkRows(part, rows, pool, (levels, features) => network.Output(levels[0], features)), weightDecay, draw, seed);
        return new SplitClassification(whole, data, network, weightDecay);
    }
}
