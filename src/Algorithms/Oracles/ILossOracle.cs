using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Oracles;

/// <summary>
/// Answers loss and gradient queries of one level on one shard, over all its rows or over some. Not thread-safe: an oracle owns its
/// scratch memory and serves one participant.
/// </summary>
public interface ILossOracle
{
    /// <summary>d, the length of the variable.</summary>
    int Length { get; }

    /// <summary>Rows of the shard that can be sampled; 0 where the loss is no mean over rows, as of a quadratic.</summary>
    int RowCount { get; }

    /// <summary>Class of each row; empty where rows have none.</summary>
    ImmutableArray<int> Labels => [];

    /// <summary>An epoch begins: where rows are selected by epoch, these are its rows from now on. Else nothing changes.</summary>
    /// <param name="epoch">Its number, at least 0. One that was begun before has the same rows again.</param>
    void BeginEpoch(long epoch)
    {
    }

    /// <summary>The mean loss over rows, and its gradient.</summary>
    /// <param name="point">x, length d.</param>
    /// <param name="rows">Rows of the shard, each from 0 to <see cref="RowCount"/> − 1; empty for all of them.</param>
    /// <param name="gradient">Out: length d; or empty when it is not wanted.</param>
    double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient);
}

/// <summary>A problem of one level over shards: one oracle per participant, a starting point, and what to measure of a result.</summary>
public interface ILossProblem : IProblem
{
    /// <summary>d, the length of the variable.</summary>
    int Length { get; }

    /// <summary>A new oracle over shard <paramref name="shard"/>, with scratch memory of its own; the data is shared.</summary>
    /// <param name="shard">Which shard.</param>
    /// <param name="poisoning">What an attacker does to its data.</param>
    /// <exception cref="NotSupportedException">The problem has no such data.</exception>
    ILossOracle CreateOracle(int shard, DataPoisoning poisoning = DataPoisoning.None);

    /// <summary>A starting point; length d.</summary>
    FlatVector Initial(SeededRandom random);

    /// <summary>Test metrics of a result, such as <c>test-accuracy</c> and <c>test-loss</c>; empty when there are none.</summary>
    /// <remarks>Safe to call from one thread while oracles are in use on others.</remarks>
    ImmutableArray<Measure> Evaluate(FlatVector point);

    /// <inheritdoc/>
    void IProblem.CheckShard(int shard) => CreateOracle(shard);

    /// <inheritdoc/>
    IProblem IProblem.Select(RowSelection selection, ulong seed) =>
        selection.Rule == SelectionRule.All ? this : new SelectedLossProblem(this, selection, seed);

    /// <inheritdoc/>
    /// <remarks>The one variable is a model's lower one; its upper one is empty.</remarks>
    ImmutableArray<Measure> IProblem.Evaluate(ModelObserved model) => model.Middle is null && model.Upper.Length == 0
        ? Evaluate(model.Lower)
        : throw new ArgumentException("The model has more than one level, and the problem has one.", nameof(model));
}
