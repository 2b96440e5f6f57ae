namespace ActorFed.Problems.Kernels;

/// <summary>The loss of a classifier over chosen rows of a data set. Not thread-safe: scratch memory belongs to the object.</summary>
internal interface IRowLoss
{
    /// <summary>Length of the parameters.</summary>
    int ParameterLength { get; }

    /// <summary>Number of rows.</summary>
    int RowCount { get; }

    /// <summary>The mean cross entropy, and its gradient.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="rows">Numbers of rows, from 0 to <see cref="RowCount"/> − 1, repeated ones as often as they stand there; empty for all.</param>
    /// <param name="gradient">Out: the gradient; or empty when it is not wanted.</param>
    double MeanLoss(ReadOnlySpan<double> parameters, ReadOnlySpan<int> rows, Span<double> gradient);

    /// <summary>Number of rows whose label has the largest score; of equal ones the first counts.</summary>
    int CountCorrect(ReadOnlySpan<double> parameters);
}
