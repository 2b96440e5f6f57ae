using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Blocks;

/// <summary>
/// The inner rounds by which a refresh estimates the solution of a level, at the master: local copies y_i, the consensus z and the
/// duals φ_i of an augmented Lagrangian Σ g_i(y_i) + φ_iᵀ(y_i − z) + μ/2 ‖y_i − z‖². They are estimates and replace nothing.
/// </summary>
/// <remarks>Equations (7) to (9) in docs/notation.md; the two static functions are the worker's part.</remarks>
public sealed class ConsensusRounds
{
    private readonly IReadOnlyList<int> _active;
    private readonly double _stepConsensus;
    private readonly double _stepDual;
    private readonly double _penalty;
    private readonly FlatVector[] _duals;
    private readonly ImmutableArray<FlatVector>.Builder[] _trace;

    /// <summary>The start.</summary>
    /// <param name="active">Workers that take part, ascending.</param>
    /// <param name="locals">y_i^0 of every worker.</param>
    /// <param name="consensus">z^0.</param>
    /// <param name="duals">φ_i^0 of every worker.</param>
    /// <param name="stepConsensus">η_z.</param>
    /// <param name="stepDual">η_φ.</param>
    /// <param name="penalty">μ.</param>
    public ConsensusRounds(
        IReadOnlyList<int> active,
        IReadOnlyList<FlatVector> locals,
        FlatVector consensus,
        IReadOnlyList<FlatVector> duals,
        double stepConsensus,
        double stepDual,
        double penalty)
    {
        (_active, Consensus, _stepConsensus, _stepDual, _penalty) = (active, consensus, stepConsensus, stepDual, penalty);
        _duals = [.. duals];
        _trace = [.. locals.Select(_ => ImmutableArray.CreateBuilder<FlatVector>())];
        for (int i = 0; i < _trace.Length; i++)
        {
            _trace[i].Add(locals[i]);
        }
    }

    /// <summary>z^k.</summary>
    public FlatVector Consensus { get; private set; }

    /// <summary>φ_i^k of every worker.</summary>
    public IReadOnlyList<FlatVector> Duals => _duals;

    /// <summary>The newest local copy of every worker; of one that does not take part, the first.</summary>
    public ImmutableArray<FlatVector> Locals => [.. _trace.Select(trace => trace[^1])];

    /// <summary>y_i^0 … y_i^k of one worker.</summary>
    public ImmutableArray<FlatVector> TraceOf(int worker) => _trace[worker].ToImmutable();

    /// <summary>The newest local copy of one worker.</summary>
    public FlatVector Local(int worker) => _trace[worker][^1];

    /// <summary>A worker's y_i^{k+1} is in.</summary>
    public void Add(int worker, FlatVector local) => _trace[worker].Add(local);

    /// <summary>z ← z − η_z ( Σ_i ( −φ_i − μ (y_i − z) ) + Σ pull ), with y_i from the given place of the trace.</summary>
    /// <param name="place">k: y_i^k.</param>
    /// <param name="pull">What else the Lagrangian's derivative in z has.</param>
    public void StepConsensus(int place, params IEnumerable<Term> pull) => Consensus = FlatVector.Combine(
    [
        new Term(1 - (_stepConsensus * _penalty * _active.Count), Consensus),
        .. _active.Select(i => new Term(_stepConsensus, _duals[i])),
        .. _active.Select(i => new Term(_stepConsensus * _penalty, _trace[i][place])),
        .. pull.Select(term => term with { Factor = -_stepConsensus * term.Factor }),
    ]);

    /// <summary>φ_i ← φ_i + η_φ ( y_i − z ), with the newest y_i.</summary>
    /// <param name="consensus">z.</param>
    public void StepDuals(FlatVector consensus)
    {
        foreach (int i in _active)
        {
            _duals[i] = FlatVector.Combine(new Term(1, _duals[i]), new Term(_stepDual, _trace[i][^1]), new Term(-_stepDual, consensus));
        }
    }

    /// <summary>h: the squared distance of a point from the newest estimate, over the workers that take part.</summary>
    public double Violation(FlatVector consensus, IReadOnlyList<FlatVector> locals)
    {
        double sum = VectorMath.SquaredDistance(consensus.Span, Consensus.Span);
        foreach (int i in _active)
        {
            sum += VectorMath.SquaredDistance(locals[i].Span, _trace[i][^1].Span);
        }

        return sum;
    }

    /// <summary>∂h/∂z, 2 (z − z^K).</summary>
    public FlatVector SlopeInConsensus(FlatVector consensus) => TwiceDifference(consensus, Consensus);

    /// <summary>∂h/∂y_i, 2 (y_i − y_i^K); 0 for a worker that does not take part, whose copy is frozen.</summary>
    public FlatVector SlopeInLocal(int worker, FlatVector local) =>
        _active.Contains(worker) ? TwiceDifference(local, _trace[worker][^1]) : FlatVector.Zeros(local.Length);

    /// <summary>At a worker: y − η ( gradient + φ + μ (y − z) ).</summary>
    public static FlatVector LocalStep(FlatVector local, double[] gradient, FlatVector consensus, FlatVector dual, double step, double penalty) =>
        FlatVector.Combine(
            new Term(1 - (step * penalty), local), new Term(-step, gradient), new Term(-step, dual), new Term(step * penalty, consensus));

    /// <summary>At a worker, in the reverse sweep over <see cref="LocalStep"/>: bar ← bar − η ( H bar + μ bar ).</summary>
    /// <param name="bar">In and out.</param>
    /// <param name="product">H bar; spoilt.</param>
    /// <param name="step">η.</param>
    /// <param name="penalty">μ.</param>
    public static void SweepBack(double[] bar, double[] product, double step, double penalty)
    {
        VectorMath.AddScaled(penalty, bar, product);
        VectorMath.AddScaled(-step, product, bar);
    }

    private static FlatVector TwiceDifference(FlatVector left, FlatVector right) =>
        FlatVector.Combine(new Term(2, left), new Term(-2, right));
}
