using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>f(x) = ½ xᵀ Q x − bᵀ x subject to A x = c, x cut into blocks of equal length; the solution is known.</summary>
/// <remarks>
/// The eigenvalues of Q lie evenly in their logarithm between 1 and the condition number, their directions are random; of a separable
/// problem, so it is for each block. The starting point is the smallest that satisfies the constraints, and random numbers that do not
/// touch them.
/// </remarks>
public sealed class CoupledQuadratic : ICoupledProblem
{
    private readonly CoupledQuadraticOptions _options;
    private readonly ulong _seed;
    private readonly int _length;             // N = blocks · n
    private readonly double[] _hessian;       // Q
    private readonly double[] _linear;        // b
    private readonly LinearConstraints _constraints;
    private readonly double[] _start;
    private readonly double _least;

    /// <summary>A random problem.</summary>
    /// <param name="options">Sizes and constraints.</param>
    /// <param name="blocks">Number of blocks; at least 1.</param>
    /// <param name="seed">Determines all numbers.</param>
    /// <exception cref="ArgumentException">The constraints cannot be met, or do not fit; the message says which.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public CoupledQuadratic(CoupledQuadraticOptions options, int blocks, ulong seed)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        (_options, _seed, ShardCount, _length) = (options, seed, blocks, blocks * options.BlockLength);
        _hessian = DrawHessian();
        _linear = SmallMatrix.Gaussians(Random("b"), _length);
        _constraints = new LinearConstraints(DrawCoefficients(), _length, options.RightSide);
        double[] spread = SmallMatrix.Gaussians(Random("start"), _length);
        VectorMath.Scale(options.StartSpread, spread);
        _start = _constraints.Project(spread);
        Solution = FlatVector.CopyOf(_constraints.Minimise(_hessian, _linear));
        _least = Value(Solution.Span);
    }

    /// <inheritdoc/>
    public int ShardCount { get; }

    /// <inheritdoc/>
    public FlatVector RightSide => FlatVector.CopyOf(_constraints.RightSide);

    /// <summary>x*, where f is least among all that satisfy the constraints.</summary>
    public FlatVector Solution { get; }

    /// <inheritdoc/>
    public FlatVector InitialBlock(int block)
    {
        OracleArguments.RequireShard(block, ShardCount);
        return FlatVector.CopyOf(_start.AsSpan(block * _options.BlockLength, _options.BlockLength));
    }

    /// <inheritdoc/>
    public IBlockOracle CreateBlock(int block)
    {
        OracleArguments.RequireShard(block, ShardCount);
        return new Block(this, block);
    }

    /// <summary>
    /// <c>excess-loss</c>, f above its least value; <c>distance-to-solution</c>, Euclidean; <c>constraint-error</c>, the largest entry of
    /// |A x − c|.
    /// </summary>
    public ImmutableArray<Measure> Evaluate(ModelObserved model)
    {
        OracleArguments.RequireLength(model.Lower.Length, _length, nameof(model));
        return
        [
            new Measure("excess-loss", Value(model.Lower.Span) - _least),
            new Measure("distance-to-solution", Math.Sqrt(VectorMath.SquaredDistance(model.Lower.Span, Solution.Span))),
            new Measure("constraint-error", _constraints.Error(model.Lower.Span)),
        ];
    }

    private SeededRandom Random(string what) => new(_seed, $"coupled-quadratic/{what}");

    private double[] DrawHessian()
    {
        int size = _options.Separable ? _options.BlockLength : _length;
        double[] hessian = new double[_length * _length];
        SeededRandom random = Random("Q");
        for (int from = 0; from < _length; from += size)
        {
            double[] directions = SmallMatrix.Gaussians(random, size * size);
            LinearConstraints.Orthonormalise(directions, size);
            for (int k = 0; k < size; k++)
            {
                ReadOnlySpan<double> direction = directions.AsSpan(k * size, size);
                double eigenvalue = Math.Pow(_options.ConditionNumber, size == 1 ? random.NextDouble() : (double)k / (size - 1));
                for (int row = 0; row < size; row++)
                {
                    VectorMath.AddScaled(eigenvalue * direction[row], direction, hessian.AsSpan(((from + row) * _length) + from, size));
                }
            }
        }

        return hessian;
    }

    private double[] DrawCoefficients()
    {
        int n = _options.BlockLength;
        switch (_options.Coupling)
        {
            case CouplingKind.Random:
                return SmallMatrix.Gaussians(Random("A"), _options.Constraints * _length);
            case CouplingKind.Given when _options.Coefficients.Length == 0 || _options.Coefficients.Length % _length != 0:
                throw new ArgumentException($"{nameof(_options.Coefficients)} has {_options.Coefficients.Length} numbers; it must have {_length} for each constraint, one per entry of x.");
            case CouplingKind.Given:
                return [.. _options.Coefficients];
            default:
                double[] sum = new double[n * _length];
                for (int k = 0; k < sum.Length; k++)
                {
                    sum[k] = k / _length == k % _length % n ? 1 : 0;
                }

                return sum;
        }
    }

    private double Value(ReadOnlySpan<double> point)
    {
        double[] product = new double[_length];
        SmallMatrix.Multiply(_hessian, point, product);
        return (VectorMath.Dot(product, point) / 2) - VectorMath.Dot(_linear, point);
    }

    private sealed class Block : IBlockOracle
    {
        private readonly CoupledQuadratic _problem;
        private readonly int _index;
        private readonly CounterRandom _noise;

        public Block(CoupledQuadratic problem, int index)
        {
            (_problem, _index, _noise) = (problem, index, new CounterRandom(problem._seed, "coupled-quadratic/noise"));
            Coefficients = problem._constraints.ColumnsOf(index * Length, Length);
            Needs = problem._options.Separable ? [] : [.. Enumerable.Range(0, problem.ShardCount).Where(other => other != index)];
            double[] own = new double[Length * Length];
            for (int row = 0; row < Length; row++)
            {
                Curvatures(row, index).CopyTo(own.AsSpan(row * Length));
            }

            double[] values = new double[Length];
            JacobiRotations.Orthogonalise(own, values);
            Lipschitz = values.Max();
        }

        public int Length => _problem._options.BlockLength;

        public FlatVector Coefficients { get; }

        public double Lipschitz { get; }

        public ImmutableArray<int> Needs { get; }

        public double CrossCurvature(int other) => Curvatures(0, other)[0];

        /// <remarks>The share of f is that of the block's rows of Q; the shares of all blocks at one point sum to f.</remarks>
        public double Gradient(ReadOnlySpan<double> own, Func<int, FlatVector> valueOf, long? sample, Span<double> gradient)
        {
            double share = 0;
            for (int row = 0; row < Length; row++)
            {
                double linear = _problem._linear[(_index * Length) + row];
                double sum = VectorMath.Dot(Curvatures(row, _index), own);
                foreach (int other in Needs)
                {
                    sum += VectorMath.Dot(Curvatures(row, other), valueOf(other).Span);
                }

                share += own[row] * ((sum / 2) - linear);
                gradient[row] = sum - linear;
                if (sample is long number)
                {
                    gradient[row] += _problem._options.Noise * _noise.Gaussian(number, (_index * Length) + row);
                }
            }

            return share;
        }

        private ReadOnlySpan<double> Curvatures(int row, int other) =>
            _problem._hessian.AsSpan(((((_index * Length) + row) * _problem._length) + (other * Length)), Length);
    }
}
