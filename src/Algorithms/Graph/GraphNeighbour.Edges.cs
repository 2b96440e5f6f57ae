using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Graph;

// Edges that are left out and taken in again. An edge is left out by each end on its own: its weight folds onto the end's own vector,
// so that the rest still mixes. What tracks the old weights is then restarted by everyone at the beginning of one round, far enough ahead
// for word of it, which travels with the vectors, to reach everyone. An edge is taken in again at the beginning of such a round.
public sealed partial class GraphNeighbour
{
    private void Close(Link link, Outbox outbox)
    {
        if (_isOver || link.IsClosed)
        {
            return;
        }

        link.Close(_at.Round);
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
        _restarts.Add(SoonestForAll(_at.Round));
        CountMissing();
        RestIfAlone(outbox);
    }

    private void TakeClosed(Link link, GraphMessage.EdgeClosed closed, Outbox outbox)
    {
        if (!link.IsClosed && closed.ClosedAt >= link.OpenFrom)
        {
            Close(link, outbox);
        }

        if (_isOver)
        {
            return;
        }

        if (!link.IsClosed && closed.Round < link.OpenFrom)
        {
            outbox.Send(link.Id, new GraphMessage.EdgeOpened(link.OpenFrom)); // it missed the first time, or forgot in a crash
        }
        else if (_index > link.Neighbour && !link.IsClosed && closed.ClosedAt < link.OpenFrom)
        {
            Close(link, outbox); // the other end has passed the round in which the edge was to count again: it opens it anew
            outbox.Send(link.Id, new GraphMessage.EdgeClosed(link.ClosedAt, _at.Round));
        }
        else if (_index < link.Neighbour && (link.IsClosed || closed.ClosedAt < link.OpenFrom))
        {
            long from = SoonestForAll(Math.Max(_at.Round, closed.Round));
            if (from < _setup.RoundLimit)
            {
                Open(link, from, outbox);
                outbox.Send(link.Id, new GraphMessage.EdgeOpened(from));
            }
        }
    }

    private void TakeOpened(Link link, long from, Outbox outbox)
    {
        if (!link.IsClosed && link.OpenFrom == from)
        {
            return;
        }

        if (_isAlone || from > _at.Round)
        {
            if (from < _setup.RoundLimit && from > link.ClosedAt)
            {
                Open(link, from, outbox);
            }
        }
        else if (from > link.OpenFrom)
        {
            outbox.Send(link.Id, new GraphMessage.EdgeClosed(Math.Max(link.ClosedAt, from), _at.Round)); // too late for that round
        }
    }

    private void Open(Link link, long from, Outbox outbox)
    {
        link.IsStopped = false;
        link.Open(from);
        _restarts.Add(from);
        outbox.Observe(new EdgeObserved(link.Neighbour, EdgeChange.Opened, _at.Round));
        RestIfAlone(outbox);
    }

    /// <summary>Without any edge there is nobody to learn with: rests, or goes straight to the round in which an edge is taken in again.</summary>
    private void RestIfAlone(Outbox outbox)
    {
        if (_isOver || _links.Count == 0 || _links.Values.Any(link => link.IsOpenIn(_at.Round)))
        {
            _isAlone = false;
            return;
        }

        _isAlone = true;
        long next = _links.Values.Where(link => !link.IsClosed).Select(link => link.OpenFrom).DefaultIfEmpty(-1).Min();
        if (next > _at.Round)
        {
            _isAlone = false;
            _at = new Position(next, 0);
            BeginRound(outbox, isFirst: true);
        }
    }

    /// <summary>A restart that comes too late here is announced again, for a round that everyone can make.</summary>
    private void HearOfRestart(long round)
    {
        if (round > _at.Round)
        {
            _restarts.Add(round);
        }
        else if (round > _restartedAt)
        {
            _restartedAt = round;
            _restarts.Add(SoonestForAll(_at.Round + _setup.FloodRounds));
        }
    }

    private long SoonestForAll(long round) => round + _setup.FloodRounds + 2;
}
