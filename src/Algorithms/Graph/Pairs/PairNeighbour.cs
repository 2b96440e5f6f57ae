using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;

namespace ActorFed.Algorithms.Graph.Pairs;

/// <summary>
/// A participant that owns a block and changes it together with one neighbour at a time, so that what their blocks add to the
/// constraints stays the same. Both ends of an exchange move, or neither, whatever crashes when.
/// </summary>
/// <remarks>
/// The lower end stores what it will move along and proposes; the higher end decides, moves, stores both, and answers; the lower end moves.
/// What an end says is in two of its snapshots before (<see cref="SafeWords"/>), so nothing that was said is ever forgotten: a
/// rebuilt proposer asks again and moves by the same answer; a rebuilt decider answers the same. The higher end's stored decision
/// is the moment at which an exchange has happened. Docs: decisions/0033.
/// </remarks>
public sealed partial class PairNeighbour : IParticipant
{
    private const string Format = "pair-neighbour.v1";
    private const string AskAgainTimer = "ask-again";

    private readonly IPairRule _rule;
    private readonly GraphSetup _setup;
    private readonly PairSchedule _schedule;
    private readonly int _index;
    private readonly int _incarnation;
    private readonly int _lostAfterScans;
    private readonly BlockViews _views;
    private readonly SafeWords _words = new();
    private readonly SortedList<int, PairLink> _links = [];

    private long _at;              // the exchange that is to be made next; the limit when all are made
    private long _version;         // exchanges made
    private PairSide? _offer;      // of exchange _at, when this end has proposed it
    private bool _isFinished;      // all exchanges are made and stored
    private int _distance;         // everyone less than so many edges away is finished
    private bool _isOver;

    /// <summary>A participant, new or rebuilt.</summary>
    /// <param name="rule">The algorithm, at its starting point.</param>
    /// <param name="setup">What all participants agree on; a round is an exchange.</param>
    /// <param name="schedule">The pairs.</param>
    /// <param name="index">Which participant this is.</param>
    /// <param name="incarnation">From 1; a rebuilt one asks for the blocks it needs.</param>
    /// <param name="resumeFrom">A snapshot of an earlier incarnation, or null.</param>
    /// <exception cref="ArgumentException">The settings do not go together.</exception>
    /// <exception cref="InvalidDataException">The snapshot does not fit.</exception>
    public PairNeighbour(IPairRule rule, GraphSetup setup, PairSchedule schedule, int index, int incarnation, Snapshot? resumeFrom)
    {
        (_rule, _setup, _schedule, _index, _incarnation) = (rule, setup, schedule, index, incarnation);
        _lostAfterScans = Math.Max(2, (int)Math.Ceiling(setup.LostAfter / setup.AskAgainAfter));
        foreach (int neighbour in setup.Lower.SendersTo(index))
        {
            _links.Add(neighbour, new PairLink(neighbour));
        }

        RequireFit();
        _views = new BlockViews(rule, schedule, setup.StalenessBound);
        _at = schedule.NextOf(index, 0);
        if (resumeFrom is not null)
        {
            Restore(resumeFrom);
        }
    }

    /// <inheritdoc/>
    public void Start(Outbox outbox)
    {
        _words.Begin();
        foreach (PairLink link in _links.Values)
        {
            outbox.Watch(link.Id);
        }

        outbox.StartTimer(AskAgainTimer, _setup.AskAgainAfter);
        _words.Store(outbox); // what was restored is in two snapshots from now on, and can be said
        if (_version > 0)
        {
            _words.Shown = Moved();
        }

        _views.Require(_at);
        Observe(_schedule.AfterLastOf(_index, _at), outbox); // it may have crashed before it was seen
        if (_incarnation > 1)
        {
            AskForBlocks(outbox);
        }

        if (_offer is not null)
        {
            Propose(outbox);
        }

        Advance(outbox);
    }

    /// <inheritdoc/>
    public void TimerElapsed(string timer, Outbox outbox)
    {
        if (_isOver)
        {
            return;
        }

        _words.Begin();
        if (!_words.Settle(timer, outbox))
        {
            outbox.StartTimer(AskAgainTimer, _setup.AskAgainAfter);
            LookForSilence(outbox);
        }

        Advance(outbox);
    }

