using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Bilevel.BlJust;

/// <summary>The variables of joint training as they move: φ, and y = (θ, η).</summary>
/// <param name="options">Steps.</param>
/// <param name="shared">s, length of θ.</param>
/// <param name="head">φ; length p.</param>
/// <param name="lower">y; length s + q.</param>
internal readonly ref struct JointPoint(BlJustOptions options, int shared, Span<double> head, Span<double> lower)
{
    private readonly Span<double> _head = head;
    private readonly Span<double> _shared = lower[..shared];
    private readonly Span<double> _own = lower[shared..];

    /// <summary>One step of a phase: all variables move along gradients that were taken where they are now. Gradients that are empty move nothing.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="weight">γ.</param>
    /// <param name="sharedOfSupervised">∂L_sup/∂θ.</param>
    /// <param name="sharedOfUnsupervised">∂L_uns/∂θ.</param>
    /// <param name="headGradient">∂L_sup/∂φ.</param>
    /// <param name="ownGradient">∂L_uns/∂η.</param>
    /// <remarks>Source: the loops of the published code; equations as numbered in docs/notation.md.</remarks>
    public void Move(
        JointPhase phase, double weight, ReadOnlySpan<double> sharedOfSupervised, ReadOnlySpan<double> sharedOfUnsupervised,
        ReadOnlySpan<double> headGradient, ReadOnlySpan<double> ownGradient)
    {
        (double supervised, double unsupervised, double head, double own) = phase switch
        {
            JointPhase.Explore => (0, options.StepExplore, 0, options.StepExplore),
            JointPhase.Join => (options.StepShared, options.StepShared * weight, options.StepHead, options.StepOwn),
            _ => (options.StepFineTune, 0, options.StepFineTune, 0),
        };
        Add(-supervised, sharedOfSupervised, _shared);
        Add(-unsupervised, sharedOfUnsupervised, _shared);
        Add(-head, headGradient, _head);
        Add(-own, ownGradient, _own);
    }

    private static void Add(double step, ReadOnlySpan<double> gradient, Span<double> variable)
    {
        if (step != 0 && !gradient.IsEmpty)
        {
            VectorMath.AddScaled(step, gradient, variable);
        }
    }
}
