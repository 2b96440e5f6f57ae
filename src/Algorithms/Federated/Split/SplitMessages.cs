using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>
/// What server and clients of split learning say inside star messages. A step is two exchanges: activations come up, their derivatives go
/// down, the gradient of the clients' part comes up. B is the number of rows of a batch, d of activations of a row.
/// </summary>
public abstract record SplitBody : StarBody
{
    private SplitBody()
    {
    }

    /// <summary>A client's state: the step whose activations it has sent, so that it can compute them again.</summary>
    public sealed record WorkerState : SplitBody
    {
        /// <summary>Number of the step; −1 before the first.</summary>
        public required long Number { get; init; }

        /// <summary>w_c of that step; empty before the first.</summary>
        public required FlatVector ClientPart { get; init; }

        /// <summary>Before the first step.</summary>
        public static WorkerState New { get; } = new() { Number = -1, ClientPart = FlatVector.Empty };

        /// <inheritdoc/>
        public override long PayloadBytes => sizeof(long) + (ClientPart.Length * (long)sizeof(double));
    }

    /// <summary>Master → worker: send the activations of a batch of your shard.</summary>
    public sealed record Activate : SplitBody
    {
        /// <summary>Number of the step, from 0. The client's batch depends on it.</summary>
        public required long Number { get; init; }

        /// <summary>w_c.</summary>
        public required FlatVector ClientPart { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => sizeof(long) + (ClientPart.Length * (long)sizeof(double));
    }

    /// <summary>Worker → master: the batch's activations and targets. Of the rows themselves nothing travels.</summary>
    public abstract record Activated : SplitBody
    {
        private protected Activated()
        {
        }

        /// <summary>n_i, rows of the shard; at least 1.</summary>
        public required int Examples { get; init; }

        /// <summary>y where targets are classes, B of them; else null.</summary>
        public required PackedCodes? Labels { get; init; }

        /// <summary>y where targets are real numbers; length B. Empty where they are classes.</summary>
        public required FlatVector Targets { get; init; }

        /// <summary>B.</summary>
        public int Rows => Labels?.Count ?? Targets.Length;

        /// <summary>Bytes of the activations alone.</summary>
        public abstract long ActivationBytes { get; }

        /// <inheritdoc/>
        /// <remarks>Activations; ⌈B ⌈log2 classes⌉ / 8⌉ bytes of labels, or B numbers of 8 bytes; the number of rows of the shard.</remarks>
        public override long PayloadBytes =>
            ActivationBytes + (Labels?.Bytes.Length ?? 0) + (Targets.Length * (long)sizeof(double)) + sizeof(int);

        /// <summary>z̃, what the server takes the activations to be; length B · d.</summary>
        public abstract FlatVector Decode();
    }

    /// <summary>Worker → master: activations as they are (SplitFed).</summary>
    public sealed record RawActivated : Activated
    {
        /// <summary>z, row by row; length B · d.</summary>
        public required RoundedPacket Activations { get; init; }

        /// <inheritdoc/>
        public override long ActivationBytes => Activations.PayloadBytes;

        /// <inheritdoc/>
        public override FlatVector Decode() => Activations.Values;

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => this with { Activations = Activations with { Values = change(Activations.Values) } };
    }

    /// <summary>Worker → master: quantised activations (FedLite).</summary>
    public sealed record QuantizedActivated : Activated
    {
        /// <summary>Codebooks and codes.</summary>
        public required QuantizedActivations Activations { get; init; }

        /// <inheritdoc/>
        public override long ActivationBytes => Activations.PayloadBytes;

        /// <inheritdoc/>
        public override FlatVector Decode() => Activations.Decode();

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) =>
            this with { Activations = Activations with { Codebooks = Activations.Codebooks with { Values = change(Activations.Codebooks.Values) } } };
    }

    /// <summary>Master → worker: differentiate your part, where the batch's loss has these derivatives in the activations.</summary>
    /// <param name="Slopes">∂loss_i/∂z̃, with the 1/B of the mean, row by row; length B · d.</param>
    public sealed record PullBack(RoundedPacket Slopes) : SplitBody
    {
        /// <inheritdoc/>
        public override long PayloadBytes => Slopes.PayloadBytes;
    }

    /// <summary>Worker → master: the gradient of the clients' part.</summary>
    public sealed record PulledBack : SplitBody
    {
        /// <summary>Its derivative over the batch, the gradient correction included; length of w_c.</summary>
        public required RoundedPacket Gradient { get; init; }

        /// <summary>‖z − z̃‖² / ‖z‖² of the batch; for people only.</summary>
        public required double Distortion { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => Gradient.PayloadBytes + sizeof(double);

        /// <inheritdoc/>
        public override StarBody MapVectors(Func<FlatVector, FlatVector> change) => this with { Gradient = Gradient with { Values = change(Gradient.Values) } };
    }
}
