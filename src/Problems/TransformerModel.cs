using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>
/// A transformer of one block that reads a row of characters and scores the one behind it: only its last token asks, so that no mask is needed.
/// </summary>
/// <remarks>
/// x = table of characters + table of positions; x ← x + attention(norm x); x ← x + W tanh(V norm x); scores from norm x. Source: Vaswani et
/// al., "Attention Is All You Need" (NeurIPS 2017), with learned positions, the norms before each part (Xiong et al., ICML 2020), and tanh
/// in place of ReLU, smooth as second derivatives want it.
/// </remarks>
internal sealed class TransformerModel
{
    /// <summary>ε of the norms.</summary>
    public const float NormEpsilon = 1e-5f;

    private readonly int _context;
    private readonly int _width;
    private readonly int _heads;

    /// <summary>A transformer of these sizes.</summary>
    /// <param name="context">Characters in a row.</param>
    /// <param name="alphabet">Characters there are.</param>
    /// <param name="width">Numbers that a character is embedded in.</param>
    /// <param name="hiddenUnits">Units of the layer behind the attention.</param>
    /// <param name="heads">Heads of the attention, which share the width.</param>
    /// <exception cref="ArgumentException">The heads cannot share the width.</exception>
    public TransformerModel(int context, int alphabet, int width, int hiddenUnits, int heads)
    {
        if (width % heads != 0)
        {
            throw new ArgumentException($"The embedding has {width} numbers, which {heads} heads cannot share equally; make it a multiple of {heads}, or choose other heads.");
        }

        (_context, _width, _heads) = (context, width, heads);
        Layout = new ParameterLayout(
            [alphabet, width], [context, width],
            [width], [width], [width, width], [width], [width, width], [width], [width, width], [width], [width, width], [width],
            [width], [width], [width, hiddenUnits], [hiddenUnits], [hiddenUnits, width], [width],
            [width], [width], [width, alphabet], [alphabet]);
    }

    /// <summary>
    /// Tables of characters and positions; gain and shift of the first norm; weights and biases of queries, keys, values and the attention's
    /// output; the second norm; both layers; the last norm; weights and biases of the scores.
    /// </summary>
    public ParameterLayout Layout { get; }

    /// <summary>The scores of the next character, [rows, alphabet].</summary>
    /// <param name="parameters">As in <see cref="Layout"/>.</param>
    /// <param name="characters">Numbers of characters, context after context.</param>
    public Tensor<float> Output(ReadOnlySpan<Tensor<float>> parameters, Indices characters)
    {
        int rows = characters.Count / _context;
        Tensor<float> tokens = Layers.Embedding(parameters[0], characters).Reshape([rows, _context, _width]) + parameters[1];
        Tensor<float> normed = Layers.LayerNorm(tokens, parameters[2], parameters[3], NormEpsilon);
        Tensor<float> attention = Layers.Attention(
            Heads(Layers.Linear(Last(normed), parameters[4], parameters[5]), 1),
            Heads(Layers.Linear(normed, parameters[6], parameters[7]), _context),
            Heads(Layers.Linear(normed, parameters[8], parameters[9]), _context));
        Tensor<float> last = Last(tokens) + Layers.Linear(attention.Reshape([rows, 1, _width]), parameters[10], parameters[11]);
        normed = Layers.LayerNorm(last, parameters[12], parameters[13], NormEpsilon);
        last += Layers.Linear(Layers.Linear(normed, parameters[14], parameters[15]).Tanh(), parameters[16], parameters[17]);
        normed = Layers.LayerNorm(last, parameters[18], parameters[19], NormEpsilon);
        return Layers.Linear(normed.Reshape([rows, _width]), parameters[20], parameters[21]);
    }

    /// <summary>A starting point: tables of variance 1, weights of variance 1 / inputs, gains of 1, shifts and biases of 0.</summary>
    public FlatVector Draw(SeededRandom random) => FlatVector.Create(Layout.Length, values =>
    {
        values.Clear();
        int start = 0;
        for (int i = 0; i < Layout.Shapes.Length; i++)
        {
            Shape shape = Layout.Shapes[i];
            Span<double> entries = values.Slice(start, shape.Count);
            if (i is 2 or 12 or 18)
            {
                entries.Fill(1);
            }
            else if (shape.Rank == 2)
            {
                double deviation = i < 2 ? 1 : 1 / Math.Sqrt(shape[0]);
                foreach (ref double value in entries)
                {
                    value = deviation * random.NextGaussian();
                }
            }

            start += shape.Count;
        }
    });

    private Tensor<float> Last(Tensor<float> tokens) => tokens.Slice(1, _context - 1, 1);

    /// <summary>[rows, tokens, width] as [rows, heads, tokens, width / heads].</summary>
    private Tensor<float> Heads(Tensor<float> tokens, int count) =>
        tokens.Reshape([tokens.Shape[0], count, _heads, _width / _heads]).Permute(0, 2, 1, 3);
}
