using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Bilevel.BlJust;

/// <summary>What master and workers of joint training say inside star messages. s, p and q are the lengths of θ, φ and η.</summary>
public abstract record BlJustBody : StarBody
{
    private BlJustBody()
    {
    }

    private static long Floats(FlatVector vector) => vector.Length * (long)sizeof(double);

    /// <summary>A worker's state: it keeps nothing between two requests.</summary>
    public sealed record WorkerState : BlJustBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => 0;
    }

    /// <summary>Master → worker: sum up the gradients of your local steps from here.</summary>
    public sealed record Differentiate : BlJustBody
    {
        /// <summary>k, master steps made; epochs of the worker's oracle follow from it.</summary>
        public required long Number { get; init; }

        /// <summary>Which losses count.</summary>
        public required JointPhase Phase { get; init; }

        /// <summary>γ; for local steps.</summary>
        public required double Weight { get; init; }

        /// <summary>θ; length s.</summary>
        public required FlatVector Shared { get; init; }

        /// <summary>φ; length p. Empty in exploration.</summary>
        public required FlatVector Head { get; init; }

        /// <summary>η; length q. Empty in fine-tuning.</summary>
        public required FlatVector Own { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => sizeof(long) + sizeof(int) + sizeof(double) + Floats(Shared) + Floats(Head) + Floats(Own);
    }

    /// <summary>Worker → master: the gradients of its losses, each summed over its local steps. A loss that does not count, or has no rows, has empty ones.</summary>
    public sealed record Differentiated : BlJustBody
    {
        /// <summary>Σ ∂L_sup/∂θ; length s, or empty.</summary>
        public required FlatVector SharedOfSupervised { get; init; }

        /// <summary>Σ ∂L_uns/∂θ; length s, or empty.</summary>
        public required FlatVector SharedOfUnsupervised { get; init; }

        /// <summary>Σ ∂L_sup/∂φ; length p, or empty.</summary>
        public required FlatVector Head { get; init; }

        /// <summary>Σ ∂L_uns/∂η; length q, or empty.</summary>
        public required FlatVector Own { get; init; }

        /// <summary>Rows behind L_sup: its weight; 0 where it has no gradients here.</summary>
        public required int LabelledExamples { get; init; }

        /// <summary>Rows behind L_uns: its weight; 0 where it has no gradients here.</summary>
        public required int UnlabelledExamples { get; init; }

        /// <summary>Mean of L_sup over the local steps; 0 where it does not count. For people only.</summary>
        public required double SupervisedLoss { get; init; }

        /// <summary>Mean of L_uns over the local steps; 0 where it does not count. For people only.</summary>
        public required double UnsupervisedLoss { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes =>
            Floats(SharedOfSupervised) + Floats(SharedOfUnsupervised) + Floats(Head) + Floats(Own) + (2 * sizeof(int)) + (2 * sizeof(double));

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => this with
        {
            SharedOfSupervised = change(SharedOfSupervised),
            SharedOfUnsupervised = change(SharedOfUnsupervised),
            Head = change(Head),
            Own = change(Own),
        };
    }
}
