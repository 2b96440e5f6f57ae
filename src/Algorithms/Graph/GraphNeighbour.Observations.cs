using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

// What a participant shows of itself.
public sealed partial class GraphNeighbour
{
    /// <inheritdoc/>
    public IEnumerable<StateEntry> Inspect() =>
    [
        .. _stored,
        new("round", FlatVector.Of(_at.Round), IsDurable: false),
        new("exchange", FlatVector.Of(_at.Exchange), IsDurable: false),
        new("open-edges", FlatVector.Of(_links.Values.Count(link => link.IsOpenIn(_at.Round))), IsDurable: false),
        new("kept-exchanges", FlatVector.Of(_log.Count), IsDurable: false),
        new("waiting", FlatVector.Of(_links.Values.Sum(link => link.Waiting)), IsDurable: false),
        new("open-from", FlatVector.Of([.. _links.Values.Select(link => link.IsClosed ? -1.0 : link.OpenFrom)]), IsDurable: false),
        .. _rule.Inspect().Select(entry => entry with { IsDurable = false }),
    ];

    private void ObserveRound(ImmutableArray<int> heard, ImmutableArray<int> staleness, Outbox outbox)
    {
        bool isLast = _at.Round == _setup.RoundLimit;
        bool showsModel = isLast || _at.Round % _setup.ModelEvery == 0;
        if (showsModel)
        {
            outbox.Observe(new ModelObserved { Step = _at.Round, Upper = _rule.Upper, Lower = _rule.Lower });
        }

        if (showsModel || _at.Round % _setup.RecordEvery == 0)
        {
            outbox.Observe(new RoundObserved
            {
                Round = _at.Round,
                Heard = heard,
                Staleness = staleness,
                Candidates = _exchanger.LastCount.Candidates,
                Accepted = _exchanger.LastCount.Accepted,
                Measures = _rule.Measures,
                State = _setup.ShowsState ? [.. _rule.Inspect()] : [],
            });
        }

        if (isLast)
        {
            outbox.Observe(new LinksObserved([.. _plan.AllReceivers.Select(receiver => (receiver, _links[receiver].BytesSent))]));
        }
    }
}
