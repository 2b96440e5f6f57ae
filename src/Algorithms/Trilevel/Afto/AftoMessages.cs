using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Trilevel.Afto;

/// <summary>
/// What AFTO's master and workers say inside star messages. d1, d2 and d3 are the lengths of x_1, x_2 and x_3; P the number of the
/// middle level's planes. Planes of the lower level stay at the master.
/// </summary>
public abstract record AftoBody : StarBody
{
    private AftoBody()
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
    public sealed record WorkerState : AftoBody
    {
        /// <summary>x_1j; length d1.</summary>
        public required FlatVector Upper { get; init; }

        /// <summary>x_2j; length d2.</summary>
        public required FlatVector Middle { get; init; }

        /// <summary>x_3j; length d3.</summary>
        public required FlatVector Lower { get; init; }

        /// <summary>θ_j as last received; length d1.</summary>
        public required FlatVector ConsensusDual { get; init; }

        /// <summary>λ as last received; length P.</summary>
        public required FlatVector PlaneDuals { get; init; }

        /// <summary>b2_{j,l}; P vectors of length d2.</summary>
        public required ImmutableArray<FlatVector> MiddleSlopes { get; init; }

        /// <summary>b3_{j,l}; P vectors of length d3.</summary>
        public required ImmutableArray<FlatVector> LowerSlopes { get; init; }

        /// <summary>The refresh under way, or null.</summary>
        public InnerTrace? Inner { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper, Middle, Lower, ConsensusDual, PlaneDuals)
            + Floats(MiddleSlopes.AsSpan()!) + Floats(LowerSlopes.AsSpan()!) + (Inner?.PayloadBytes ?? 0);
    }

    /// <summary>The inner rounds of a refresh so far, as one worker sees them.</summary>
    public sealed record InnerTrace : AftoBody
    {
        /// <summary>z_1 at the refresh; length d1.</summary>
        public required FlatVector Upper { get; init; }

        /// <summary>z_2 at the refresh; length d2.</summary>
        public required FlatVector Middle { get; init; }

        /// <summary>x'_3j^0 … x'_3j^k; length d3 each.</summary>
        public required ImmutableArray<FlatVector> Lowers { get; init; }

        /// <summary>x'_2j^0 … x'_2j^k; length d2 each. Empty before the middle level's first round.</summary>
        public required ImmutableArray<FlatVector> Middles { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper, Middle) + Floats(Lowers.AsSpan()!) + Floats(Middles.AsSpan()!);
    }

    /// <summary>Master → worker, in all its cases. The number of the step is for messages to people; it is no payload.</summary>
    public abstract record Work : AftoBody
    {
        private protected Work()
        {
        }

        /// <summary>Master steps made so far.</summary>
        public required long MasterStep { get; init; }
    }

    /// <summary>Master → worker: make a step. Nulls mean: with what you last received.</summary>
    public sealed record Step : Work
    {
        /// <summary>θ_j; length d1, or null.</summary>
        public FlatVector? ConsensusDual { get; init; }

        /// <summary>λ; length P, or null.</summary>
        public FlatVector? PlaneDuals { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(ConsensusDual, PlaneDuals);
    }

    /// <summary>Worker → master: the variables after a step.</summary>
    public sealed record Stepped : AftoBody
    {
        /// <summary>x_1j; length d1.</summary>
        public required FlatVector Upper { get; init; }

        /// <summary>x_2j; length d2.</summary>
        public required FlatVector Middle { get; init; }

        /// <summary>x_3j; length d3.</summary>
        public required FlatVector Lower { get; init; }

        /// <summary>f_1j before the step; for people only.</summary>
        public required double UpperLoss { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper, Middle, Lower) + sizeof(double);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) =>
            this with { Upper = change(Upper), Middle = change(Middle), Lower = change(Lower) };
    }

    /// <summary>Master → worker: inner round k of the lower level.</summary>
    public sealed record LowerRound : Work
    {
        /// <summary>z_1, in round 0; length d1. It begins a refresh.</summary>
        public FlatVector? Upper { get; init; }

        /// <summary>z_2, in round 0; length d2.</summary>
        public FlatVector? Middle { get; init; }

        /// <summary>z'_3^k; length d3.</summary>
        public required FlatVector Consensus { get; init; }

        /// <summary>φ_3j^k; length d3.</summary>
        public required FlatVector Dual { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper, Middle, Consensus, Dual);
    }

