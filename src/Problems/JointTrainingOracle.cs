using System.Collections.Immutable;
using ActorFed.Algorithms.Oracles;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>Rows of a shard, all of them or those selected in the present epoch.</summary>
/// <param name="rows">All.</param>
/// <param name="labels">Class of each; empty where they are not known.</param>
/// <param name="draws">Which are selected; null: all. Belongs to one oracle.</param>
internal sealed class ChosenRows(TensorRows<float> rows, ImmutableArray<int> labels, RowDraws? draws)
{
    private readonly int[] _labels = [.. draws is null ? labels : labels.Take(draws.Count)];

    /// <summary>Rows of an epoch.</summary>
    public int Count => draws?.Count ?? rows.Rows;

    /// <summary>Selects the rows of an epoch.</summary>
    public void Begin(long epoch) => draws?.Begin(epoch);

    /// <summary>Their features, [rows, columns].</summary>
    public Tensor<float> Features(Tape<float> tape) => draws is null ? rows.Features(tape) : rows.Features(tape).Gather(tape.Indices(draws.Rows));

    /// <summary>Their classes.</summary>
    public Indices Labels(Tape<float> tape)
    {
        for (int i = 0; draws is not null && i < _labels.Length; i++)
        {
            _labels[i] = labels[draws.Rows[i]];
        }

        return tape.Indices(_labels);
    }
}

/// <summary>One worker's two losses of <see cref="JointTraining"/>. A worker without labels has an upper loss of 0, which counts nothing.</summary>
internal sealed class JointTrainingOracle : IBilevelOracle
{
    private readonly TensorBilevelOracle<float> _oracle;
    private readonly ChosenRows _all;

    /// <summary>The losses on a shard.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="shard">Its number, for errors.</param>
    /// <param name="all">The rows to be reconstructed.</param>
    public JointTrainingOracle(JointModel model, int shard, ChosenRows all)
    {
        _all = all;
        _oracle = new TensorBilevelOracle<float>(
            $"'joint-training' on shard {shard}",
            (model.Head, levels => Losses.CrossEntropy(model.Scores(levels, Labelled!.Features(levels.Tape)), Labelled.Labels(levels.Tape))),
            (model.Lower, levels => model.Reconstruction(levels, all.Features(levels.Tape))),
            upperLossDependsOnUpper: true);
    }

    /// <summary>The rows to be classified; null: none.</summary>
    public ChosenRows? Labelled { get; init; }

    public int UpperLength => _oracle.UpperLength;

    public int LowerLength => _oracle.LowerLength;

    public bool UpperLossDependsOnUpper => true;

    public int UpperExamples => Labelled?.Count ?? 0;

    public int LowerExamples => _all.Count;

    public void BeginEpoch(long epoch)
    {
        _all.Begin(epoch);
        Labelled?.Begin(epoch);
    }

    public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient)
    {
        if (Labelled is not null)
        {
            return _oracle.UpperLoss(upper, lower, upperGradient, lowerGradient);
        }

        OracleArguments.CheckLoss(this, upper, lower, upperGradient, lowerGradient);
        upperGradient.Clear();
        lowerGradient.Clear();
        return 0;
    }

    public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient) =>
        _oracle.LowerLoss(upper, lower, upperGradient, lowerGradient);

    public void LowerHessianProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product) =>
        _oracle.LowerHessianProduct(upper, lower, direction, product);

    public void LowerCrossProduct(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product) =>
        _oracle.LowerCrossProduct(upper, lower, direction, product);
}
