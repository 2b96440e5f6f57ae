using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>Options of a random <see cref="TrilevelQuadraticProblem"/>.</summary>
public sealed record TrilevelQuadraticOptions
{
    /// <summary>d_1, the length of the upper variable; at least 1.</summary>
    [Range(1, 1024)]
    public int UpperLength { get; init; } = 3;

    /// <summary>d_2, the length of the middle variable; at least 1.</summary>
    [Range(1, 1024)]
    public int MiddleLength { get; init; } = 3;

    /// <summary>d_3, the length of the lower variable; at least 1.</summary>
    [Range(1, 1024)]
    public int LowerLength { get; init; } = 3;

    /// <summary>How far the workers' coefficients stray from the common ones, as a multiple of those; 0 makes all workers equal.</summary>
    [Range(0, 100.0)]
    public double Heterogeneity { get; init; } = 0.1;

    /// <summary>Size of P_1, R_1 and R_2, through which a level sees those above it; at least 0.</summary>
    [Range(0, 100.0)]
    public double Coupling { get; init; } = 0.5;

    /// <summary>
    /// How far the upper level's wish for the lower variable, the mean of the c_3, lies from the lower level's answer at the solution,
    /// as a share of the way to where it was drawn; 0: they agree, 1: the wish is random.
    /// </summary>
    [Range(0, 1.0)]
    public double Conflict { get; init; }

    /// <summary>Size of P_3, through which the middle level sees the lower variable; 0: not at all.</summary>
    [Range(0, 100.0)]
    public double Feedback { get; init; }

    /// <summary>r of every worker; more than 0, so that there is one solution.</summary>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double UpperCurvature { get; init; } = 0.1;
}

/// <summary>Three quadratic levels with a closed-form solution: the ground truth of tests of trilevel algorithms.</summary>
/// <remarks>
/// With sums over the workers and each level answering the one above: x_3(x_1, x_2) = H_3⁻¹ (R_1 x_1 + R_2 x_2 + q), whose derivative
/// in x_2 is A = H_3⁻¹ R_2; x_2(x_1) makes the derivative of f_2(x_1, x_2, x_3(x_1, x_2)) zero, which is
/// (H_2 − P_3 A − Aᵀ P_3ᵀ) x_2 = P_1 x_1 + P_3 x_3(x_1, 0) + p; and x_1 minimises Σ f_1 along both, which is a quadratic too.
/// </remarks>
public sealed class TrilevelQuadraticProblem : ITrilevelProblem
{
    private readonly ImmutableArray<TrilevelQuadraticWorker> _workers;
    private readonly CholeskyFactor _lower;   // Σ H_3
    private readonly CholeskyFactor _middle;  // Σ H_2 − P_3 A − (P_3 A)ᵀ
    private readonly double[] _middleUpper;   // Σ P_1
    private readonly double[] _middleLower;   // Σ P_3
    private readonly double[] _middleLinear;  // Σ p
    private readonly double[] _lowerUpper;    // Σ R_1
    private readonly double[] _lowerMiddle;   // Σ R_2
    private readonly double[] _lowerLinear;   // Σ q
    private readonly double[][] _middleSlope; // ∂x_2/∂x_1, one column per entry of x_1
    private readonly double[][] _lowerSlope;  // ∂x_3/∂x_1 along x_2(x_1), likewise

    /// <summary>A problem of given coefficients.</summary>
    /// <param name="workers">One per shard; at least one. Their lengths agree.</param>
    /// <exception cref="ArgumentException">There is no worker, or lengths disagree.</exception>
    /// <exception cref="ArithmeticException">The problem has no unique solution: a matrix is not positive definite.</exception>
    public TrilevelQuadraticProblem(ImmutableArray<TrilevelQuadraticWorker> workers)
    {
        RequireEqualShapes(workers);
        _workers = workers;
        (UpperLength, MiddleLength, LowerLength) =
            (workers[0].UpperCentre.Length, workers[0].MiddleCentre.Length, workers[0].LowerCentre.Length);
        _middleUpper = Sum(worker => worker.MiddleUpper);
        _middleLower = Sum(worker => worker.MiddleLower);
        _middleLinear = Sum(worker => worker.MiddleLinear);
        _lowerUpper = Sum(worker => worker.LowerUpper);
        _lowerMiddle = Sum(worker => worker.LowerMiddle);
        _lowerLinear = Sum(worker => worker.LowerLinear);
        _lower = new CholeskyFactor(Sum(worker => worker.LowerHessian), LowerLength);
        _middle = new CholeskyFactor(ReducedMiddleHessian(), MiddleLength);

        double[] origin = new double[UpperLength];
        double[] middle = MiddleSolution(origin);
        double[] lower = LowerSolution(origin, middle);
        _middleSlope = [.. Units(UpperLength).Select(unit => Minus(MiddleSolution(unit), middle))];
        _lowerSlope = [.. Units(UpperLength).Select(unit => Minus(LowerSolution(unit, MiddleSolution(unit)), lower))];
        SolutionUpper = FlatVector.CopyOf(SolveUpper(_lowerSlope));
        SolutionMiddle = FlatVector.CopyOf(MiddleSolution(SolutionUpper.Span));
        SolutionLower = FlatVector.CopyOf(LowerSolution(SolutionUpper.Span, SolutionMiddle.Span));
    }

