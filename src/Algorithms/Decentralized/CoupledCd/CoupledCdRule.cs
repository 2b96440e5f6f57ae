using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph.Pairs;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Decentralized.CoupledCd;

/// <summary>Coordinate descent by pairs of blocks: (x_i, x_j) ← the minimiser of a quadratic model of f + h, where A_i x_i + A_j x_j stays.</summary>
/// <remarks>Source: Reddi et al., UAI 2015, scenarios (i) to (iv); formulas as in docs/notation.md.</remarks>
public sealed class CoupledCdRule : IPairRule
{
    private readonly CoupledCdOptions _options;
    private readonly ICoupledProblem _problem;
    private readonly IBlockOracle _oracle;
    private readonly double _damping;
    private readonly FlatVector _gram; // A_i A_iᵀ
    private double[] _block;     // x_i
    private double[] _gradient;  // g_i of the exchange that was offered or decided last
    private double _loss = double.NaN;

    /// <summary>A participant at its starting point.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="problem">The problem; only what is known to this participant is asked for.</param>
    /// <param name="index">Which participant; also its block.</param>
    /// <param name="stalenessBound">τ, most exchanges by which the other blocks may lag; at least 0.</param>
    public CoupledCdRule(CoupledCdOptions options, ICoupledProblem problem, int index, int stalenessBound)
    {
        (_options, _problem, _oracle, _damping) = (options, problem, problem.CreateBlock(index), options.Damping ?? (1.0 / (1 + stalenessBound)));
        _block = problem.InitialBlock(index).Span.ToArray();
        _gradient = new double[_block.Length];
        int p = problem.RightSide.Length;
        _gram = FlatVector.Create(p * p, gram =>
        {
            for (int k = 0; k < gram.Length; k++)
            {
                gram[k] = VectorMath.Dot(Row(k / p), Row(k % p));
            }
        });
    }

    /// <inheritdoc/>
    public FlatVector Block => FlatVector.CopyOf(_block);

    /// <inheritdoc/>
    public FlatVector Share => Product(_block);

    /// <inheritdoc/>
    public FlatVector RightSide => _problem.RightSide;

    /// <inheritdoc/>
    public ImmutableArray<int> Needs => _oracle.Needs;

    /// <inheritdoc/>
    public ImmutableArray<Measure> Measures => [new(MeasureNames.LowerObjective, _loss)];

    private bool IsComposite => _options.Regularizer.Kind != BlockRegularizerKind.None;

    /// <inheritdoc/>
    public FlatVector InitialOf(int other) => _problem.InitialBlock(other);

    /// <inheritdoc/>
    public PairSide Offer(long exchange, Func<int, FlatVector> valueOf)
    {
        Differentiate(exchange, valueOf);
        return new PairSide
        {
            Slope = Product(_gradient),
            Gram = _gram,
            Lipschitz = _oracle.Lipschitz,
            Value = IsComposite ? Block : FlatVector.Empty,
        };
    }

    /// <inheritdoc/>
    public string? ObjectionTo(PairSide side) =>
        VectorCheck.Objection(side.Slope, RightSide.Length, "A_i g_i")
        ?? VectorCheck.Objection(side.Gram, _gram.Length, "A_i A_iᵀ")
        ?? VectorCheck.Objection(side.Value, IsComposite ? 1 : 0, "x_i")
        ?? (side.Lipschitz > 0 && side.Lipschitz <= VectorCheck.MaxReported ? null : $"L_i is {side.Lipschitz}; it must be more than 0 and finite.");

