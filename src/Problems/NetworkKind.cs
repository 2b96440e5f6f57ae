using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>The networks that problems of one level train, for a backend that computes them otherwise.</summary>
/// <param name="Layout">Their parameters.</param>
internal abstract record NetworkKind(ParameterLayout Layout)
{
    /// <summary>Scores x W.</summary>
    public sealed record Linear(ParameterLayout Layout) : NetworkKind(Layout);

    /// <summary><see cref="MlpModel"/>.</summary>
    public sealed record Perceptron(ParameterLayout Layout) : NetworkKind(Layout);

    /// <summary><see cref="LeNetModel"/>.</summary>
    public sealed record LeNet(ParameterLayout Layout) : NetworkKind(Layout);

    /// <summary>A table of characters, and an <see cref="MlpModel"/> behind it.</summary>
    public sealed record CharacterPerceptron(ParameterLayout Layout) : NetworkKind(Layout);

    /// <summary><see cref="TransformerModel"/>.</summary>
    /// <param name="Layout">Its parameters.</param>
    /// <param name="Heads">Heads of its attention.</param>
    public sealed record CharacterTransformer(ParameterLayout Layout, int Heads) : NetworkKind(Layout);
}

/// <summary>Makes the losses of a network over rows of data sets.</summary>
internal delegate CreateRowLoss NetworkBackend(NetworkKind network);
