using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>The memory of one query to a network: its tape, the gradient of a piece of its rows, their labels.</summary>
/// <param name="layout">The parameters of the network.</param>
internal sealed class NetworkScratch(ParameterLayout layout)
{
    /// <summary>Rows that are on the tape at a time, at most.</summary>
    public const int PieceRows = 128;

    public Levels<float> Levels { get; } = new([layout]);

    public double[] PieceGradient { get; } = new double[layout.Length];

    public int[] Labels { get; } = new int[PieceRows];
}
