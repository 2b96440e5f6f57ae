using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Pairs;

// What is kept, and what is shown.
public sealed partial class PairNeighbour
{
    /// <summary>Names of the state entries that a checker of the constraints reads.</summary>
    public static class Shown
    {
        /// <summary>A_i x_i; length p.</summary>
        public const string Share = "constraint-share";

        /// <summary>c; length p.</summary>
        public const string RightSide = "constraint-right-side";

        /// <summary>The exchange to be made next; a scalar.</summary>
        public const string At = "exchange";

        /// <summary>Begins the names of what was decided last for each lower neighbour: its index follows. The exchange, then by how much the decider's share changed.</summary>
        public const string Decided = "decided-";
    }

    /// <inheritdoc/>
    public Snapshot TakeSnapshot()
    {
        SnapshotWriter writer = new();
        writer.WriteInt64(_at);
        writer.WriteInt64(_version);
        writer.WriteInt64(_offer is null ? 0 : 1);
        if (_offer is PairSide offer)
        {
            writer.WriteVector(offer.Slope);
            writer.WriteVector(offer.Gram);
            writer.WriteDouble(offer.Lipschitz);
            writer.WriteVector(offer.Value);
        }

        foreach (PairLink link in _links.Values)
        {
            link.Save(writer);
        }

        _rule.Save(writer);
        return writer.ToSnapshot(Format);
    }

    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() =>
    [
        new(Shown.At, FlatVector.Of(_at)),
        new("version", FlatVector.Of(_version)),
        new("has-proposed", FlatVector.Of(_offer is null ? 0 : 1)),
        .. _rule.Inspect(),
        new(Shown.Share, _rule.Share),
        new(Shown.RightSide, _rule.RightSide),
        .. _links.Values.Where(link => link.Decided is not null).Select(link => new StateEntry(
            $"{Shown.Decided}{link.Neighbour}", FlatVector.Of([link.Decided!.Exchange, .. link.Shift.Span]))),
        new("words-waiting", FlatVector.Of(_words.Count), IsDurable: false),
        new("blocks-lacking", FlatVector.Of(_views.Lacking), IsDurable: false),
        new("finished-to", FlatVector.Of(_distance), IsDurable: false),
    ];

    private void Restore(Snapshot snapshot)
    {
        SnapshotReader reader = new(snapshot, Format);
        long at = reader.ReadInt64();
        _at = at < 0 || at > _schedule.Limit ? -1 : _schedule.NextOf(_index, at); // more exchanges may be allowed now than were then
        _version = reader.ReadInt64();
        bool hasProposed = reader.ReadCount(1) == 1;
        if (_at < 0 || (hasProposed && (_at != at || _at == _schedule.Limit || _schedule.At(_at).Lower != _index)))
        {
            throw new InvalidDataException($"The snapshot stands before exchange {at}, which neighbour-{_index} cannot have come to: seed and topology are others, or there are fewer exchanges.");
        }

        if (hasProposed)
        {
            _offer = new PairSide { Slope = reader.ReadVector(), Gram = reader.ReadVector(), Lipschitz = reader.ReadDouble(), Value = reader.ReadVector() };
        }

        foreach (PairLink link in _links.Values)
        {
            link.Restore(reader);
        }

        _rule.Restore(reader);
        reader.End();
    }

    /// <summary>
    /// The block is final for all exchanges before the one to be made next, so it is shown at every number from <paramref name="from"/> to
    /// there: what all participants show at one number is one point that satisfies the constraints.
    /// </summary>
    private void Observe(long from, Outbox outbox)
    {
        for (long round = Math.Max(1, from); round <= _at; round++)
        {
            bool isLast = round == _schedule.Limit;
            bool showsModel = isLast || round % _setup.ModelEvery == 0;
            if (showsModel)
            {
                outbox.Observe(new ModelObserved { Step = round, Upper = FlatVector.Empty, Lower = _rule.Block });
            }

            if (showsModel || round % _setup.RecordEvery == 0)
            {
                outbox.Observe(new RoundObserved
                {
                    Round = round,
                    Heard = [],
                    Staleness = [],
                    Candidates = 0,
                    Accepted = 0,
                    Measures = _rule.Measures,
                });
            }
        }
    }
}
