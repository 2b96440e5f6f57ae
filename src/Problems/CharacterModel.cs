using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>What predicts the next character.</summary>
public enum CharacterNetwork
{
    /// <summary>A hidden layer of tanh over the vectors of all characters of a row.</summary>
    Perceptron,

    /// <summary>A transformer of one block.</summary>
    Transformer,
}

/// <summary>Options of <see cref="CharacterModel"/>.</summary>
public sealed record CharacterModelOptions
{
    /// <summary>What is trained.</summary>
    public CharacterNetwork Model { get; init; } = CharacterNetwork.Perceptron;

    /// <summary>Heads of the attention, which share the embedding equally; at least 1. For <see cref="CharacterNetwork.Transformer"/>.</summary>
    [Range(1, 64)]
    public int Heads { get; init; } = 2;

    /// <summary>Numbers that a character is embedded in; at least 1.</summary>
    [Range(1, 1000)]
    public int Embedding { get; init; } = 8;

    /// <summary>Units of the hidden layer; at least 1.</summary>
    [Range(1, 10_000)]
    public int HiddenUnits { get; init; } = 64;

    /// <summary>Factor of the squared norm of all parameters in every participant's loss; at least 0.</summary>
    [Range(0, 1e6)]
    public double WeightDecay { get; init; }
}

/// <summary>
/// Language model of characters: f_i(x) = mean cross entropy of the next character, in nats, over the rows of shard i, + decay ‖x‖².
/// </summary>
/// <remarks>
/// Parameters of the perceptron: a table with a vector per character, then weights and biases with tanh from the vectors of a row, one after
/// the other, to a score per character. Source: Bengio et al., "A Neural Probabilistic Language Model" (JMLR 2003), without its direct
/// connections. Those of the transformer stand at <see cref="TransformerModel"/>.
/// </remarks>
public static class CharacterModel
{
    /// <summary>The problem over a text; see <see cref="TextWindows"/>.</summary>
    /// <param name="data">Features are numbers of characters.</param>
    /// <param name="options">Its options.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentException">The data cannot be used.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static ILossProblem Create(ShardedData data, CharacterModelOptions options, ulong seed) => Create(data, options, seed, backend: null);

    /// <summary>The problem, computed by another backend; null: by this project.</summary>
    internal static ILossProblem Create(ShardedData data, CharacterModelOptions options, ulong seed, NetworkBackend? backend)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        if (data.Train.Features is not ByteMatrix { Scale: 1, Offset: 0 } characters || characters.Values.ContainsAnyExceptInRange((byte)0, (byte)(data.Train.Classes - 1)))
        {
            throw new ArgumentException($"The features of '{data.Train.Name}' are no characters; the problem needs a text such as shakespeare.", nameof(data));
        }

        (int context, int alphabet) = (characters.Columns, data.Train.Classes);
        (NetworkKind network, Func<SeededRandom, FlatVector> draw, Func<Scores> scores) = options.Model == CharacterNetwork.Transformer
            ? OfTransformer(new TransformerModel(context, alphabet, options.Embedding, options.HiddenUnits, options.Heads), options.Heads)
            : OfPerceptron(new MlpModel(context * options.Embedding, options.HiddenUnits, alphabet), alphabet, options.Embedding);
        NetworkScratchPool pool = new(network.Layout);
        return new RowLossProblem(
            data, backend?.Invoke(network) ?? ((part, rows) => new NetworkRows(part, rows, pool, scores())), options.WeightDecay, draw, seed)
        {
            HasNumbers = false,
        };
    }

    private static (NetworkKind Network, Func<SeededRandom, FlatVector> Draw, Func<Scores> Scores) OfTransformer(TransformerModel model, int heads) => (
        new NetworkKind.CharacterTransformer(model.Layout, heads),
        model.Draw,
        () => new Reader().Scores((levels, characters, _) => model.Output(levels[0], characters)));

    private static (NetworkKind Network, Func<SeededRandom, FlatVector> Draw, Func<Scores> Scores) OfPerceptron(MlpModel perceptron, int alphabet, int embedding)
    {
        ParameterLayout layout = new([Shape.Create([alphabet, embedding]), .. perceptron.Layout.Shapes]);
        return (new NetworkKind.CharacterPerceptron(layout), Draw, () => new Reader().Scores((levels, characters, rows) =>
        {
            Tensor<float> vectors = Layers.Embedding(levels[0][0], characters);
            return perceptron.Output(levels[0][1..], vectors.Reshape(Shape.Create([rows, characters.Count / rows * embedding])));
        }));

        FlatVector Draw(SeededRandom random) => FlatVector.Create(layout.Length, values =>
        {
            int table = alphabet * embedding;
            SmallMatrix.Gaussians(random, table).CopyTo(values);
            perceptron.Draw(random).Span.CopyTo(values[table..]);
        });
    }

    /// <summary>Reads rows of characters out of features, which are numbers.</summary>
    private sealed class Reader
    {
        private int[] _characters = [];

        public Scores Scores(Func<Levels<float>, Indices, int, Tensor<float>> network) => (levels, features) =>
        {
            ReadOnlySpan<float> values = features.Values;
            if (_characters.Length < values.Length)
            {
                _characters = new int[values.Length];
            }

            for (int i = 0; i < values.Length; i++)
            {
                _characters[i] = (int)values[i];
            }

            return network(levels, levels.Tape.Indices(_characters.AsSpan(0, values.Length)), features.Shape[0]);
        };
    }
}
