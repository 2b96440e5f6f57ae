using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Pairs;

/// <summary>
/// What participants say that change their blocks pair by pair. Exchanges have numbers, from 0, and everyone knows the pair of each:
/// its lower end proposes, its higher end decides. Docs: decisions/0033.
/// </summary>
public abstract record PairMessage : Message
{
    private PairMessage()
    {
    }

    /// <summary>The message with every vector in it changed, so that simulations can poison it; itself where it has none.</summary>
    /// <param name="change">Asked for each vector, in one fixed order.</param>
    public virtual PairMessage MapVectors(Func<FlatVector, FlatVector> change) => this;

    /// <summary>Lower → higher end: what the exchange must know of my side. Sent again until decided, always the same.</summary>
    public sealed record Proposed : PairMessage
    {
        /// <summary>Number of the exchange.</summary>
        public required long Exchange { get; init; }

        /// <summary>The proposer's side.</summary>
        public required PairSide Side { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => sizeof(long) + Side.PayloadBytes;

        /// <inheritdoc/>
        public override PairMessage MapVectors(Func<FlatVector, FlatVector> change) =>
            this with { Side = new PairSide { Slope = change(Side.Slope), Gram = change(Side.Gram), Value = change(Side.Value), Lipschitz = Side.Lipschitz } };
    }

    /// <summary>Higher → lower end: I have moved; now move, too. Asked again, always the same.</summary>
    public sealed record Decided : PairMessage
    {
        /// <summary>Number of the exchange.</summary>
        public required long Exchange { get; init; }

        /// <summary>How the proposer moves.</summary>
        public required PairAnswer Answer { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => sizeof(long) + Answer.PayloadBytes;

        /// <inheritdoc/>
        public override PairMessage MapVectors(Func<FlatVector, FlatVector> change) =>
            this with { Answer = Answer with { Multiplier = change(Answer.Multiplier), Move = change(Answer.Move) } };
    }

    /// <summary>To all whose gradients need it: the sender's block.</summary>
    public sealed record BlockMoved : PairMessage
    {
        /// <summary>Which block; the sender's own.</summary>
        public required int Block { get; init; }

        /// <summary>Exchanges that the block has been through.</summary>
        public required long Version { get; init; }

        /// <summary>Its values.</summary>
        public required FlatVector Values { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes => sizeof(int) + sizeof(long) + ((long)Values.Length * sizeof(double));

        /// <inheritdoc/>
        public override PairMessage MapVectors(Func<FlatVector, FlatVector> change) => this with { Values = change(Values) };
    }

    /// <summary>To the owner of a block: send it, once it has been through so many exchanges.</summary>
    /// <param name="Version">At least so many.</param>
    public sealed record BlockAsked(long Version) : PairMessage;

    /// <summary>Higher → lower end: your proposal is due and has not come.</summary>
    /// <param name="Exchange">Number of the exchange.</param>
    public sealed record ProposalAsked(long Exchange) : PairMessage;

    /// <summary>Answer to what cannot be answered yet: the sender is alive and waits for others.</summary>
    /// <param name="Exchange">The exchange that it has come to.</param>
    public sealed record NotYet(long Exchange) : PairMessage;

    /// <summary>To all neighbours: everyone less than so many edges away from me has made its last exchange.</summary>
    /// <param name="Block">The sender's block.</param>
    /// <param name="Distance">At least 1.</param>
    public sealed record Finished(int Block, int Distance) : PairMessage;
}

/// <summary>What one end of an exchange knows of itself and the other must.</summary>
public sealed record PairSide
{
    /// <summary>A_i g_i, where g_i is its gradient; length p.</summary>
    public required FlatVector Slope { get; init; }

    /// <summary>A_i A_iᵀ, row by row; p × p.</summary>
    public required FlatVector Gram { get; init; }

    /// <summary>L_i.</summary>
    public required double Lipschitz { get; init; }

    /// <summary>x_i, where the decision depends on it; else length 0.</summary>
    public required FlatVector Value { get; init; }

    /// <summary>Bytes of its numbers.</summary>
    public long PayloadBytes => ((long)Slope.Length + Gram.Length + Value.Length + 1) * sizeof(double);
}

/// <summary>How the proposer of an exchange moves: by d_i = −α (g_i − A_iᵀ λ), or where that is known, by d_i itself.</summary>
public sealed record PairAnswer
{
    /// <summary>α, more than 0; 0 where <see cref="Move"/> is given.</summary>
    public required double Step { get; init; }

    /// <summary>λ; length p, or 0 where <see cref="Move"/> is given.</summary>
    public required FlatVector Multiplier { get; init; }

    /// <summary>d_i; else length 0.</summary>
    public required FlatVector Move { get; init; }

    /// <summary>Bytes of its numbers.</summary>
    public long PayloadBytes => ((long)Multiplier.Length + Move.Length + 1) * sizeof(double);
}
