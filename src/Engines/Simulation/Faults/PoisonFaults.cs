using System.Globalization;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Pairs;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>A participant lies in a report: one vector in it is not what was computed. Strikes reports with vectors only.</summary>
/// <param name="Sender">The liar.</param>
/// <param name="Number">The number of the message.</param>
/// <param name="Entry">Which entry of the report's vectors, from 0, counted through all of them and round and round.</param>
public abstract record Poison(ParticipantId Sender, long Number, long Entry) : MessageFault(Sender, Number)
{
    /// <inheritdoc/>
    public sealed override bool Strike(Passage passage)
    {
        long left = -1;
        FlatVector Map(FlatVector vector)
        {
            long index = left;
            left -= vector.Length;
            return index >= 0 && left < 0 ? Alter(vector, (int)index) : vector;
        }

        if (!CanStrike(passage.Message) || LengthOf(passage.Message) is not (> 0 and long length))
        {
            return false;
        }

        left = Entry % length;
        passage.Message = MapVectors(passage.Message, Map);
        return true;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        MessageFaults.Validate(this, placement);
        Require.InRange(this, Entry, "entry", 0);
    }

    /// <summary>Whether a message is a report: something with vectors that its receiver computes with.</summary>
    internal static bool CanStrike(Message message) =>
        message is StarMessage.WorkReported or GraphMessage.VectorsSent or PairMessage.Proposed or PairMessage.Decided or PairMessage.BlockMoved;

    /// <summary>What becomes of the vector that the entry is in.</summary>
    private protected abstract FlatVector Alter(FlatVector vector, int index);

    private protected static FlatVector With(FlatVector vector, int index, double value) =>
        FlatVector.Create(vector.Length, (vector, index, value), static (values, from) =>
        {
            from.vector.Span.CopyTo(values);
            values[from.index] = from.value;
        });

    private static long LengthOf(Message message)
    {
        long length = 0;
        MapVectors(message, vector =>
        {
            length += vector.Length;
            return vector;
        });
        return length;
    }

    private static Message MapVectors(Message message, Func<FlatVector, FlatVector> map) => message switch
    {
        StarMessage.WorkReported reported => reported with { Report = reported.Report.MapVectors(map) },
        GraphMessage.VectorsSent sent => sent with { Packets = [.. sent.Packets.Select(packet => packet is null ? null : new DensePacket(map(packet.Decode())))] },
        PairMessage pairs => pairs.MapVectors(map),
        _ => message,
    };
}

/// <summary>A participant reports NaN.</summary>
/// <inheritdoc/>
public sealed record NanPoison(ParticipantId Sender, long Number, long Entry) : Poison(Sender, Number, Entry)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.NanPoison;

    private protected override FlatVector Alter(FlatVector vector, int index) => With(vector, index, double.NaN);

    /// <inheritdoc/>
    public override string ToString() => $"{MessageFaults.Name(this)} poisoned with NaN at entry {Entry}";
}

/// <summary>A participant reports a finite number that is far too large.</summary>
/// <param name="Sender">The liar.</param>
/// <param name="Number">The number of the message.</param>
/// <param name="Entry">Which entry.</param>
/// <param name="Value">What it is said to be; finite.</param>
public sealed record HugePoison(ParticipantId Sender, long Number, long Entry, double Value) : Poison(Sender, Number, Entry)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.HugePoison;

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        base.Validate(placement);
        if (!double.IsFinite(Value))
        {
            throw new ArgumentException($"The value of the fault '{this}' is {Value}; it must be finite, or NaN for a fault of that kind.");
        }
    }

    private protected override FlatVector Alter(FlatVector vector, int index) => With(vector, index, Value);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{MessageFaults.Name(this)} poisoned with {Value.ToString("R", CultureInfo.InvariantCulture)} at entry {Entry}";
}

/// <summary>A participant reports a vector with one entry too many.</summary>
/// <inheritdoc/>
public sealed record LengthPoison(ParticipantId Sender, long Number, long Entry) : Poison(Sender, Number, Entry)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.LengthPoison;

    private protected override FlatVector Alter(FlatVector vector, int index) => FlatVector.CopyOf([.. vector.Span, vector[index]]);

    /// <inheritdoc/>
    public override string ToString() => $"{MessageFaults.Name(this)} lengthened at entry {Entry}";
}

/// <summary>A participant says what it said before, in place of what it has to say now.</summary>
/// <param name="Sender">The liar.</param>
/// <param name="Number">The number of the message.</param>
/// <param name="Earlier">
/// The number of the message that goes in its place: at least 1, before <paramref name="Number"/> and among the last
/// <see cref="Passage.Remembered"/>.
/// </param>
public sealed record Replay(ParticipantId Sender, long Number, long Earlier) : MessageFault(Sender, Number)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.Replay;

    /// <inheritdoc/>
    public override bool Strike(Passage passage)
    {
        if (passage.Earlier(Earlier) is not Message earlier)
        {
            return false;
        }

        passage.Message = earlier;
        return true;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        MessageFaults.Validate(this, placement);
        Require.InRange(this, Earlier, "earlier number", Math.Max(1, Number - Passage.Remembered + 1), Math.Max(1, Number - 1));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{MessageFaults.Name(this)} replaced by #{Earlier}";
}

/// <summary>A participant speaks in another's name.</summary>
/// <param name="Sender">The forger.</param>
/// <param name="Number">The number of the message.</param>
/// <param name="Claimed">Whom it seems to come from.</param>
public sealed record Forgery(ParticipantId Sender, long Number, ParticipantId Claimed) : MessageFault(Sender, Number)
{
    /// <inheritdoc/>
    public override string Kind => FaultKinds.Forgery;

    /// <inheritdoc/>
    public override bool Strike(Passage passage)
    {
        passage.Sender = Claimed;
        return Claimed != Sender;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        MessageFaults.Validate(this, placement);
        Require.Known(this, Claimed, placement);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{MessageFaults.Name(this)} forged as {Claimed}";
}
