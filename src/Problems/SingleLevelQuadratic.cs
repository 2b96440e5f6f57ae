using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="SingleLevelQuadratic"/>.</summary>
public sealed record SingleLevelQuadraticOptions
{
    /// <summary>d, the length of the variable; at least 1.</summary>
    [Range(1, 4096)]
    public int Length { get; init; } = 10;

    /// <summary>How far the shards' coefficients stray from the common ones, as a multiple of those; 0 makes all shards equal.</summary>
    [Range(0, 100.0)]
    public double Heterogeneity { get; init; } = 0.5;

    /// <summary>Largest over smallest curvature along the axes that a shard may have; at least 1.</summary>
    [Range(1, 1e9)]
    public double ConditionNumber { get; init; } = 10;
}

/// <summary>A quadratic loss per shard and a known minimum of their mean: the ground truth of tests and of runs with many participants.</summary>
/// <remarks>
/// f_i(x) = ½ (x − c_i)ᵀ (diag(a_i) + u_i u_iᵀ) (x − c_i), with a_i between 1 / condition number and 1 and ‖u_i‖² about 1: a shard holds
/// 3 d numbers and a query takes about 10 d operations, while the mean couples all entries. No rows can be sampled.
/// </remarks>
public sealed class SingleLevelQuadratic : ILossProblem
{
    private readonly ImmutableArray<QuadraticLoss> _shards;
    private readonly double[] _hessian; // of the mean, row-major
    private readonly double _leastLoss;

    /// <summary>A random problem: coefficients common to all shards plus each shard's own, times the heterogeneity.</summary>
    /// <param name="options">Length, condition number and heterogeneity.</param>
    /// <param name="shards">Number of shards; at least 1.</param>
    /// <param name="seed">Determines all coefficients.</param>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public SingleLevelQuadratic(SingleLevelQuadraticOptions options, int shards, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        Length = options.Length;
        QuadraticLoss common = QuadraticLoss.Draw(options, new SeededRandom(seed, "single-level-quadratic"));
        _shards =
        [
            .. Enumerable.Range(0, shards).Select(shard => QuadraticLoss.Blend(
                common, QuadraticLoss.Draw(options, new SeededRandom(seed, $"single-level-quadratic/{shard}")), options.Heterogeneity)),
        ];
        _hessian = new double[Length * Length];
        double[] solution = new double[Length];
        double[] pull = new double[Length];
        foreach (QuadraticLoss shard in _shards)
        {
            shard.AddHessian(1.0 / shards, _hessian);
            shard.Multiply(shard.Centre, pull);
            VectorMath.AddScaled(1.0 / shards, pull, solution);
        }

        new CholeskyFactor(_hessian, Length).Solve(solution);
        Solution = FlatVector.CopyOf(solution);
        _leastLoss = _shards.Average(shard => shard.Value(solution));
    }

    /// <inheritdoc/>
    public int Length { get; }

    /// <inheritdoc/>
    public int ShardCount => _shards.Length;

    /// <summary>x*, where the mean of the losses is least.</summary>
    public FlatVector Solution { get; }

    /// <summary>The mean of the losses at x*.</summary>
    public double LeastLoss => _leastLoss;

    /// <inheritdoc/>
    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning = DataPoisoning.None)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        return poisoning == DataPoisoning.None
            ? new Oracle(_shards[shard])
            : throw new NotSupportedException(
                $"single-level-quadratic has no data to poison by {poisoning}. Let attackers alter what they send, or choose the problem 'classification'.");
    }

    /// <summary>Independent standard normal entries.</summary>
    public FlatVector Initial(SeededRandom random) => FlatVector.CopyOf(SmallMatrix.Gaussians(random, Length));

    /// <summary>
    /// <c>distance-to-solution</c>, Euclidean; <c>gradient-norm</c> of the mean of the losses; and <c>excess-loss</c>, by how much that mean
    /// is above its least value.
    /// </summary>
    public ImmutableArray<Measure> Evaluate(FlatVector point)
    {
        OracleArguments.RequireLength(point.Length, Length, nameof(point));
        double[] offset = new double[Length];
        double[] gradient = new double[Length];
        VectorMath.Subtract(point.Span, Solution.Span, offset);
        SmallMatrix.Multiply(_hessian, offset, gradient);
        return
        [
            new Measure("distance-to-solution", VectorMath.Norm(offset)),
            new Measure("gradient-norm", VectorMath.Norm(gradient)),
            new Measure("excess-loss", VectorMath.Dot(offset, gradient) / 2),
        ];
    }

    private sealed class Oracle(QuadraticLoss loss) : ILossOracle
    {
        private readonly double[] _gradient = new double[loss.Centre.Length];

        public int Length => _gradient.Length;

        public int RowCount => 0;

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            OracleArguments.CheckRowLoss(this, point, rows, gradient);
            double value = loss.Value(point, _gradient);
            if (!gradient.IsEmpty)
            {
                _gradient.CopyTo(gradient);
            }

            return value;
        }
    }
}
