using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>Options of a random <see cref="QuadraticProblem"/>.</summary>
public sealed record QuadraticOptions
{
    /// <summary>n, the length of the upper variable; at least 1.</summary>
    [Range(1, 4096)]
    public int UpperLength { get; init; } = 4;

    /// <summary>m, the length of the lower variable; at least 1.</summary>
    [Range(1, 4096)]
    public int LowerLength { get; init; } = 4;

    /// <summary>How far the workers' coefficients stray from the common ones, as a multiple of those; 0 makes all workers equal.</summary>
    [Range(0, 100.0)]
    public double Heterogeneity { get; init; } = 0.5;

    /// <summary>r of every worker; more than 0, so that there is one solution.</summary>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double UpperCurvature { get; init; } = 0.1;
}

/// <summary>Quadratic upper and lower levels with a closed-form solution: the ground truth of most tests.</summary>
/// <remarks>
/// min_x Σ G_i(x, y*(x)) with y*(x) = argmin_y Σ g_i(x, y) = (Σ H_i)⁻¹ (Σ M_i x + Σ d_i) = A x + b. Setting the derivative to
/// zero gives (Σ r_i I + N Aᵀ A) x* = Σ r_i e_i + Aᵀ (Σ c_i − N b).
/// </remarks>
public sealed class QuadraticProblem : IBilevelProblem
{
    private readonly ImmutableArray<QuadraticWorker> _workers;
    private readonly double[] _slope; // A, column after column, so that column j is y*'s derivative in x_j
    private readonly double[] _intercept; // b

    /// <summary>A problem of given coefficients.</summary>
    /// <param name="workers">One per shard; at least one. Their lengths agree.</param>
    /// <exception cref="ArgumentException">There is no worker, or lengths disagree.</exception>
    /// <exception cref="ArithmeticException">The problem has no unique solution: a matrix is not positive definite.</exception>
    public QuadraticProblem(ImmutableArray<QuadraticWorker> workers)
    {
        RequireEqualShapes(workers);
        _workers = workers;
        UpperLength = workers[0].UpperCentre.Length;
        LowerLength = workers[0].LowerCentre.Length;
        CholeskyFactor hessian = new(Sum(worker => worker.LowerHessian), LowerLength);
        _intercept = Sum(worker => worker.LowerLinear);
        hessian.Solve(_intercept);
        _slope = new double[UpperLength * LowerLength];
        double[] coupling = Sum(worker => worker.Coupling);
        for (int j = 0; j < UpperLength; j++)
        {
            Span<double> column = SlopeOf(j);
            for (int i = 0; i < LowerLength; i++)
            {
                column[i] = coupling[(i * UpperLength) + j];
            }

            hessian.Solve(column);
        }

        SolutionUpper = FlatVector.CopyOf(SolveUpper());
        SolutionLower = FlatVector.CopyOf(LowerSolution(SolutionUpper.Span));
    }

    /// <summary>A random problem: coefficients common to all workers plus each worker's own, times the heterogeneity.</summary>
    /// <param name="options">Lengths, curvature and heterogeneity.</param>
    /// <param name="workers">Number of workers; at least 1.</param>
    /// <param name="seed">Determines all coefficients.</param>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public QuadraticProblem(QuadraticOptions options, int workers, ulong seed)
        : this(Draw(options, workers, seed))
    {
    }

    /// <inheritdoc/>
    public int UpperLength { get; }

    /// <inheritdoc/>
    public int LowerLength { get; }

    /// <inheritdoc/>
    public int ShardCount => _workers.Length;

    /// <summary>x*, where the hypergradient is zero.</summary>
    public FlatVector SolutionUpper { get; }

    /// <summary>y*(x*).</summary>
    public FlatVector SolutionLower { get; }

    /// <inheritdoc/>
    public IBilevelOracle CreateOracle(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        return new QuadraticOracle(_workers[shard]);
    }

    /// <summary>Independent standard normal entries.</summary>
    public FlatVector InitialUpper(SeededRandom random) => FlatVector.CopyOf(SmallMatrix.Gaussians(random, UpperLength));

    /// <summary>Independent standard normal entries.</summary>
    public FlatVector InitialLower(SeededRandom random) => FlatVector.CopyOf(SmallMatrix.Gaussians(random, LowerLength));

    /// <summary>y*(x), the minimiser of the summed lower losses.</summary>
    public double[] LowerSolution(ReadOnlySpan<double> upper)
    {
        OracleArguments.RequireLength(upper.Length, UpperLength, nameof(upper));
        double[] lower = [.. _intercept];
        for (int j = 0; j < UpperLength; j++)
        {
            VectorMath.AddScaled(upper[j], SlopeOf(j), lower);
        }

        return lower;
    }

