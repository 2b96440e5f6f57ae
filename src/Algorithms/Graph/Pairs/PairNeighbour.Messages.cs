using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;

namespace ActorFed.Algorithms.Graph.Pairs;

// What others say, and what becomes of their silence.
public sealed partial class PairNeighbour
{
    /// <inheritdoc/>
    public void Receive(ParticipantId sender, Message message, Outbox outbox)
    {
        if (sender.Role != Role.Neighbour || !_links.TryGetValue(sender.Index, out PairLink? link))
        {
            throw new ProtocolViolationException(sender, message, $"neighbour-{_index} has no edge to it.");
        }

        if (ObjectionTo(link, message) is string objection)
        {
            throw new ProtocolViolationException(sender, message, objection);
        }

        if (_isOver)
        {
            return;
        }

        _words.Begin();
        link.Silent = message is PairMessage ? 0 : link.Silent;
        switch (message)
        {
            case PairMessage.Proposed proposed:
                Take(link, proposed, outbox);
                break;
            case PairMessage.Decided decided when decided.Exchange == _at:
                Apply(decided.Answer, outbox);
                break;
            case PairMessage.BlockMoved moved:
                _views.Take(moved.Block, moved.Version, moved.Values);
                break;
            case PairMessage.BlockAsked asked:
                outbox.Send(link.Id, _words.Shown is { } shown && shown.Version >= asked.Version ? shown : new PairMessage.NotYet(_at));
                break;
            case PairMessage.ProposalAsked asked when _offer is not null && asked.Exchange == _at:
                Propose(outbox);
                break;
            case PairMessage.ProposalAsked:
                outbox.Send(link.Id, new PairMessage.NotYet(_at));
                break;
            case PairMessage.Finished finished:
                link.Distance = Math.Max(link.Distance, finished.Distance);
                break;
            case LifecycleMessage.ParticipantStopped stopped:
                Fail($"neighbour-{link.Neighbour} was stopped ({stopped.Reason}), and exchanges with it may be under way that only it can end; start it again and resume the run.", outbox);
                break;
        }

        Advance(outbox);
    }

    private string? ObjectionTo(PairLink link, Message message) => message switch
    {
        PairMessage.Proposed m when !_schedule.IsOf(m.Exchange, link.Neighbour, _index) => NotOfThese(m.Exchange, link.Neighbour, _index),
        PairMessage.Proposed m => _rule.ObjectionTo(m.Side),
        PairMessage.Decided m when !_schedule.IsOf(m.Exchange, _index, link.Neighbour) => NotOfThese(m.Exchange, _index, link.Neighbour),
        PairMessage.Decided m when m.Exchange > _at || (m.Exchange == _at && _offer is null) => $"exchange {m.Exchange} was not proposed; neighbour-{_index} has come to {_at}.",
        PairMessage.Decided m => _rule.ObjectionTo(m.Answer),
        PairMessage.BlockMoved m when m.Block != link.Neighbour || !_views.Has(m.Block) => $"block {m.Block} is not the sender's, or not needed here.",
        PairMessage.BlockMoved m when m.Version < 1 || m.Version > _schedule.Limit => $"its version is {m.Version}; it must be between 1 and {_schedule.Limit}.",
        PairMessage.BlockMoved m => VectorCheck.Objection(m.Values, _rule.InitialOf(m.Block).Length, $"block {m.Block}"),
        PairMessage.BlockAsked m when m.Version < 0 || !_views.Has(link.Neighbour) => $"it asks for version {m.Version} of a block that it does not need.",
        PairMessage.ProposalAsked m when !_schedule.IsOf(m.Exchange, _index, link.Neighbour) => NotOfThese(m.Exchange, _index, link.Neighbour),
        PairMessage.Finished m when m.Block != link.Neighbour || m.Distance < 1 => $"it says that block {m.Block} is finished to a distance of {m.Distance}; it can speak of its own, and 1 is the least.",
        PairMessage or LifecycleMessage => null,
        _ => "neighbours take messages of neighbours only.",
    };

    private string NotOfThese(long exchange, int lower, int higher) =>
        $"exchange {exchange} is not one that neighbour-{lower} proposes to neighbour-{higher}; there are {_schedule.Limit}, from 0.";

    private void Take(PairLink link, PairMessage.Proposed proposed, Outbox outbox)
    {
        if (proposed.Exchange >= _at)
        {
            bool isRepeated = link.Proposal is { } known && known.Exchange >= proposed.Exchange;
            link.Proposal = isRepeated ? link.Proposal : proposed;
            if (isRepeated)
            {
                outbox.Send(link.Id, new PairMessage.NotYet(_at));
            }
        }
        else if (link.Decided is { } decided && decided.Exchange == proposed.Exchange && !_words.Holds(link.Neighbour, decided.Exchange))
        {
            outbox.Send(link.Id, decided); // it was lost
        }
    }

    private void Propose(Outbox outbox)
    {
        int other = _schedule.At(_at).Other(_index);
        if (!_words.Holds(other, _at))
        {
            outbox.Send(_links[other].Id, new PairMessage.Proposed { Exchange = _at, Side = _offer! });
        }
    }

    private void AskForBlocks(Outbox outbox)
    {
        foreach ((int block, long version) in _views.Missing())
        {
            outbox.Send(_links[block].Id, new PairMessage.BlockAsked(version));
        }
    }

    private void LookForSilence(Outbox outbox)
    {
        if (_at >= _schedule.Limit)
        {
            if (_isFinished)
            {
                TellDistance(outbox);
            }

            return;
        }

        IEnumerable<int> awaited = _views.Lacking > 0 ? _views.Missing().Select(missing => missing.Block) : [_schedule.At(_at).Other(_index)];
        foreach (int other in awaited.ToArray())
        {
            PairLink link = _links[other];
            if (link.Silent++ > _lostAfterScans)
            {
                Fail($"neighbour-{_index} has not heard neighbour-{other} for {_setup.LostAfter} in exchange {_at}, and only it can say what became of it; "
                    + "bring it back and resume the run.", outbox);
                return;
            }

            if (link.Silent > 1)
            {
                outbox.Observe(new EdgeObserved(other, EdgeChange.AskedAgain, _at));
                AskAgain(link, outbox);
            }
        }
    }

    private void AskAgain(PairLink link, Outbox outbox)
    {
        if (_views.Lacking > 0)
        {
            outbox.Send(link.Id, new PairMessage.BlockAsked(_views.Missing().First(missing => missing.Block == link.Neighbour).Version));
        }
        else if (_offer is not null)
        {
            Propose(outbox);
        }
        else
        {
            outbox.Send(link.Id, new PairMessage.ProposalAsked(_at));
        }
    }
}
