using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Graph;

// Edges that are left out and taken in again. An edge is left out by each end on its own: its weight folds onto the end's own vector,
// so that the rest still mixes. What tracks the old weights is then restarted by everyone at the beginning of one round, far enough ahead
// for word of it, which travels with the vectors, to reach everyone. An edge is taken in again at the beginning of such a round.
public sealed partial class GraphNeighbour
{
    private bool HasOpenEdge => _links.Values.Any(link => link.IsOpenIn(_at.Round));

    /// <summary>Leaves an edge out.</summary>
    /// <param name="link">Which.</param>
    /// <param name="outbox">Takes what follows.</param>
    /// <param name="round">A round that others have come to: one that was rebuilt, and makes again what they have made, is behind them.</param>
    private void Close(Link link, Outbox outbox, long round = 0)
    {
        if (_isOver || link.IsClosed)
        {
            return;
        }

        link.Close();
        outbox.Observe(new EdgeObserved(link.Neighbour, EdgeChange.Closed, _at.Round));
        if (_setup.OnLoss == OnLoss.Fail)
        {
            _isOver = true;
            outbox.Save();
            outbox.Fail(
                $"neighbour-{_index} has not heard neighbour-{link.Neighbour} for {_setup.LostAfter} in round {_at.Round}, and on-loss = fail; "
                + "set on-loss = continue to go on without it.");
            return;
        }

        ForgetSent();
        _restarts.Add(_restarts.SoonestFrom(Math.Max(_at.Round, round)));
        CountMissing();
        RestIfAlone(outbox);
    }

    private void TellOf(Link link, Outbox outbox) =>
        outbox.Send(link.Id, new GraphMessage.EdgeSeen(!link.IsClosed, link.OpenFrom, _at.Round));

    /// <summary>
    /// The other end says how it sees the edge. An edge that both see as left out is taken in again from a round that the lower end names;
    /// where they differ, the round that is later holds, if it is still to come for the one that has not heard of it, and else the edge is left
    /// out by both. A crash may make an end forget what it knew: then they differ again, and agree again.
    /// </summary>
    private void Agree(Link link, bool isOpen, long openFrom, long round, Outbox outbox)
    {
        link.IsStopped = false;
        bool same = isOpen == !link.IsClosed && (!isOpen || openFrom == link.OpenFrom);
        if (_isOver || (same && isOpen))
        {
            return;
        }

        if (same)
        {
            long from = _restarts.SoonestFrom(Math.Max(_at.Round, round));
            if (_index < link.Neighbour && from < _setup.RoundLimit)
            {
                Open(link, from, round, outbox);
                TellOf(link, outbox);
            }
        }
        else if (isOpen && (link.IsClosed || openFrom > link.OpenFrom) && _at.Round < openFrom)
        {
            Open(link, openFrom, round, outbox);
        }
        else if (!link.IsClosed && round < link.OpenFrom && (!isOpen || openFrom < link.OpenFrom))
        {
            TellOf(link, outbox); // it can still make the round that is known here
        }
        else
        {
            Close(link, outbox, round);
            TellOf(link, outbox);
        }
    }

    private void Open(Link link, long from, long round, Outbox outbox)
    {
        link.Open(from);
        _restarts.Add(from);
        if (round >= from)
        {
            _restarts.Add(_restarts.SoonestFrom(round)); // what was sent in an earlier life, and counted, is not what is sent again without the edge
        }

        outbox.Observe(new EdgeObserved(link.Neighbour, EdgeChange.Opened, _at.Round));
        CountMissing();
        RestIfAlone(outbox);
    }

    /// <summary>
    /// Without any edge there is nobody to learn with: rests, or goes straight to the round in which an edge is taken in again. Goes on alone
    /// where that cannot come: everyone else was stopped, or the last round is near and the others have had the time to come to it.
    /// </summary>
    private void RestIfAlone(Outbox outbox)
    {
        if (_isOver || _links.Count == 0 || HasOpenEdge)
        {
            (_isAlone, _scansAlone) = (false, 0);
            return;
        }

        long next = _links.Values.Where(link => !link.IsClosed).Select(link => link.OpenFrom).DefaultIfEmpty(-1).Min();
        if (next > _at.Round)
        {
            (_isAlone, _scansAlone) = (false, 0);
            _at = new Position(next, 0);
            BeginRound(outbox, isFirst: true);
            return;
        }

        bool isLast = _links.Count == _setup.Lower.Count - 1 && _links.Values.All(link => link.IsStopped);
        bool isTooLate = _restarts.SoonestFrom(_at.Round) >= _setup.RoundLimit && _scansAlone > 2 * (_lostAfterScans + _setup.FloodRounds + 1);
        _isAlone = !isLast && !isTooLate;
    }
}