    /// <summary>The derivative of Σ G_i(x, y*(x)) in x.</summary>
    public double[] Hypergradient(ReadOnlySpan<double> upper)
    {
        double[] lower = LowerSolution(upper);
        double[] upperPart = new double[UpperLength];
        double[] lowerPart = new double[LowerLength];
        foreach (QuadraticWorker worker in _workers)
        {
            VectorMath.AddScaled(worker.UpperCurvature, upper, upperPart);
            VectorMath.AddScaled(-worker.UpperCurvature, worker.UpperCentre.Span, upperPart);
            VectorMath.AddScaled(1, lower, lowerPart);
            VectorMath.AddScaled(-1, worker.LowerCentre.Span, lowerPart);
        }

        for (int j = 0; j < UpperLength; j++)
        {
            upperPart[j] += VectorMath.Dot(SlopeOf(j), lowerPart);
        }

        return upperPart;
    }

    /// <summary><c>distance-to-solution</c>, Euclidean in (x, y), and <c>hypergradient-norm</c> at x.</summary>
    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower)
    {
        double squared = VectorMath.SquaredDistance(upper.Span, SolutionUpper.Span)
            + VectorMath.SquaredDistance(lower.Span, SolutionLower.Span);
        return
        [
            new Measure("distance-to-solution", Math.Sqrt(squared)),
            new Measure("hypergradient-norm", VectorMath.Norm(Hypergradient(upper.Span))),
        ];
    }

    private Span<double> SlopeOf(int upperIndex) => _slope.AsSpan(upperIndex * LowerLength, LowerLength);

    private double[] SolveUpper()
    {
        double[] matrix = new double[UpperLength * UpperLength];
        double weight = _workers.Sum(worker => worker.UpperCurvature);
        for (int i = 0; i < UpperLength; i++)
        {
            for (int j = 0; j < UpperLength; j++)
            {
                matrix[(i * UpperLength) + j] = (_workers.Length * VectorMath.Dot(SlopeOf(i), SlopeOf(j))) + (i == j ? weight : 0);
            }
        }

        double[] solution = Hypergradient(new double[UpperLength]); // affine in x: its value at 0 is minus the right side
        VectorMath.Scale(-1, solution);
        new CholeskyFactor(matrix, UpperLength).Solve(solution);
        return solution;
    }

    private double[] Sum(Func<QuadraticWorker, FlatVector> part)
    {
        double[] sum = new double[part(_workers[0]).Length];
        foreach (QuadraticWorker worker in _workers)
        {
            VectorMath.AddScaled(1, part(worker).Span, sum);
        }

        return sum;
    }

    private static void RequireEqualShapes(ImmutableArray<QuadraticWorker> workers)
    {
        if (workers.IsDefaultOrEmpty)
        {
            throw new ArgumentException("There is no worker; there must be at least one.", nameof(workers));
        }

        for (int i = 0; i < workers.Length; i++)
        {
            workers[i].RequireShape($"worker {i}", workers[0].UpperCentre.Length, workers[0].LowerCentre.Length);
        }
    }

    private static ImmutableArray<QuadraticWorker> Draw(QuadraticOptions options, int workers, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        int n = options.UpperLength;
        int m = options.LowerLength;
        int[] lengths = [n, m, m, m * n, m * m];
        double[][] common = Draw("quadratic");
        return [.. Enumerable.Range(0, workers).Select(CreateWorker)];

        QuadraticWorker CreateWorker(int index)
        {
            double[][] own = Draw($"quadratic/{index}");
            for (int part = 0; part < own.Length; part++)
            {
                VectorMath.Scale(options.Heterogeneity, own[part]);
                VectorMath.AddScaled(1, common[part], own[part]);
            }

            VectorMath.Scale(1 / Math.Sqrt(n), own[3]); // keeps A x of the size of x for any n
            return new QuadraticWorker
            {
                UpperCurvature = options.UpperCurvature,
                UpperCentre = FlatVector.CopyOf(own[0]),
                LowerCentre = FlatVector.CopyOf(own[1]),
                LowerLinear = FlatVector.CopyOf(own[2]),
                Coupling = FlatVector.CopyOf(own[3]),
                LowerHessian = FlatVector.CopyOf(SmallMatrix.PositiveDefinite(own[4], m)),
            };
        }

        double[][] Draw(string stream)
        {
            SeededRandom random = new(seed, stream);
            return [.. lengths.Select(length => SmallMatrix.Gaussians(random, length))];
        }
    }
}
