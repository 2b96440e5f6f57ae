using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;
using ActorFed.Problems.Kernels;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="LogisticRegression"/>.</summary>
public sealed record LogisticRegressionOptions
{
    /// <summary>Factor of ‖w‖² in every participant's loss, half of the λ of λ/2 ‖w‖²; at least 0. More than 0: one minimum.</summary>
    [Range(0, 1e6)]
    public double WeightDecay { get; init; } = 0.001;
}

/// <summary>
/// Logistic regression of two classes: f_i(w) = mean over the rows of shard i of log(1 + exp(−b wᵀ a)), + decay ‖w‖², with no intercept.
/// </summary>
public static class LogisticRegression
{
    /// <summary>The problem over sharded data.</summary>
    /// <param name="data">Of two classes.</param>
    /// <param name="options">Its options.</param>
    /// <param name="seed">Seed of poisoned features.</param>
    /// <exception cref="ArgumentException">The data cannot be used.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static ILossProblem Create(ShardedData data, LogisticRegressionOptions options, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        SparseMatrix train = SparseMatrix.Of(data.Train.Features);
        ShardedData sparse = data with { Train = data.Train with { Features = train } }; // once for all shards
        return new RowLossProblem(sparse, Rows, options.WeightDecay, _ => FlatVector.Zeros(train.Columns), seed);

        static IRowLoss Rows(LabelledData part, ImmutableArray<int> rows) => new LogisticRows(SparseMatrix.Of(part.Features), part, rows);
    }
}