    /// <summary>Makes exchanges as far as possible without another's word.</summary>
    private void Advance(Outbox outbox)
    {
        while (!_isOver && _at < _schedule.Limit && _views.Lacking == 0 && _offer is null)
        {
            Pair pair = _schedule.At(_at);
            PairLink other = _links[pair.Other(_index)];
            if (pair.Lower == _index)
            {
                _offer = _rule.Offer(_at, _views.ValueOf);
                _words.Say(other.Neighbour, new PairMessage.Proposed { Exchange = _at, Side = _offer }, outbox);
            }
            else if (other.Proposal is { } proposal && proposal.Exchange == _at)
            {
                Decide(other, proposal, outbox);
            }
            else
            {
                return;
            }
        }

        Finish(outbox);
    }

    private void Decide(PairLink proposer, PairMessage.Proposed proposal, Outbox outbox)
    {
        FlatVector before = _rule.Share;
        PairAnswer answer = _rule.Decide(_at, proposer.Neighbour, proposal.Side, _views.ValueOf);
        proposer.Decide(_at, answer, FlatVector.Combine(new(1, _rule.Share), new(-1, before)));
        Step(outbox);
        _words.Say(proposer.Neighbour, proposer.Decided!, outbox);
        foreach (int block in _views.Blocks)
        {
            _words.Say(block, Moved(), outbox);
        }
    }

    /// <summary>Moves by what the other end has decided. Should this be forgotten, the other end answers the same again: it may be told at once.</summary>
    private void Apply(PairAnswer answer, Outbox outbox)
    {
        _rule.Apply(answer);
        _offer = null;
        Step(outbox);
        _words.Shown = Moved();
        foreach (int block in _views.Blocks)
        {
            outbox.Send(_links[block].Id, _words.Shown);
        }
    }

    private void Step(Outbox outbox)
    {
        long from = _at + 1;
        _at = _schedule.NextOf(_index, from);
        _version++;
        foreach (PairLink link in _links.Values)
        {
            link.Silent = 0;
        }

        _views.Require(_at);
        Observe(from, outbox);
    }

    private PairMessage.BlockMoved Moved() => new() { Block = _index, Version = _version, Values = _rule.Block };

    /// <summary>After the last exchange: waits until everyone has made theirs, since a neighbour may still have to ask for an answer.</summary>
    private void Finish(Outbox outbox)
    {
        if (_isOver || _at < _schedule.Limit)
        {
            return;
        }

        if (!_isFinished)
        {
            _isFinished = true;
            _words.Store(outbox);
        }

        int distance = 1 + _links.Values.Min(link => link.Distance);
        if (distance > _distance)
        {
            _distance = distance;
            TellDistance(outbox);
        }

        if (_distance > _setup.Lower.FloodRounds && _words.Count == 0)
        {
            _isOver = true;
            outbox.Save();
            outbox.Complete("round limit");
        }
    }

    private void TellDistance(Outbox outbox)
    {
        foreach (PairLink link in _links.Values)
        {
            outbox.Send(link.Id, new PairMessage.Finished(_index, _distance));
        }
    }

    private void Fail(string reason, Outbox outbox)
    {
        _isOver = true;
        outbox.Save(); // nothing is wrong here: once the other is well again, the run can be resumed
        outbox.Fail(reason);
    }

    private void RequireFit()
    {
        Require(_setup.OnLoss == OnLoss.Fail, "whoever has proposed an exchange must hear what became of it, so nobody can be gone on without. Set patience.on-loss = fail.");
        Require(_setup.Compressor is null, "what an exchange says must be exact. Switch compression off.");
        Require(_setup.Acceptance is null && _setup.Attack is null, "there is nothing to accept or to attack in exchanges of pairs. Switch acceptance and attacks off.");
        int unknown = _rule.Needs.FirstOrDefault(block => !_links.ContainsKey(block), -1);
        Require(unknown < 0, $"the gradient of block {_index} needs block {unknown}, to which there is no edge. Choose the topology complete, or a problem whose blocks are separate.");
        Require(_setup.Lower.IsConnected, $"the graph '{_setup.Lower.Name}' is not connected.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
