using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>One part of a network.</summary>
/// <param name="parameters">As in the part's layout.</param>
/// <param name="inputs">[rows, inputs].</param>
internal delegate Tensor<float> NetworkPart(ReadOnlySpan<Tensor<float>> parameters, Tensor<float> inputs);

/// <summary>A classifying network in two parts: one makes activations of features, the other scores of activations.</summary>
internal sealed record SplitNetwork
{
    /// <summary>Parameters of the first part; the second's come after them in the whole.</summary>
    public required ParameterLayout ClientLayout { get; init; }

    /// <summary>Parameters of the second part.</summary>
    public required ParameterLayout ServerLayout { get; init; }

    /// <summary>d, activations of a row.</summary>
    public required int ActivationLength { get; init; }

    /// <summary>From [rows, features] to activations, d of them for each row.</summary>
    public required NetworkPart Activations { get; init; }

    /// <summary>From [rows, d] to the scores before the softmax, [rows, classes].</summary>
    public required NetworkPart Scores { get; init; }

    /// <summary>All parameters.</summary>
    public ParameterLayout Layout => new([.. ClientLayout.Shapes, .. ServerLayout.Shapes]);

    /// <summary>The scores of the whole network.</summary>
    public Tensor<float> Output(ReadOnlySpan<Tensor<float>> parameters, Tensor<float> features)
    {
        int cut = ClientLayout.Shapes.Length;
        Tensor<float> activations = Activations(parameters[..cut], features);
        return Scores(parameters[cut..], activations.Reshape([features.Shape[0], ActivationLength]));
    }
}