    /// <summary>A random problem: coefficients common to all workers plus each worker's own, times the heterogeneity.</summary>
    /// <param name="options">Lengths, curvature, coupling, feedback and heterogeneity.</param>
    /// <param name="workers">Number of workers; at least 1.</param>
    /// <param name="seed">Determines all coefficients.</param>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    /// <exception cref="ArithmeticException">The feedback is so strong that the middle level has no minimum.</exception>
    public TrilevelQuadraticProblem(TrilevelQuadraticOptions options, int workers, ulong seed)
        : this(Reconcile(Draw(options, workers, seed), options.Conflict))
    {
    }

    /// <inheritdoc/>
    public int UpperLength { get; }

    /// <inheritdoc/>
    public int MiddleLength { get; }

    /// <inheritdoc/>
    public int LowerLength { get; }

    /// <inheritdoc/>
    public int ShardCount => _workers.Length;

    /// <summary>x_1*, where the hypergradient is zero.</summary>
    public FlatVector SolutionUpper { get; }

    /// <summary>x_2(x_1*).</summary>
    public FlatVector SolutionMiddle { get; }

    /// <summary>x_3(x_1*, x_2(x_1*)).</summary>
    public FlatVector SolutionLower { get; }

    /// <inheritdoc/>
    public ITrilevelOracle CreateOracle(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        return new TrilevelQuadraticOracle(_workers[shard]);
    }

    /// <summary>Independent standard normal entries.</summary>
    public FlatVector InitialUpper(SeededRandom random) => FlatVector.CopyOf(SmallMatrix.Gaussians(random, UpperLength));

    /// <summary>Independent standard normal entries.</summary>
    public FlatVector InitialMiddle(SeededRandom random) => FlatVector.CopyOf(SmallMatrix.Gaussians(random, MiddleLength));

    /// <summary>Independent standard normal entries.</summary>
    public FlatVector InitialLower(SeededRandom random) => FlatVector.CopyOf(SmallMatrix.Gaussians(random, LowerLength));

    /// <summary>x_3(x_1, x_2), the minimiser of the summed lower losses.</summary>
    public double[] LowerSolution(ReadOnlySpan<double> upper, ReadOnlySpan<double> middle)
    {
        OracleArguments.RequireLength(upper.Length, UpperLength, nameof(upper));
        OracleArguments.RequireLength(middle.Length, MiddleLength, nameof(middle));
        double[] lower = [.. _lowerLinear];
        AddProduct(_lowerUpper, upper, lower);
        AddProduct(_lowerMiddle, middle, lower);
        _lower.Solve(lower);
        return lower;
    }

    /// <summary>x_2(x_1), the minimiser of the summed middle losses while the lower level answers.</summary>
    public double[] MiddleSolution(ReadOnlySpan<double> upper)
    {
        OracleArguments.RequireLength(upper.Length, UpperLength, nameof(upper));
        double[] middle = [.. _middleLinear];
        AddProduct(_middleUpper, upper, middle);
        AddProduct(_middleLower, LowerSolution(upper, new double[MiddleLength]), middle);
        _middle.Solve(middle);
        return middle;
    }

    /// <summary>The derivative of Σ f_1(x_1, x_2(x_1), x_3(x_1, x_2(x_1))) in x_1.</summary>
    public double[] Hypergradient(ReadOnlySpan<double> upper) => Hypergradient(upper, _lowerSlope);

