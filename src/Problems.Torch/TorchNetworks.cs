using static TorchSharp.torch;

namespace ActorFed.Problems.Torch;

/// <summary>The networks of the problems, as functions of their parameters and inputs; their layouts are those of the managed ones.</summary>
internal static class TorchNetworks
{
    /// <summary>The losses of all networks on libtorch.</summary>
    public static NetworkBackend On(TorchRuntime runtime) => network =>
    {
        TorchScores scores = network switch
        {
            NetworkKind.Linear => Linear,
            NetworkKind.Perceptron => Perceptron,
            NetworkKind.LeNet => LeNet,
            NetworkKind.CharacterPerceptron => Characters,
            NetworkKind.CharacterTransformer transformer => (parameters, characters) => Transformer(parameters, characters, transformer.Heads),
            _ => throw new ArgumentException($"There is no network {network.GetType().Name} on libtorch.", nameof(network)),
        };
        return (data, rows) => new TorchRowLoss(runtime, data, rows, network.Layout, scores);
    };

    /// <summary>A linear model without biases: parameters [columns, classes].</summary>
    public static Tensor Linear(ReadOnlySpan<Tensor> parameters, Tensor features) => features.matmul(parameters[0]);

    /// <summary>A perceptron with tanh between its layers: weights and bias of each layer (<see cref="MlpModel"/>).</summary>
    public static Tensor Perceptron(ReadOnlySpan<Tensor> parameters, Tensor inputs)
    {
        Tensor values = inputs;
        for (int i = 0; i < parameters.Length; i += 2)
        {
            values = (i == 0 ? values : values.tanh()).matmul(parameters[i]) + parameters[i + 1];
        }

        return values;
    }

    /// <summary>Two convolutions with tanh and means over 2 × 2 pixels, and a linear layer (<see cref="LeNetModel"/>).</summary>
    /// <param name="parameters">As in its layout.</param>
    /// <param name="images">[rows, features], one colour plane after the other.</param>
    public static Tensor LeNet(ReadOnlySpan<Tensor> parameters, Tensor images)
    {
        long rows = images.shape[0];
        Tensor values = Squares(images, parameters[0].shape[1]);
        for (int i = 0; i < 4; i += 2)
        {
            long padding = parameters[i].shape[3] / 2; // keeps the size of the image
            values = nn.functional.avg_pool2d(nn.functional.conv2d(values, parameters[i], parameters[i + 1], padding: [padding, padding]).tanh(), 2);
        }

        return values.reshape(rows, -1).matmul(parameters[4]) + parameters[5];
    }

    /// <summary>Rows as images, [rows, colours, side, side].</summary>
    public static Tensor Squares(Tensor images, long colours)
    {
        long side = (long)Math.Round(Math.Sqrt(images.shape[1] / colours));
        return images.view(images.shape[0], colours, side, side);
    }

    /// <summary>A vector per character, then a perceptron over the vectors of a row (<see cref="CharacterModel"/>).</summary>
    /// <param name="parameters">The table, then the perceptron.</param>
    /// <param name="characters">[rows, context], numbers of characters.</param>
    public static Tensor Characters(ReadOnlySpan<Tensor> parameters, Tensor characters) =>
        Perceptron(parameters[1..], Embedded(parameters[0], characters).reshape(characters.shape[0], -1));

    /// <summary>A transformer of one block, whose last token asks (<see cref="TransformerModel"/>).</summary>
    /// <param name="parameters">As in its layout.</param>
    /// <param name="characters">[rows, context], numbers of characters.</param>
    /// <param name="heads">Heads of its attention.</param>
    public static Tensor Transformer(ReadOnlySpan<Tensor> parameters, Tensor characters, int heads)
    {
        Tensor tokens = Embedded(parameters[0], characters) + parameters[1];
        (long rows, long context, long width) = (tokens.shape[0], tokens.shape[1], tokens.shape[2]);
        Tensor normed = Norm(tokens, parameters[2..]);
        Tensor queries = Heads(normed.narrow(1, context - 1, 1).matmul(parameters[4]) + parameters[5], heads);
        Tensor keys = Heads(normed.matmul(parameters[6]) + parameters[7], heads);
        Tensor values = Heads(normed.matmul(parameters[8]) + parameters[9], heads);
        Tensor shares = (queries.matmul(keys.transpose(-1, -2)) / Math.Sqrt((double)width / heads)).softmax(-1);
        Tensor last = tokens.narrow(1, context - 1, 1).reshape(rows, width) + shares.matmul(values).reshape(rows, width).matmul(parameters[10]) + parameters[11];
        last += (Norm(last, parameters[12..]).matmul(parameters[14]) + parameters[15]).tanh().matmul(parameters[16]) + parameters[17];
        return Norm(last, parameters[18..]).matmul(parameters[20]) + parameters[21];
    }

    private static Tensor Norm(Tensor tokens, ReadOnlySpan<Tensor> gainAndShift) =>
        nn.functional.layer_norm(tokens, [tokens.shape[^1]], gainAndShift[0], gainAndShift[1], TransformerModel.NormEpsilon);

    /// <summary>[rows, tokens, width] as [rows, heads, tokens, width / heads].</summary>
    private static Tensor Heads(Tensor tokens, long heads) =>
        tokens.reshape(tokens.shape[0], tokens.shape[1], heads, tokens.shape[2] / heads).permute(0, 2, 1, 3);

    private static Tensor Embedded(Tensor table, Tensor characters)
    {
        Tensor numbers = characters.to_type(ScalarType.Int64).reshape(-1);
        return table.index_select(0, numbers).view(characters.shape[0], characters.shape[1], table.shape[1]);
    }
}
