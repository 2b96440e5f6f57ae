using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.AsdSvrg;

/// <summary>What master and workers of distributed SVRG say inside star messages. d is the length of the model.</summary>
public abstract record AsdSvrgBody : StarBody
{
    private AsdSvrgBody()
    {
    }

    /// <summary>A worker's state: the gradient it keeps is that at the snapshot, and can be made again from it.</summary>
    /// <param name="Snapshot">x̃, the newest snapshot that the master has used; length d, or 0 before the first.</param>
    public sealed record WorkerState(FlatVector Snapshot) : AsdSvrgBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Snapshot);
    }

    /// <summary>Master → worker: a new epoch begins; differentiate your whole loss here.</summary>
    /// <param name="Point">x̃ of the new epoch; length d.</param>
    public sealed record TakeSnapshot(FlatVector Point) : AsdSvrgBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Point);
    }

    /// <summary>Worker → master: its gradient at the snapshot.</summary>
    public sealed record SnapshotTaken : AsdSvrgBody
    {
        /// <summary>G_m = ∇F_m(x̃); length d.</summary>
        public required FlatVector Gradient { get; init; }

        /// <summary>F_m(x̃); for people only.</summary>
        public required double Loss { get; init; }

        /// <summary>‖G_m − G_m of the snapshot before‖ / ‖x̃ − x̃ before‖; null where there is none before, or it is the same.</summary>
        public required double? Lipschitz { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Gradient) + sizeof(double) + (Lipschitz is null ? 0 : sizeof(double));

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => this with { Gradient = change(Gradient) };
    }

    /// <summary>Master → worker: by how much does your gradient here differ from that at the snapshot?</summary>
    /// <param name="Number">Of the inner step, from 0 in the run; the rows that are drawn depend on it.</param>
    /// <param name="Point">x_k; length d.</param>
    public sealed record Differentiate(long Number, FlatVector Point) : AsdSvrgBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => sizeof(long) + Floats(Point);
    }

    /// <summary>Worker → master: by this much.</summary>
    /// <param name="Difference">r = ∇F_m(x_k) − G_m, both over the same rows; length d.</param>
    public sealed record Differentiated(FlatVector Difference) : AsdSvrgBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Floats(Difference);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => new Differentiated(change(Difference));
    }

    private static long Floats(FlatVector vector) => (long)vector.Length * sizeof(double);
}