    private double[] Hypergradient(ReadOnlySpan<double> upper, double[][] lowerSlope)
    {
        double[] middle = MiddleSolution(upper);
        double[] lower = LowerSolution(upper, middle);
        double[] gradient = new double[UpperLength];
        double[] middlePart = new double[MiddleLength];
        double[] lowerPart = new double[LowerLength];
        foreach (TrilevelQuadraticWorker worker in _workers)
        {
            VectorMath.AddScaled(worker.UpperCurvature, upper, gradient);
            VectorMath.AddScaled(-worker.UpperCurvature, worker.UpperCentre.Span, gradient);
            VectorMath.AddScaled(1, middle, middlePart);
            VectorMath.AddScaled(-1, worker.MiddleCentre.Span, middlePart);
            VectorMath.AddScaled(1, lower, lowerPart);
            VectorMath.AddScaled(-1, worker.LowerCentre.Span, lowerPart);
        }

        for (int i = 0; i < UpperLength; i++)
        {
            gradient[i] += VectorMath.Dot(_middleSlope[i], middlePart) + VectorMath.Dot(lowerSlope[i], lowerPart);
        }

        return gradient;
    }

    /// <summary>
    /// <c>distance-to-solution</c>, Euclidean in (x_1, x_2, x_3), its parts <c>upper-distance</c>, <c>middle-distance</c> and
    /// <c>lower-distance</c>, and <c>hypergradient-norm</c> at x_1.
    /// </summary>
    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector middle, FlatVector lower)
    {
        double upperPart = VectorMath.SquaredDistance(upper.Span, SolutionUpper.Span);
        double middlePart = VectorMath.SquaredDistance(middle.Span, SolutionMiddle.Span);
        double lowerPart = VectorMath.SquaredDistance(lower.Span, SolutionLower.Span);
        return
        [
            new Measure("distance-to-solution", Math.Sqrt(upperPart + middlePart + lowerPart)),
            new Measure("upper-distance", Math.Sqrt(upperPart)),
            new Measure("middle-distance", Math.Sqrt(middlePart)),
            new Measure("lower-distance", Math.Sqrt(lowerPart)),
            new Measure("hypergradient-norm", VectorMath.Norm(Hypergradient(upper.Span))),
        ];
    }

    private double[] ReducedMiddleHessian()
    {
        double[] origin = new double[UpperLength];
        double[] intercept = LowerSolution(origin, new double[MiddleLength]);
        double[] matrix = Sum(worker => worker.MiddleHessian);
        double[] product = new double[MiddleLength];
        int column = 0;
        foreach (double[] unit in Units(MiddleLength))
        {
            SmallMatrix.Multiply(_middleLower, Minus(LowerSolution(origin, unit), intercept), product);
            for (int row = 0; row < MiddleLength; row++)
            {
                matrix[(row * MiddleLength) + column] -= product[row];
                matrix[(column * MiddleLength) + row] -= product[row];
            }

            column++;
        }

        return matrix;
    }

    /// <summary>x_1* where x_3 counts as having these slopes; with slopes of zero, where the upper level does not mind it.</summary>
    private double[] SolveUpper(double[][] lowerSlope)
    {
        double[] matrix = new double[UpperLength * UpperLength];
        double weight = _workers.Sum(worker => worker.UpperCurvature);
        for (int i = 0; i < UpperLength; i++)
        {
            for (int j = 0; j < UpperLength; j++)
            {
                double slopes = VectorMath.Dot(_middleSlope[i], _middleSlope[j]) + VectorMath.Dot(lowerSlope[i], lowerSlope[j]);
                matrix[(i * UpperLength) + j] = (_workers.Length * slopes) + (i == j ? weight : 0);
            }
        }

        double[] solution = Hypergradient(new double[UpperLength], lowerSlope); // affine in x_1: its value at 0 is minus the right side
        VectorMath.Scale(-1, solution);
        new CholeskyFactor(matrix, UpperLength).Solve(solution);
        return solution;
    }

    /// <summary>
    /// Moves all c_3 by one vector. If their mean became the lower level's answer at the solution without them, that solution would stay
    /// one with them, since f_1 would have no slope in x_3 there.
    /// </summary>
    private static ImmutableArray<TrilevelQuadraticWorker> Reconcile(ImmutableArray<TrilevelQuadraticWorker> workers, double conflict)
    {
        TrilevelQuadraticProblem drawn = new(workers);
        double[] upper = drawn.SolveUpper([.. Enumerable.Repeat(new double[drawn.LowerLength], drawn.UpperLength)]);
        double[] shift = drawn.LowerSolution(upper, drawn.MiddleSolution(upper));
        VectorMath.AddScaled(-1.0 / workers.Length, drawn.Sum(worker => worker.LowerCentre), shift);
        VectorMath.Scale(1 - conflict, shift);
        FlatVector move = FlatVector.CopyOf(shift);
        return
        [
            .. workers.Select(worker => worker with
            {
                LowerCentre = FlatVector.Combine(new Term(1, worker.LowerCentre), new Term(1, move)),
            }),
        ];
    }

    private static void AddProduct(ReadOnlySpan<double> matrix, ReadOnlySpan<double> vector, double[] sum)
    {
        double[] product = new double[sum.Length];
        SmallMatrix.Multiply(matrix, vector, product);
        VectorMath.AddScaled(1, product, sum);
    }

    private static double[] Minus(double[] left, double[] right)
    {
        VectorMath.AddScaled(-1, right, left);
        return left;
    }

    private static IEnumerable<double[]> Units(int length)
    {
        for (int i = 0; i < length; i++)
        {
            double[] unit = new double[length];
            unit[i] = 1;
            yield return unit;
        }
    }

    private double[] Sum(Func<TrilevelQuadraticWorker, FlatVector> part)
    {
        double[] sum = new double[part(_workers[0]).Length];
        foreach (TrilevelQuadraticWorker worker in _workers)
        {
            VectorMath.AddScaled(1, part(worker).Span, sum);
        }

        return sum;
    }

    private static void RequireEqualShapes(ImmutableArray<TrilevelQuadraticWorker> workers)
    {
        if (workers.IsDefaultOrEmpty)
        {
            throw new ArgumentException("There is no worker; there must be at least one.", nameof(workers));
        }

        TrilevelQuadraticWorker first = workers[0];
        for (int i = 0; i < workers.Length; i++)
        {
            workers[i].RequireShape($"worker {i}", first.UpperCentre.Length, first.MiddleCentre.Length, first.LowerCentre.Length);
        }
    }

    private static ImmutableArray<TrilevelQuadraticWorker> Draw(TrilevelQuadraticOptions options, int workers, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        (int d1, int d2, int d3) = (options.UpperLength, options.MiddleLength, options.LowerLength);
        int[] lengths = [d1, d2, d3, d2 * d2, d2 * d1, d2 * d3, d2, d3 * d3, d3 * d1, d3 * d2, d3];
        double[][] common = Draw("trilevel-quadratic");
        return [.. Enumerable.Range(0, workers).Select(CreateWorker)];

        TrilevelQuadraticWorker CreateWorker(int index)
        {
            double[][] own = Draw($"trilevel-quadratic/{index}");
            for (int part = 0; part < own.Length; part++)
            {
                VectorMath.Scale(options.Heterogeneity, own[part]);
                VectorMath.AddScaled(1, common[part], own[part]);
            }

            FlatVector Matrix(int part, double factor, int columns) // keeps A x of the size of x for any number of columns
            {
                VectorMath.Scale(factor / Math.Sqrt(columns), own[part]);
                return FlatVector.CopyOf(own[part]);
            }

            return new TrilevelQuadraticWorker
            {
                UpperCurvature = options.UpperCurvature,
                UpperCentre = FlatVector.CopyOf(own[0]),
                MiddleCentre = FlatVector.CopyOf(own[1]),
                LowerCentre = FlatVector.CopyOf(own[2]),
                MiddleHessian = FlatVector.CopyOf(SmallMatrix.PositiveDefinite(own[3], d2)),
                MiddleUpper = Matrix(4, options.Coupling, d1),
                MiddleLower = Matrix(5, options.Feedback, d3),
                MiddleLinear = FlatVector.CopyOf(own[6]),
                LowerHessian = FlatVector.CopyOf(SmallMatrix.PositiveDefinite(own[7], d3)),
                LowerUpper = Matrix(8, options.Coupling, d1),
                LowerMiddle = Matrix(9, options.Coupling, d2),
                LowerLinear = FlatVector.CopyOf(own[10]),
            };
        }

        double[][] Draw(string stream)
        {
            SeededRandom random = new(seed, stream);
            return [.. lengths.Select(length => SmallMatrix.Gaussians(random, length))];
        }
    }
}
