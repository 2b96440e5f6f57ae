using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Bilevel.Pbgd;

/// <summary>What master and workers of penalty-based bilevel gradient descent say inside star messages. n and m are the lengths of x and y.</summary>
public abstract record PbgdBody : StarBody
{
    private PbgdBody()
    {
    }

    private static long Floats(FlatVector vector) => vector.Length * (long)sizeof(double);

    /// <summary>A worker's state: the point of the present step.</summary>
    public sealed record WorkerState : PbgdBody
    {
        /// <summary>k, steps made before it; an epoch of the worker's oracle.</summary>
        public required long Number { get; init; }

        /// <summary>x; length n.</summary>
        public required FlatVector Upper { get; init; }

        /// <summary>y; length m.</summary>
        public required FlatVector Lower { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => sizeof(long) + Floats(Upper) + Floats(Lower);
    }

    /// <summary>Master → worker: a step begins; differentiate the losses here.</summary>
    public sealed record BeginStep : PbgdBody
    {
        /// <summary>k, steps made; an epoch of the worker's oracle.</summary>
        public required long Number { get; init; }

        /// <summary>γ, the weight of g in the gradients asked for; 0 where the penalty is no multiple of g.</summary>
        public required double Weight { get; init; }

        /// <summary>x; length n.</summary>
        public required FlatVector Upper { get; init; }

        /// <summary>y; length m.</summary>
        public required FlatVector Lower { get; init; }

        /// <summary>Where ∂g_i/∂y is asked for besides: ω, or y itself; length m. Empty where it is not.</summary>
        public required FlatVector Inner { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => sizeof(long) + sizeof(double) + Floats(Upper) + Floats(Lower) + Floats(Inner);
    }

    /// <summary>Worker → master: gradients and losses at the beginning of a step.</summary>
    public sealed record StepBegun : PbgdBody
    {
        /// <summary>∂G_i/∂x + γ ∂g_i/∂x at (x, y); length n.</summary>
        public required FlatVector Upper { get; init; }

        /// <summary>∂G_i/∂y + γ ∂g_i/∂y at (x, y); length m.</summary>
        public required FlatVector Lower { get; init; }

        /// <summary>∂g_i/∂y at x and what was sent as inner; length m. Empty where it was not asked for.</summary>
        public required FlatVector Inner { get; init; }

        /// <summary>G_i(x, y).</summary>
        public required double UpperLoss { get; init; }

        /// <summary>g_i(x, y).</summary>
        public required double LowerLoss { get; init; }

        /// <summary>g_i at x and what was sent as inner; 0 where it was not asked for.</summary>
        public required double InnerLoss { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper) + Floats(Lower) + Floats(Inner) + (3 * sizeof(double));

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) =>
            this with { Upper = change(Upper), Lower = change(Lower), Inner = change(Inner) };
    }

    /// <summary>Master → worker: ω has moved; differentiate g_i in y here, at the x that you hold.</summary>
    /// <param name="Inner">ω; length m.</param>
    public sealed record DifferentiateInner(FlatVector Inner) : PbgdBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Inner);
    }

    /// <summary>Worker → master: the lower gradient there.</summary>
    /// <param name="Gradient">∂g_i/∂y at (x, ω); length m.</param>
    public sealed record InnerDifferentiated(FlatVector Gradient) : PbgdBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Gradient);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new InnerDifferentiated(change(Gradient));
    }

    /// <summary>Master → worker: ω is there; differentiate v, that is g_i in x, here.</summary>
    /// <param name="Inner">ω; length m.</param>
    public sealed record DifferentiateValue(FlatVector Inner) : PbgdBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Inner);
    }

    /// <summary>Worker → master: its part of the gradient of v.</summary>
    /// <param name="Gradient">∂g_i/∂x at (x, ω); length n.</param>
    public sealed record ValueDifferentiated(FlatVector Gradient) : PbgdBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Gradient);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new ValueDifferentiated(change(Gradient));
    }

    /// <summary>Master → worker: multiply the second derivatives of g_i at the (x, y) that you hold.</summary>
    /// <param name="Direction">d, the mean of the workers' ∂g_i/∂y; length m.</param>
    public sealed record MultiplyDirection(FlatVector Direction) : PbgdBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Direction);
    }

    /// <summary>Worker → master: the products.</summary>
    public sealed record DirectionMultiplied : PbgdBody
    {
        /// <summary>(∂²g_i/∂y∂x)ᵀ d; length n.</summary>
        public required FlatVector Cross { get; init; }

        /// <summary>(∂²g_i/∂y²) d; length m.</summary>
        public required FlatVector Hessian { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Cross) + Floats(Hessian);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new DirectionMultiplied { Cross = change(Cross), Hessian = change(Hessian) };
    }
}
