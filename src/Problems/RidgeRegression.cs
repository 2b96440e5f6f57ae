using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>Options of <see cref="RidgeRegression"/>.</summary>
public sealed record RidgeRegressionOptions
{
    /// <summary>d, number of features; at least 1.</summary>
    [Range(1, 4096)]
    public int Length { get; init; } = 10;

    /// <summary>Rows of a shard; at least 1.</summary>
    [Range(1, 1_000_000)]
    public int Rows { get; init; } = 30;

    /// <summary>Factor of ½ ‖w‖² in every shard's loss; more than 0: one minimum.</summary>
    [Range(0d, 1e9, MinimumIsExclusive = true)]
    public double Penalty { get; init; } = 0.1;

    /// <summary>What the features of the first shard are multiplied by; more than 0. 1: all shards are alike.</summary>
    [Range(0d, 1e6, MinimumIsExclusive = true)]
    public double Scale { get; init; } = 10;

    /// <summary>σ, standard deviation of the noise on the targets; at least 0.</summary>
    [Range(0d, 1e6)]
    public double Noise { get; init; } = 1;
}

/// <summary>F_m(w) = ½ mean over the rows of shard m of (xᵀ w − y)² + penalty/2 ‖w‖², x standard normal, in the first shard times a scale.</summary>
/// <remarks>The data of the headline experiment of adaptive sampling: one shard's curvature is far above the others'.</remarks>
public sealed class RidgeRegression : ILossProblem
{
    private readonly (double[] Features, double[] Targets)[] _shards;
    private readonly RidgeRegressionOptions _options;
    private readonly double _least;

    /// <summary>Draws all rows.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="shards">Number of shards; at least 1.</param>
    /// <param name="seed">Determines all rows.</param>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public RidgeRegression(RidgeRegressionOptions options, int shards, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        _options = options;
        double[] truth = SmallMatrix.Gaussians(new SeededRandom(seed, "ridge-regression/truth"), options.Length);
        _shards = [.. Enumerable.Range(0, shards).Select(shard => Draw(truth, shard == 0 ? options.Scale : 1, new SeededRandom(seed, $"ridge-regression/{shard}")))];
        Solution = Solve();
        _least = MeanLoss(Solution.Span);
    }

    /// <inheritdoc/>
    public int Length => _options.Length;

    /// <inheritdoc/>
    public int ShardCount => _shards.Length;

    /// <summary>w*, where the mean of the losses is least.</summary>
    public FlatVector Solution { get; }

    /// <summary>L_m: the largest eigenvalue of a shard's Hessian.</summary>
    public double LipschitzOf(int shard)
    {
        double[] rows = Hessian(shard);
        double[] values = new double[Length];
        JacobiRotations.Orthogonalise(rows, values);
        return values.Max();
    }

    /// <inheritdoc/>
    public ILossOracle CreateOracle(int shard, DataPoisoning poisoning = DataPoisoning.None)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        return poisoning == DataPoisoning.None
            ? new Oracle(new LeastSquaresOracle(_shards[shard].Features, _shards[shard].Targets), _options.Penalty)
            : throw new NotSupportedException(
                $"ridge-regression has no data to poison by {poisoning}. Let attackers alter what they send, or choose the problem 'classification'.");
    }

    /// <summary>Zero.</summary>
    public FlatVector Initial(SeededRandom random) => FlatVector.Zeros(Length);

    /// <summary><c>excess-loss</c>, by how much the mean of the losses is above its least value, and <c>distance-to-solution</c>.</summary>
    public ImmutableArray<Measure> Evaluate(FlatVector point)
    {
        OracleArguments.RequireLength(point.Length, Length, nameof(point));
        return
        [
            new Measure("excess-loss", MeanLoss(point.Span) - _least),
            new Measure("distance-to-solution", Math.Sqrt(VectorMath.SquaredDistance(point.Span, Solution.Span))),
        ];
    }

    private (double[] Features, double[] Targets) Draw(double[] truth, double scale, SeededRandom random)
    {
        double[] features = SmallMatrix.Gaussians(random, _options.Rows * Length);
        double[] targets = SmallMatrix.Gaussians(random, _options.Rows);
        VectorMath.Scale(scale, features);
        for (int row = 0; row < targets.Length; row++)
        {
            targets[row] = VectorMath.Dot(features.AsSpan(row * Length, Length), truth) + (_options.Noise * targets[row]);
        }

        return (features, targets);
    }

    private double MeanLoss(ReadOnlySpan<double> point)
    {
        double sum = 0;
        for (int shard = 0; shard < ShardCount; shard++)
        {
            sum += CreateOracle(shard).Loss(point, [], []);
        }

        return sum / ShardCount;
    }

    private double[] Hessian(int shard)
    {
        double[] hessian = new double[Length * Length];
        foreach (double[] row in _shards[shard].Features.Chunk(Length))
        {
            for (int k = 0; k < Length; k++)
            {
                VectorMath.AddScaled(row[k] / _options.Rows, row, hessian.AsSpan(k * Length, Length));
            }
        }

        for (int k = 0; k < Length; k++)
        {
            hessian[(k * Length) + k] += _options.Penalty;
        }

        return hessian;
    }

    private FlatVector Solve()
    {
        double[] hessian = new double[Length * Length];
        double[] solution = new double[Length]; // −∇F(0), then w*
        double[] gradient = new double[Length];
        for (int shard = 0; shard < ShardCount; shard++)
        {
            VectorMath.AddScaled(1.0 / ShardCount, Hessian(shard), hessian);
            CreateOracle(shard).Loss(new double[Length], [], gradient);
            VectorMath.AddScaled(-1.0 / ShardCount, gradient, solution);
        }

        new CholeskyFactor(hessian, Length).Solve(solution);
        return FlatVector.CopyOf(solution);
    }

    private sealed class Oracle(LeastSquaresOracle squares, double penalty) : ILossOracle
    {
        public int Length => squares.Length;

        public int RowCount => squares.RowCount;

        public double Loss(ReadOnlySpan<double> point, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            double loss = squares.Loss(point, rows, gradient);
            if (!gradient.IsEmpty)
            {
                VectorMath.AddScaled(penalty, point, gradient);
            }

            return loss + (penalty / 2 * VectorMath.SquaredNorm(point));
        }
    }
}
