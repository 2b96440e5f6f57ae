using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Bilevel.FedNest;

/// <summary>What FedNest's master and workers say inside star messages. n and m are the lengths of x and y.</summary>
public abstract record FedNestBody : StarBody
{
    private FedNestBody()
    {
    }

    private static long Floats(FlatVector vector) => vector.Length * (long)sizeof(double);

    /// <summary>A worker's state, as it keeps it and as the master sends it to one that lost it: the point it works at.</summary>
    public sealed record WorkerState : FedNestBody
    {
        /// <summary>x; length n.</summary>
        public required FlatVector Upper { get; init; }

        /// <summary>y; length m.</summary>
        public required FlatVector Lower { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper) + Floats(Lower);
    }

    /// <summary>Master → worker: an epoch begins; differentiate g_i in y at this x and the y that you hold.</summary>
    /// <param name="Upper">x of this epoch; length n. Only here does x travel to the workers.</param>
    public sealed record BeginEpoch(FlatVector Upper) : FedNestBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper);
    }

    /// <summary>Master → worker: another lower round begins; differentiate g_i in y here.</summary>
    /// <param name="Lower">y; length m.</param>
    public sealed record DifferentiateLower(FlatVector Lower) : FedNestBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Lower);
    }

    /// <summary>Worker → master: the lower gradient.</summary>
    public sealed record LowerDifferentiated : FedNestBody
    {
        /// <summary>∂g_i/∂y; length m.</summary>
        public required FlatVector Gradient { get; init; }

        /// <summary>g_i; for people only.</summary>
        public required double Loss { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Gradient) + sizeof(double);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => this with { Gradient = change(Gradient) };
    }

    /// <summary>Master → worker: make your local steps from the y that you hold.</summary>
    /// <param name="MeanGradient">The mean of the workers' lower gradients there; length m.</param>
    public sealed record StepLower(FlatVector MeanGradient) : FedNestBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(MeanGradient);
    }

    /// <summary>Worker → master: where its local steps led.</summary>
    /// <param name="Lower">y_i; length m.</param>
    public sealed record LowerStepped(FlatVector Lower) : FedNestBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Lower);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new LowerStepped(change(Lower));
    }

    /// <summary>Master → worker: the lower level of this epoch is done; differentiate G_i in y here.</summary>
    /// <param name="Lower">y; length m.</param>
    public sealed record DifferentiateUpper(FlatVector Lower) : FedNestBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Lower);
    }

    /// <summary>Worker → master: the upper loss and its gradient in y.</summary>
    public sealed record UpperDifferentiated : FedNestBody
    {
        /// <summary>∂G_i/∂y; length m.</summary>
        public required FlatVector Gradient { get; init; }

        /// <summary>G_i; for people only.</summary>
        public required double Loss { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Gradient) + sizeof(double);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => this with { Gradient = change(Gradient) };
    }

    /// <summary>Master → worker: multiply by the Hessian of g_i in y.</summary>
    /// <param name="Direction">p; length m.</param>
    public sealed record MultiplyHessian(FlatVector Direction) : FedNestBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Direction);
    }

    /// <summary>Worker → master: the product.</summary>
    /// <param name="Product">H_i p; length m.</param>
    public sealed record HessianMultiplied(FlatVector Product) : FedNestBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Product);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new HessianMultiplied(change(Product));
    }

    /// <summary>Master → worker: compute your part of the hypergradient.</summary>
    /// <param name="Direction">v, about the inverse mean Hessian times the mean ∂G/∂y; length m.</param>
    public sealed record DifferentiateTotal(FlatVector Direction) : FedNestBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Direction);
    }

    /// <summary>Worker → master: its part of the hypergradient.</summary>
    /// <param name="Hypergradient">h_i; length n.</param>
    public sealed record TotalDifferentiated(FlatVector Hypergradient) : FedNestBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Hypergradient);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new TotalDifferentiated(change(Hypergradient));
    }

    /// <summary>Master → worker: make your local steps from the x that you hold.</summary>
    /// <param name="MeanHypergradient">h; length n.</param>
    public sealed record StepUpper(FlatVector MeanHypergradient) : FedNestBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(MeanHypergradient);
    }

    /// <summary>Worker → master: where its local steps led.</summary>
    /// <param name="Upper">x_i; length n.</param>
    public sealed record UpperStepped(FlatVector Upper) : FedNestBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new UpperStepped(change(Upper));
    }
}
