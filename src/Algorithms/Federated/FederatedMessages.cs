using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated;

/// <summary>What master and workers of the federated algorithms say inside star messages. d is the length of the model.</summary>
public abstract record FederatedBody : StarBody
{
    private FederatedBody()
    {
    }

    /// <summary>A worker's state: it keeps nothing between two tasks.</summary>
    public sealed record WorkerState : FederatedBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => 0;
    }

    /// <summary>Master → worker: train this model on your shard.</summary>
    public record Train : FederatedBody
    {
        /// <summary>Number of the task, from 0; workers of one synchronous round share it. A client's random draws depend on it.</summary>
        public required long Number { get; init; }

        /// <summary>x, where training starts; length d.</summary>
        public required FlatVector Model { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => sizeof(long) + (Model.Length * (long)sizeof(double));
    }

    /// <summary>Master → worker: train on your shard, with a regulariser that has been at work already.</summary>
    public sealed record TrainComposite : Train
    {
        /// <summary>Sum of the steps that the regulariser counts for at the start of the task; at least 0.</summary>
        public required double Elapsed { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => base.PayloadBytes + sizeof(double);
    }

    /// <summary>Worker → master: what training led to.</summary>
    public record Trained : FederatedBody
    {
        /// <summary>Δ = y − x, or y itself where the algorithm has clients send models; length d. Empty where it is not usable.</summary>
        public required FlatVector Result { get; init; }

        /// <summary>n, examples of the shard that training used, each counted once; 0: training led to numbers that are not usable.</summary>
        public required int Examples { get; init; }

        /// <summary>Mean over the local steps of the loss where each began; for people only.</summary>
        public required double Loss { get; init; }

        /// <summary>A report of training that diverged.</summary>
        public static Trained Unusable { get; } = new() { Result = FlatVector.Empty, Examples = 0, Loss = 0 };

        /// <inheritdoc/>
        public override long PayloadBytes => sizeof(int) + sizeof(double) + (Result.Length * (long)sizeof(double));

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => this with { Result = change(Result) };
    }

    /// <summary>Worker → master: what training with a regulariser led to.</summary>
    public sealed record TrainedComposite : Trained
    {
        /// <summary>K, local steps made; at least 1.</summary>
        public required int Steps { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => base.PayloadBytes + sizeof(int);
    }
}