    /// <summary>Worker → master: x'_3j after an inner round.</summary>
    public sealed record LowerStepped : AftoBody
    {
        /// <summary>x'_3j^{k+1}; length d3.</summary>
        public required FlatVector Lower { get; init; }

        /// <summary>f_3j before the round; for people only.</summary>
        public required double LowerLoss { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Lower) + sizeof(double);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => this with { Lower = change(Lower) };
    }

    /// <summary>Master → worker: compute your part of the new lower plane's slopes in z_1 and z_2.</summary>
    public sealed record DifferentiateLower : Work
    {
        /// <inheritdoc/>
        public override long PayloadBytes => 0;
    }

    /// <summary>Worker → master: its part of the slopes.</summary>
    /// <param name="Upper">Its part of a_1; length d1.</param>
    /// <param name="Middle">Its part of a_2; length d2.</param>
    public sealed record LowerDifferentiated(FlatVector Upper, FlatVector Middle) : AftoBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper, Middle);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new LowerDifferentiated(change(Upper), change(Middle));
    }

    /// <summary>Master → worker: inner round k of the middle level, at the z_1 that the refresh began with.</summary>
    public sealed record MiddleRound : Work
    {
        /// <summary>z'_2^k; length d2.</summary>
        public required FlatVector Consensus { get; init; }

        /// <summary>φ_2j^k; length d2.</summary>
        public required FlatVector Dual { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Consensus, Dual);
    }

    /// <summary>Worker → master: x'_2j after an inner round.</summary>
    public sealed record MiddleStepped : AftoBody
    {
        /// <summary>x'_2j^{k+1}; length d2.</summary>
        public required FlatVector Middle { get; init; }

        /// <summary>f_2j before the round; for people only.</summary>
        public required double MiddleLoss { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Middle) + sizeof(double);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => this with { Middle = change(Middle) };
    }

    /// <summary>Master → worker: compute your part of the new middle plane's slopes in z_1 and x_3j.</summary>
    public sealed record DifferentiateMiddle : Work
    {
        /// <inheritdoc/>
        public override long PayloadBytes => 0;
    }

    /// <summary>Worker → master: its part of the slopes.</summary>
    /// <param name="Upper">u_1j; length d1.</param>
    /// <param name="Lower">u_3j; length d3.</param>
    public sealed record MiddleDifferentiated(FlatVector Upper, FlatVector Lower) : AftoBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper, Lower);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new MiddleDifferentiated(change(Upper), change(Lower));
    }

    /// <summary>Master → worker: the refresh is over; these are the middle level's planes in force.</summary>
    public sealed record PlanesUpdated : Work
    {
        /// <summary>Indices of the planes dropped, ascending, in the numbering before this message.</summary>
        public required ImmutableArray<int> Dropped { get; init; }

        /// <summary>b2_j of the new plane, the last one from now on; length d2, or null when none was added.</summary>
        public FlatVector? MiddleSlope { get; init; }

        /// <summary>b3_j of the new plane; length d3, or null when none was added.</summary>
        public FlatVector? LowerSlope { get; init; }

        /// <summary>λ of all planes in force; length P.</summary>
        public required FlatVector PlaneDuals { get; init; }

        /// <summary>θ_j; length d1.</summary>
        public required FlatVector ConsensusDual { get; init; }

        /// <summary>Whether the gradients of f_1 are wanted, for the stationarity gap.</summary>
        public required bool WantsGradients { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes =>
            Floats(MiddleSlope, LowerSlope, PlaneDuals, ConsensusDual) + (Dropped.Length * (long)sizeof(int));
    }

    /// <summary>The gradients of f_1 on one shard.</summary>
    /// <param name="Upper">∂f_1j/∂x_1; length d1.</param>
    /// <param name="Middle">∂f_1j/∂x_2; length d2.</param>
    /// <param name="Lower">∂f_1j/∂x_3; length d3.</param>
    public sealed record UpperGradients(FlatVector Upper, FlatVector Middle, FlatVector Lower) : AftoBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Upper, Middle, Lower);
    }

    /// <summary>Worker → master: done.</summary>
    /// <param name="Gradients">Those of f_1j at the worker's own copies, where they were wanted.</param>
    public sealed record PlanesInstalled(UpperGradients? Gradients) : AftoBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Gradients?.PayloadBytes ?? 0;

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => Gradients is null ? this
            : new PlanesInstalled(new UpperGradients(change(Gradients.Upper), change(Gradients.Middle), change(Gradients.Lower)));
    }
}