    /// <inheritdoc/>
    public PairAnswer Decide(long exchange, int other, PairSide side, Func<int, FlatVector> valueOf)
    {
        Differentiate(exchange, valueOf);
        double step = StepFor(exchange, other, side.Lipschitz);
        if (IsComposite)
        {
            double t = Move(step, side.Slope[0] - _gradient[0], side.Value[0]);
            _block[0] -= t;
            RequireFinite();
            return new PairAnswer { Step = 0, Multiplier = FlatVector.Empty, Move = FlatVector.Of(t) };
        }

        bool isScaled = _options.Step == PairStepRule.Scaled;
        (double theirs, double own) = isScaled ? (step / side.Lipschitz, step / _oracle.Lipschitz) : (step, step);
        (double weight, double ownWeight) = isScaled ? (1 / side.Lipschitz, 1 / _oracle.Lipschitz) : (1, 1);
        FlatVector multiplier = PairStep.Multiplier(
            FlatVector.Combine(new(weight, side.Gram), new(ownWeight, _gram)).Span,
            FlatVector.Combine(new(weight, side.Slope), new(ownWeight, Product(_gradient))).Span);
        PairStep.Move(own, _gradient, _oracle.Coefficients.Span, multiplier.Span, _block);
        RequireFinite();
        return new PairAnswer { Step = theirs, Multiplier = multiplier, Move = FlatVector.Empty };
    }

    /// <inheritdoc/>
    public string? ObjectionTo(PairAnswer answer) =>
        VectorCheck.Objection(answer.Multiplier, IsComposite ? 0 : RightSide.Length, "λ")
        ?? VectorCheck.Objection(answer.Move, IsComposite ? 1 : 0, "d_i")
        ?? (answer.Step >= 0 && answer.Step <= VectorCheck.MaxReported ? null : $"α is {answer.Step}; it must be at least 0 and finite.");

    /// <inheritdoc/>
    public void Apply(PairAnswer answer)
    {
        if (IsComposite)
        {
            _block[0] += answer.Move[0];
        }
        else
        {
            PairStep.Move(answer.Step, _gradient, _oracle.Coefficients.Span, answer.Multiplier.Span, _block);
        }

        RequireFinite();
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteVector(Block);
        writer.WriteVector(FlatVector.CopyOf(_gradient));
        writer.WriteDouble(_loss);
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        _block = VectorCheck.Read(reader, _block.Length, "x_i").Span.ToArray();
        _gradient = VectorCheck.Read(reader, _block.Length, "g_i").Span.ToArray();
        _loss = reader.ReadDouble();
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() => [new("block", Block), new("gradient", FlatVector.CopyOf(_gradient))];

    private void Differentiate(long exchange, Func<int, FlatVector> valueOf) =>
        _loss = _oracle.Gradient(_block, valueOf, _options.Stochastic ? exchange : null, _gradient);

    /// <summary>α of an exchange; with <see cref="PairStepRule.Scaled"/>, the factor of 1 / L_i.</summary>
    private double StepFor(long exchange, int other, double lipschitz)
    {
        double alpha = _options.Step switch
        {
            PairStepRule.Safe => 1 / (lipschitz + _oracle.Lipschitz),
            PairStepRule.Pair => 1 / PairStep.LargestEigenvalue(lipschitz, _oracle.Lipschitz, _oracle.CrossCurvature(other)),
            PairStepRule.Exact => 2 / (lipschitz + _oracle.Lipschitz - (2 * _oracle.CrossCurvature(other))),
            _ => 1,
        };
        return alpha * _damping / (_options.Stochastic ? Math.Sqrt(exchange + 1) : 1);
    }

    private double Move(double step, double slope, double value) => _options.Regularizer.Kind == BlockRegularizerKind.L1
        ? PairStep.MoveL1(slope, step, _options.Regularizer.Weight, value, _block[0])
        : PairStep.MoveBox(slope, step, _options.Regularizer.Lower, _options.Regularizer.Upper, value, _block[0]);

    private FlatVector Product(ReadOnlySpan<double> vector)
    {
        double[] product = new double[RightSide.Length];
        for (int k = 0; k < product.Length; k++)
        {
            product[k] = VectorMath.Dot(Row(k), vector);
        }

        return FlatVector.CopyOf(product);
    }

    private ReadOnlySpan<double> Row(int k) => _oracle.Coefficients.Span.Slice(k * _oracle.Length, _oracle.Length);

    private void RequireFinite() => VectorCheck.RequireFinite(Block, "the block x_i", "step, as coupled-cd.step = safe");
}
