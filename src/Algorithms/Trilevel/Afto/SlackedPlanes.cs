using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Trilevel.Afto;

/// <summary>
/// The lower level's planes inside the middle level's inner rounds: with slacks s_l ≥ 0 they are the equations r_l(z'_2) + s_l = 0,
/// whose duals γ_l have any sign.
/// </summary>
/// <remarks>Equations (28) to (30) and (32) in docs/notation.md.</remarks>
internal sealed class SlackedPlanes
{
    private readonly Polytope _planes;
    private readonly AftoOptions _options;
    private readonly FlatVector[] _point; // with z'_2 in the place of z_2
    private readonly double[] _duals;
    private readonly double[] _slacks;
    private readonly double[] _weights;

    /// <summary>The planes at the point where the rounds begin: s_l = max(0, −r_l), γ_l as the last refresh left it.</summary>
    /// <param name="planes">In force; left as they are.</param>
    /// <param name="point">(z_1, z_2, z_3, x_31, …).</param>
    /// <param name="options">Settings.</param>
    public SlackedPlanes(Polytope planes, FlatVector[] point, AftoOptions options)
    {
        (_planes, _point, _options) = (planes, [.. point], options);
        _duals = [.. planes.Planes.Select(plane => plane.Dual)];
        _slacks = [.. planes.Planes.Select(plane => Math.Max(0, -plane.Residual(_point)))];
        _weights = new double[planes.Count];
        FirstSlacks = FlatVector.CopyOf(_slacks);
    }

    /// <summary>s_l at the start.</summary>
    public FlatVector FirstSlacks { get; }

    /// <summary>s_l now.</summary>
    public FlatVector Slacks => FlatVector.CopyOf(_slacks);

    /// <summary>γ_l now.</summary>
    public FlatVector Duals => FlatVector.CopyOf(_duals);

    /// <summary>What the planes add to the derivative in z'_2: w_l a2_l with w_l = γ_l + ρ_2 ( r_l + s_l ).</summary>
    public IEnumerable<Term> Pull()
    {
        for (int l = 0; l < _weights.Length; l++)
        {
            _weights[l] = _duals[l] + (_options.PlanePenalty * (_planes.Planes[l].Residual(_point) + _slacks[l]));
        }

        return _planes.Planes.Select((plane, l) => new Term(_weights[l], plane.Slopes[AftoMasterRule.MiddleBlock]));
    }

    /// <summary>s_l ← max(0, s_l − η_s w_l), with the weights of the last <see cref="Pull"/>; then γ_l ← γ_l + η_γ ( r_l + s_l ) at the new z'_2.</summary>
    public void Step(FlatVector middle)
    {
        _point[AftoMasterRule.MiddleBlock] = middle;
        for (int l = 0; l < _weights.Length; l++)
        {
            _slacks[l] = Math.Max(0, _slacks[l] - (_options.InnerStepSlack * _weights[l]));
            _duals[l] += _options.InnerStepPlaneDual * (_planes.Planes[l].Residual(_point) + _slacks[l]);
        }
    }

    /// <summary>
    /// The part that h_II gets from z'_2^K following the planes, as factors of their slopes: −η_in ρ_2 K_II a2_lᵀ bar, with start
    /// values held constant.
    /// </summary>
    /// <param name="bar">∂h_II/∂z'_2^K, −2 (z_2 − z'_2^K).</param>
    /// <param name="block">Which slopes.</param>
    public IEnumerable<Term> SlopesThrough(FlatVector bar, int block)
    {
        double factor = -_options.InnerStep * _options.PlanePenalty * _options.MiddleRounds;
        return _planes.Planes.Select(plane => new Term(
            factor * VectorMath.Dot(plane.Slopes[AftoMasterRule.MiddleBlock].Span, bar.Span), plane.Slopes[block]));
    }
}
