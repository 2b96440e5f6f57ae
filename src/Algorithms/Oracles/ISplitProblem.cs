namespace ActorFed.Algorithms.Oracles;

/// <summary>
/// A problem of one level whose model can be cut in two: clients turn rows into activations, a server turns activations into losses. The
/// variable is the clients' part followed by the server's.
/// </summary>
public interface ISplitProblem : ILossProblem
{
    /// <summary>Length of the clients' part; that of the server's is the rest.</summary>
    int ClientLength { get; }

    /// <summary>d, activations of one row; at least 1.</summary>
    int ActivationLength { get; }

    /// <summary>Classes of which every target is one; 0 where targets are real numbers.</summary>
    int Classes { get; }

    /// <summary>A new oracle of the clients' part over shard <paramref name="shard"/>, with scratch memory of its own.</summary>
    ISplitClientOracle CreateClient(int shard);

    /// <summary>A new oracle of the server's part, which knows no row, with scratch memory of its own.</summary>
    ISplitServerOracle CreateServer();
}

/// <summary>The clients' part of a split model on one shard. Not thread-safe: it serves one participant.</summary>
public interface ISplitClientOracle
{
    /// <summary>Length of the clients' part.</summary>
    int Length { get; }

    /// <summary>d, activations of one row.</summary>
    int ActivationLength { get; }

    /// <summary>As in <see cref="ISplitProblem.Classes"/>.</summary>
    int Classes { get; }

    /// <summary>Rows of the shard; at least 1.</summary>
    int RowCount { get; }

    /// <summary>z = u(x; w), row by row, and what the rows' answers are.</summary>
    /// <param name="part">w, the clients' part.</param>
    /// <param name="rows">B rows of the shard, each from 0 to <see cref="RowCount"/> − 1; empty for all of them.</param>
    /// <param name="activations">Out: length B · d.</param>
    /// <param name="targets">Out: y; length B.</param>
    void Activate(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, Span<double> activations, Span<double> targets);

    /// <summary>Σ_j (∂z_j/∂w)ᵀ s_j over the rows, and the gradient of what the part itself adds to the loss, such as a weight decay.</summary>
    /// <param name="part">w, the clients' part.</param>
    /// <param name="rows">As above.</param>
    /// <param name="slopes">s, the loss's derivatives in the activations; length B · d.</param>
    /// <param name="gradient">Out: length <see cref="Length"/>.</param>
    void PullBack(ReadOnlySpan<double> part, ReadOnlySpan<int> rows, ReadOnlySpan<double> slopes, Span<double> gradient);
}

/// <summary>The server's part of a split model. Not thread-safe: it serves one participant.</summary>
public interface ISplitServerOracle
{
    /// <summary>Length of the server's part.</summary>
    int Length { get; }

    /// <summary>d, activations of one row.</summary>
    int ActivationLength { get; }

    /// <summary>As in <see cref="ISplitProblem.Classes"/>.</summary>
    int Classes { get; }

    /// <summary>(1/B) Σ_j h(z_j, y_j; w), with what the part itself adds to it, and its derivatives.</summary>
    /// <param name="part">w, the server's part.</param>
    /// <param name="activations">z, row by row; length B · d.</param>
    /// <param name="targets">y; length B, at least 1. Where there are classes, their numbers.</param>
    /// <param name="gradient">Out: the derivative in w; length <see cref="Length"/>.</param>
    /// <param name="slopes">Out: the derivative in z; length B · d.</param>
    double Loss(ReadOnlySpan<double> part, ReadOnlySpan<double> activations, ReadOnlySpan<double> targets, Span<double> gradient, Span<double> slopes);
}
