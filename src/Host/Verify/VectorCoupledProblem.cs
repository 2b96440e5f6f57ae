using System.Collections.Immutable;
using System.Text.Json;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Host.Verify;

/// <summary>½ xᵀ Q x − bᵀ x + constant of a vector file, in blocks; gradients are those at a point that the script sets, which may be an old one.</summary>
internal sealed class VectorCoupledProblem : ICoupledProblem
{
    private readonly double[] _hessian;
    private readonly double[] _linear;
    private readonly double _constant;
    private readonly double[] _start;
    private readonly double[] _lipschitz;
    private readonly FlatVector[] _coefficients;

    private VectorCoupledProblem(double[] hessian, double[] linear, double constant, double[] start, double[] lipschitz, FlatVector[] coefficients)
    {
        (_hessian, _linear, _constant, _start, _lipschitz, _coefficients) = (hessian, linear, constant, start, lipschitz, coefficients);
        double sum = coefficients.Select((row, i) => VectorMath.Dot(row.Span, start.AsSpan(i * row.Length, row.Length))).Sum();
        (RightSide, Point) = (FlatVector.Of(sum), start);
    }

    public int ShardCount => _lipschitz.Length;

    public FlatVector RightSide { get; }

    /// <summary>Where gradients are taken.</summary>
    public double[] Point { get; set; }

    /// <summary>What is added to a block's gradient.</summary>
    public Func<int, double> Noise { get; set; } = _ => 0;

    private int BlockLength => _start.Length / _lipschitz.Length;

    /// <summary>With fields <c>Q</c>, <c>b</c>, <c>x0</c> and <c>L_i</c>, of scalars with a fixed sum.</summary>
    public static VectorCoupledProblem OfQuadratic(JsonElement problem)
    {
        double[] lipschitz = problem.Field("L_i").Doubles();
        return new(problem.Field("Q").Doubles(), problem.Field("b").Doubles(), 0, problem.Field("x0").Doubles(), lipschitz, [.. lipschitz.Select(_ => FlatVector.Of(1))]);
    }

    /// <summary>With fields <c>A</c>, <c>center</c>, <c>L</c> and <c>y0</c>: Σ L_i / 2 ‖y_i − c_i‖².</summary>
    public static VectorCoupledProblem OfBlocks(JsonElement block)
    {
        double[] centre = block.Field("center").Doubles();
        double[] lipschitz = block.Field("L").Doubles();
        int length = centre.Length / lipschitz.Length;
        double[] hessian = new double[centre.Length * centre.Length];
        double[] linear = new double[centre.Length];
        double constant = 0;
        for (int k = 0; k < centre.Length; k++)
        {
            double curvature = lipschitz[k / length];
            hessian[(k * centre.Length) + k] = curvature;
            linear[k] = curvature * centre[k];
            constant += curvature * centre[k] * centre[k] / 2;
        }

        return new(hessian, linear, constant, block.Field("y0").Doubles(), lipschitz, [.. block.Field("A").EnumerateArray().Select(row => FlatVector.CopyOf(row.Doubles()))]);
    }

    public FlatVector InitialBlock(int block) => FlatVector.CopyOf(_start.AsSpan(block * BlockLength, BlockLength));

    public IBlockOracle CreateBlock(int block) => new Block(this, block);

    public ImmutableArray<Measure> Evaluate(ModelObserved model) => [];

    /// <summary>f.</summary>
    public double Value(double[] point)
    {
        double value = _constant - VectorMath.Dot(_linear, point);
        for (int k = 0; k < point.Length; k++)
        {
            value += point[k] * VectorMath.Dot(_hessian.AsSpan(k * point.Length, point.Length), point) / 2;
        }

        return value;
    }

    private sealed class Block(VectorCoupledProblem problem, int index) : IBlockOracle
    {
        public int Length => problem.BlockLength;

        public FlatVector Coefficients => problem._coefficients[index];

        public double Lipschitz => problem._lipschitz[index];

        public ImmutableArray<int> Needs => [];

        public double CrossCurvature(int other) => problem._hessian[(index * problem._start.Length) + other];

        public double Gradient(ReadOnlySpan<double> own, Func<int, FlatVector> valueOf, long? sample, Span<double> gradient)
        {
            for (int row = 0; row < gradient.Length; row++)
            {
                int k = (index * Length) + row;
                gradient[row] = VectorMath.Dot(problem._hessian.AsSpan(k * problem._start.Length, problem._start.Length), problem.Point)
                    - problem._linear[k] + problem.Noise(index);
            }

            return 0;
        }
    }
}
