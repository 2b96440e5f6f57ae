using System.Collections.Immutable;
using ActorFed.Algorithms.Core;

namespace ActorFed.Algorithms.Graph;

/// <summary>Everything neighbours say to each other.</summary>
public abstract record GraphMessage : Message
{
    private GraphMessage()
    {
    }

    /// <summary>The sender's vectors of one exchange. Sent again, it decodes to the same bits.</summary>
    public sealed record VectorsSent : GraphMessage
    {
        /// <summary>Of which exchange. Rounds at and beyond the run's limit are closing ones: no vectors, and one exchange each.</summary>
        public required Position At { get; init; }

        /// <summary>One per stream of the exchange, in its order; null where the stream's graph has no such edge in this round. Empty in closing rounds.</summary>
        public required ImmutableArray<Packet?> Packets { get; init; }

        /// <summary>Rounds at whose beginning everyone restarts its corrections, as far as the sender has heard: the last one done, and those to come; ascending.</summary>
        public required ImmutableArray<long> Restarts { get; init; }

        /// <inheritdoc/>
        public override long PayloadBytes
        {
            get
            {
                long bytes = 0;
                foreach (Packet? packet in Packets)
                {
                    bytes += packet?.PayloadBytes ?? 0;
                }

                return bytes;
            }
        }

        /// <inheritdoc/>
        public bool Equals(VectorsSent? other) =>
            other is not null && At == other.At && Packets.SequenceEqual(other.Packets) && Restarts.SequenceEqual(other.Restarts);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(At, Packets.Length);
    }

    /// <summary>Receiver of vectors → their sender: they are due and have not arrived; send what there is from here on.</summary>
    /// <param name="From">The first exchange that is missing.</param>
    /// <param name="OpenFrom">The round from which the edge counts for the receiver.</param>
    public sealed record VectorsAsked(Position From, long OpenFrom) : GraphMessage;

    /// <summary>Sender of vectors → their receiver: asked for something it does not have yet, it is alive and waits for others.</summary>
    /// <param name="At">Where it stands.</param>
    public sealed record NotYet(Position At) : GraphMessage;

    /// <summary>Receiver of vectors → their sender: after a crash it will not go back behind this round, so nothing older need be kept for it.</summary>
    /// <param name="Round">The round at whose beginning its last snapshot but one was stored: the last may turn out to be damaged.</param>
    public sealed record RoundStored(long Round) : GraphMessage;

    /// <summary>Between the ends of an edge: how the sender sees it. Said again and again while it is left out, and where the ends differ.</summary>
    /// <param name="IsOpen">Whether it counts, or will from a round on; else it is left out.</param>
    /// <param name="OpenFrom">The round from which it counts, if it does; everyone restarts its corrections at its beginning.</param>
    /// <param name="Round">The sender's present round.</param>
    public sealed record EdgeSeen(bool IsOpen, long OpenFrom, long Round) : GraphMessage;
}
