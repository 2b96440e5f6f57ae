using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="CharacterModel"/>.</summary>
public sealed record CharacterModelOptions
{
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
/// Parameters: a table with a vector per character, then a perceptron with tanh from the vectors of a row, one after the other, to a score
/// per character. Source: Bengio et al., "A Neural Probabilistic Language Model" (JMLR 2003), without its direct connections.
/// </remarks>
public static class CharacterModel
{
    /// <summary>The problem over a text; see <see cref="TextWindows"/>.</summary>
    /// <param name="data">Features are numbers of characters.</param>
    /// <param name="options">Its options.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentException">The data cannot be used.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static ILossProblem Create(ShardedData data, CharacterModelOptions options, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        if (data.Train.Features is not ByteMatrix { Scale: 1, Offset: 0 } characters || characters.Values.ContainsAnyExceptInRange((byte)0, (byte)(data.Train.Classes - 1)))
        {
            throw new ArgumentException($"The features of '{data.Train.Name}' are no characters; the problem needs a text such as shakespeare.", nameof(data));
        }

        (int context, int alphabet) = (characters.Columns, data.Train.Classes);
        MlpModel perceptron = new(context * options.Embedding, options.HiddenUnits, alphabet);
        ParameterLayout layout = new([Shape.Create([alphabet, options.Embedding]), .. perceptron.Layout.Shapes]);
        return new RowLossProblem(
            data, (part, rows) => new NetworkRows(part, rows, layout, new Network(perceptron, options.Embedding).Scores), options.WeightDecay, Draw, seed)
        {
            HasNumbers = false,
        };

        FlatVector Draw(SeededRandom random) => FlatVector.Create(layout.Length, values =>
        {
            int table = alphabet * options.Embedding;
            SmallMatrix.Gaussians(random, table).CopyTo(values);
            perceptron.Draw(random).Span.CopyTo(values[table..]);
        });
    }

    private sealed class Network(MlpModel perceptron, int embedding)
    {
        private int[] _characters = [];

        public Tensor<float> Scores(Levels<float> levels, Tensor<float> features)
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

            Tensor<float> vectors = Layers.Embedding(levels[0][0], levels.Tape.Indices(_characters.AsSpan(0, values.Length)));
            int rows = features.Shape[0];
            return perceptron.Output(levels[0][1..], vectors.Reshape(Shape.Create([rows, features.Shape[1] * embedding])));
        }
    }
}
