using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Bilevel.Adbo;

/// <summary>What ADBO's master and workers say inside star messages. n and m are the lengths of x and y; P the number of planes.</summary>
public abstract record AdboBody : StarBody
{
    private AdboBody()
    {
    }

    private static long Floats(params ReadOnlySpan<FlatVector?> vectors)
    {
        long count = 0;
        foreach (FlatVector? vector in vectors)
        {
            count += vector?.Length ?? 0;
        }

        return count * sizeof(double);
    }

    /// <summary>A worker's state, as it keeps it and as the master sends it to one that lost it.</summary>
    public sealed record WorkerState : AdboBody
    {
        /// <summary>x_i; length n.</summary>
        public required FlatVector Upper { get; init; }

        /// <summary>y_i; length m.</summary>
        public required FlatVector Lower { get; init; }

        /// <summary>y_i before the last step; length m. Only the official profile reads it.</summary>
        public required FlatVector LowerBefore { get; init; }

        /// <summary>θ_i as last received; length n.</summary>
        public required FlatVector ConsensusDual { get; init; }

        /// <summary>λ as last received; length P.</summary>
        public required FlatVector PlaneDuals { get; init; }

        /// <summary>b_{i,l}; P vectors of length m.</summary>
        public required ImmutableArray<FlatVector> PlaneSlopes { get; init; }

        /// <summary>The refresh under way, or null.</summary>
        public InnerTrace? Inner { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes =>
            Floats(Upper, Lower, LowerBefore, ConsensusDual, PlaneDuals) + Floats(PlaneSlopes.AsSpan()!) + (Inner?.PayloadBytes ?? 0);
    }

    /// <summary>The inner rounds of a refresh so far, as one worker sees them.</summary>
    public sealed record InnerTrace : AdboBody
    {
        /// <summary>v at the refresh; length n.</summary>
        public required FlatVector Upper { get; init; }

        /// <summary>y_i^0 … y_i^k; length m each.</summary>
        public required ImmutableArray<FlatVector> Lowers { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper) + Floats(Lowers.AsSpan()!);
    }

    /// <summary>Master → worker: make a step. Nulls mean: with what you last received.</summary>
    public sealed record Step : AdboBody
    {
        /// <summary>θ_i; length n, or null.</summary>
        public FlatVector? ConsensusDual { get; init; }

        /// <summary>λ; length P, or null.</summary>
        public FlatVector? PlaneDuals { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(ConsensusDual, PlaneDuals);
    }

    /// <summary>Worker → master: the variables after a step.</summary>
    public sealed record Stepped : AdboBody
    {
        /// <summary>x_i; length n.</summary>
        public required FlatVector Upper { get; init; }

        /// <summary>y_i; length m.</summary>
        public required FlatVector Lower { get; init; }

        /// <summary>G_i at the pair before the step; for people only.</summary>
        public required double UpperLoss { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper, Lower) + sizeof(double);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => this with { Upper = change(Upper), Lower = change(Lower) };
    }

    /// <summary>Master → worker: inner round k of a refresh.</summary>
    public sealed record InnerRound : AdboBody
    {
        /// <summary>v, in round 0; length n. It begins a refresh.</summary>
        public FlatVector? Upper { get; init; }

        /// <summary>z^k; length m.</summary>
        public required FlatVector Consensus { get; init; }

        /// <summary>φ_i^k; length m.</summary>
        public required FlatVector Dual { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper, Consensus, Dual);
    }

    /// <summary>Worker → master: y_i after an inner round.</summary>
    public sealed record InnerStepped : AdboBody
    {
        /// <summary>y_i^{k+1}; length m.</summary>
        public required FlatVector Lower { get; init; }

        /// <summary>g_i at (v, y_i^k); for people only.</summary>
        public required double LowerLoss { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Lower) + sizeof(double);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => this with { Lower = change(Lower) };
    }

    /// <summary>Master → worker: compute your part of the new plane's slope in v.</summary>
    public sealed record DifferentiatePlane : AdboBody
    {
        /// <summary>z^K for the further inner step of the official profile; length m, or null in the paper's.</summary>
        public FlatVector? Consensus { get; init; }

        /// <summary>φ_i^K, likewise.</summary>
        public FlatVector? Dual { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Consensus, Dual);
    }

    /// <summary>Worker → master: its part of the slope.</summary>
    /// <param name="Slope">a_i; length n.</param>
    public sealed record PlaneDifferentiated(FlatVector Slope) : AdboBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Slope);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new PlaneDifferentiated(change(Slope));
    }

    /// <summary>Master → worker: the refresh is over; these are the planes in force.</summary>
    public sealed record PlanesUpdated : AdboBody
    {
        /// <summary>Indices of the planes dropped, ascending, in the numbering before this message.</summary>
        public required ImmutableArray<int> Dropped { get; init; }

        /// <summary>b_{i} of the new plane, the last one from now on; length m, or null when none was added.</summary>
        public FlatVector? Slope { get; init; }

        /// <summary>λ of all planes in force; length P.</summary>
        public required FlatVector PlaneDuals { get; init; }

        /// <summary>θ_i; length n.</summary>
        public required FlatVector ConsensusDual { get; init; }

        /// <summary>Whether the gradients of G_i are wanted, for the stationarity gap.</summary>
        public required bool WantsGradients { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Slope, PlaneDuals, ConsensusDual) + (Dropped.Length * (long)sizeof(int));
    }

    /// <summary>Worker → master: done; with the gradients of G_i at (x_i, y_i) where they were wanted.</summary>
    public sealed record PlanesInstalled : AdboBody
    {
        /// <summary>∂G_i/∂x; length n, or null. Null also where it is zero everywhere.</summary>
        public FlatVector? UpperGradient { get; init; }

        /// <summary>∂G_i/∂y; length m, or null.</summary>
        public FlatVector? LowerGradient { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(UpperGradient, LowerGradient);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new PlanesInstalled
        {
            UpperGradient = UpperGradient is null ? null : change(UpperGradient),
            LowerGradient = LowerGradient is null ? null : change(LowerGradient),
        };
    }
}
