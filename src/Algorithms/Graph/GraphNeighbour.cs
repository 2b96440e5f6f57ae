using System.Collections.Immutable;
using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

/// <summary>
/// A participant among neighbours: makes round after round of exchanges, asks again for what is missing, keeps what others may ask for
/// again, and leaves an edge out when its other end is gone for too long. What is computed is the rule's business.
/// </summary>
/// <remarks>
/// Synchronous rounds wait for every neighbour's vectors of the same exchange, so that losses, duplicates, delays and crashes change no
/// bit of the result: a rebuilt participant makes the rounds since its snapshot again, from what its neighbours kept for it. With a
/// staleness bound τ a neighbour's newest vectors stand in until they are older than τ rounds. After the last round come closing rounds
/// without vectors, as many as word takes from anyone to everyone: who is through them knows that all have made their last round.
/// </remarks>
public sealed partial class GraphNeighbour : IParticipant
{
    private const string Format = "graph-neighbour.v2";
    private const string AskAgainTimer = "ask-again";
    private const string GoOnTimer = "go-on";
    private static readonly TimeSpan Soon = TimeSpan.FromTicks(1);

    private readonly IGraphRule _rule;
    private readonly GraphSetup _setup;
    private readonly int _index;
    private readonly int _incarnation;
    private readonly int _exchangesPerRound;
    private readonly int _lostAfterScans;
    private readonly LinkPlan _plan;
    private readonly Exchanger _exchanger;
    private readonly SortedList<int, Link> _links = [];
    private readonly SentLog _log = new();
    private readonly RestartSchedule _restarts;

    private Position _at;
    private ImmutableArray<FlatVector> _prepared = [];
    private long _keptAt;            // round of the last snapshot
    private long _keptBefore;        // round of the one before it: should the last be damaged, this one is gone back to
    private bool _hasSent;           // what was prepared at _at
    private int _missing;            // neighbours whose vectors are awaited at _at
    private int _missingBenign;      // those of them that do not attack
    private bool _isAlone;           // every edge is left out: rests until one is taken in again
    private int _scansAlone;         // looks for silent neighbours since then
    private bool _isOver;
    private Snapshot _snapshot = new(Format, default);
    private ImmutableArray<StateEntry> _stored = [];

    /// <summary>A participant, new or rebuilt.</summary>
    /// <param name="rule">The algorithm, at its starting point.</param>
    /// <param name="setup">What all participants agree on.</param>
    /// <param name="index">Which participant this is.</param>
    /// <param name="incarnation">From 1; a rebuilt one asks its neighbours for what it missed.</param>
    /// <param name="resumeFrom">A snapshot of an earlier incarnation, or null.</param>
    /// <exception cref="ArgumentException">The settings do not go together.</exception>
    /// <exception cref="InvalidDataException">The snapshot does not fit.</exception>
    public GraphNeighbour(IGraphRule rule, GraphSetup setup, int index, int incarnation, Snapshot? resumeFrom)
    {
        setup.Validate(rule);
        (_rule, _setup, _index, _incarnation) = (rule, setup, index, incarnation);
        _exchangesPerRound = rule.Exchanges.Length;
        _lostAfterScans = Math.Max(2, (int)Math.Ceiling(setup.LostAfter / setup.AskAgainAfter));
        _plan = new LinkPlan(setup, index, rule.Exchanges);
        _exchanger = new Exchanger(rule, setup, index, _plan);
        _restarts = new RestartSchedule(setup);
        foreach (int neighbour in _plan.AllSenders.Union(_plan.AllReceivers))
        {
            _links.Add(neighbour, new Link(neighbour));
        }

        if (resumeFrom is not null)
        {
            Restore(resumeFrom);
        }
    }

    private bool IsClosing => _at.Round >= _setup.RoundLimit;

    /// <summary>After the last closing round.</summary>
    private long LastRound => _setup.RoundLimit + _restarts.FloodRounds;

    /// <inheritdoc/>
    public void Start(Outbox outbox)
    {
        foreach (Link link in _links.Values)
        {
            outbox.Watch(link.Id);
        }

        outbox.StartTimer(AskAgainTimer, _setup.AskAgainAfter);
        if (_incarnation > 1)
        {
            foreach (int sender in _plan.AllSenders.Where(sender => !_links[sender].IsClosed))
            {
                outbox.Send(_links[sender].Id, new GraphMessage.VectorsAsked(_at, _links[sender].OpenFrom)); // what came for it before is gone
            }
        }

        if (_at.Round >= LastRound)
        {
            End(outbox); // it was through, and word of that was lost
            return;
        }

        BeginRound(outbox, isFirst: true);
        RestIfAlone(outbox);
        Advance(outbox);
    }

    /// <inheritdoc/>
    public void Receive(ParticipantId sender, Message message, Outbox outbox)
    {
        if (sender.Role != Role.Neighbour || !_links.TryGetValue(sender.Index, out Link? link))
        {
            throw new ProtocolViolationException(sender, message, $"neighbour-{_index} has no edge to it.");
        }

        if (ObjectionTo(sender.Index, message) is string objection)
        {
            throw new ProtocolViolationException(sender, message, objection);
        }

        if (_isOver)
        {
            return;
        }

        if (message is GraphMessage)
        {
            link.Silent = 0;
        }

        switch (message)
        {
            case GraphMessage.EdgeSeen seen:
                Agree(link, seen.IsOpen, seen.OpenFrom, seen.Round, outbox);
                break;
            case LifecycleMessage.ParticipantStopped:
                link.IsStopped = true;
                Close(link, outbox);
                break;
            case LifecycleMessage.ParticipantRestarted:
                link.IsStopped = false;
                break; // it asks for what it missed itself
            case GraphMessage when link.IsClosed:
                TellOf(link, outbox); // it has not heard of it yet
                break;
            case GraphMessage.VectorsSent sent:
                Take(link, sent, outbox);
                break;
            case GraphMessage.VectorsAsked asked:
                Agree(link, true, asked.OpenFrom, asked.From.Round, outbox);
                SendAgain(link, asked.From, outbox);
                break;
            case GraphMessage.RoundStored stored:
                link.StoredAt(stored.Round);
                ForgetSent();
                break;
            case GraphMessage.NotYet:
                break; // it lives
            default:
                throw new ProtocolViolationException(sender, message, "neighbours take messages of neighbours only.");
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

        if (timer == AskAgainTimer)
        {
            outbox.StartTimer(AskAgainTimer, _setup.AskAgainAfter);
            LookForSilence(outbox);
        }

        Advance(outbox);
    }

    /// <inheritdoc/>
    /// <remarks>The state at the beginning of the last round whose number is a multiple of the snapshot interval, whenever it is asked for.</remarks>
    public Snapshot TakeSnapshot() => _snapshot;

    private string? ObjectionTo(int sender, Message message) => message switch
    {
        GraphMessage.VectorsSent vectors => _exchanger.ObjectionTo(sender, vectors, _restarts.MaxRound),
        GraphMessage.VectorsAsked asked when asked.From.Round < 0 || asked.From.Exchange < 0 || asked.OpenFrom < 0 || asked.OpenFrom >= _setup.RoundLimit =>
            $"there is no exchange {asked.From} of an edge that counts from round {asked.OpenFrom} on; all count from 0, and edges from {_setup.RoundLimit - 1} at last.",
        GraphMessage.RoundStored stored when stored.Round < 0 => $"there is no round {stored.Round}; rounds count from 0.",
        GraphMessage.EdgeSeen seen when seen.Round < 0 || seen.OpenFrom < 0 || seen.OpenFrom >= _setup.RoundLimit =>
            $"an edge can count from rounds 0 to {_setup.RoundLimit - 1} on, not from {seen.OpenFrom}, for one in round {seen.Round}.",
        _ => null,
    };

    private void Take(Link link, GraphMessage.VectorsSent sent, Outbox outbox)
    {
        if (!link.IsOpenIn(sent.At.Round))
        {
            TellOf(link, outbox); // it has forgotten, in a crash, that the edge counts from a later round on
            return;
        }

        foreach (long restart in sent.Restarts)
        {
            _restarts.Hear(restart, _at.Round);
        }

        // What is behind may stand in, where that is allowed. What is far ahead cannot be due soon: it is asked for when it is. So memory stays bounded.
        bool isKept = sent.At < _at
            ? _setup.StalenessBound > 0 && !IsClosing && sent.At.Round >= _at.Round - _setup.StalenessBound
            : sent.At.Round <= _at.Round + _setup.FloodRounds + _setup.StalenessBound + 1;
        if (!isKept)
        {
            return;
        }

        bool wasAwaited = IsAwaited(link);
        link.Accept(sent);
        if (wasAwaited && VectorsOf(link) is not null)
        {
            _missing--;
            _missingBenign -= _setup.IsAttacker(link.Neighbour) ? 0 : 1;
        }
    }

    private void SendAgain(Link link, Position from, Outbox outbox)
    {
        bool any = false;
        if (!link.IsOpenIn(from.Round))
        {
            return;
        }

        foreach (GraphMessage.VectorsSent message in _log.For(link.Neighbour, from))
        {
            Send(link, message, outbox);
            any = true;
        }

        if (!any)
        {
            outbox.Send(link.Id, new GraphMessage.NotYet(_at));
        }
    }

    private void LookForSilence(Outbox outbox)
    {
        if (_isAlone)
        {
            _scansAlone++;
            RestIfAlone(outbox);
        }

        foreach (Link link in _links.Values)
        {
            if (link.IsClosed)
            {
                if (!link.IsStopped)
                {
                    TellOf(link, outbox); // a call to come back
                }
            }
            else if (!_isAlone && IsAwaited(link) && link.Silent++ >= 1)
            {
                if (link.Silent > _lostAfterScans)
                {
                    Close(link, outbox);
                }
                else
                {
                    outbox.Observe(new EdgeObserved(link.Neighbour, EdgeChange.AskedAgain, _at.Round));
                    outbox.Send(link.Id, new GraphMessage.VectorsAsked(_at, link.OpenFrom));
                }
            }
        }
    }

    private bool IsAwaited(Link link) =>
        link.IsOpenIn(_at.Round) && VectorsOf(link) is null && _plan.Senders(_at).BinarySearch(link.Neighbour) >= 0;

    /// <summary>What a neighbour's vectors are in the present exchange; null while they are missing.</summary>
    private GraphMessage.VectorsSent? VectorsOf(Link link) => _setup.StalenessBound == 0 || IsClosing
        ? link.At(_at)
        : link.Newest is { } newest && newest.At.Round >= _at.Round - _setup.StalenessBound ? newest
        : null;

    private void CountMissing()
    {
        (_missing, _missingBenign) = (0, 0);
        foreach (int sender in _plan.Senders(_at))
        {
            if (_links[sender].IsOpenIn(_at.Round) && VectorsOf(_links[sender]) is null)
            {
                _missing++;
                _missingBenign += _setup.IsAttacker(sender) ? 0 : 1;
            }
        }
    }

    private void Advance(Outbox outbox)
    {
        bool mayGoOn = true;
        while (!_isOver && !_isAlone && mayGoOn)
        {
            if (!_hasSent && _missingBenign == 0)
            {
                SendPrepared([.. Received().Where(pair => !_setup.IsAttacker(pair.Neighbour))], outbox);
            }

            if (!_hasSent || _missing > 0)
            {
                return;
            }

            Absorb(Received(), outbox);
            mayGoOn = (_setup.StalenessBound == 0 || IsClosing) && HasOpenEdge;
            if (!mayGoOn)
            {
                outbox.StartTimer(GoOnTimer, Soon); // a round a call, so that what it computes leaves before the next one, and who learns alone ends none too long
            }
        }
    }

    /// <summary>What there is for the present exchange; ascending by sender.</summary>
    private List<(int Neighbour, GraphMessage.VectorsSent Message)> Received()
    {
        List<(int, GraphMessage.VectorsSent)> received = [];
        foreach (int sender in _plan.Senders(_at))
        {
            Link link = _links[sender];
            if (link.IsOpenIn(_at.Round) && VectorsOf(link) is { } vectors)
            {
                received.Add((sender, vectors));
            }
        }

        return received;
    }

    private void BeginRound(Outbox outbox, bool isFirst = false)
    {
        if (isFirst || _at.Round == _setup.RoundLimit || (!IsClosing && _at.Round % _setup.SnapshotEvery == 0))
        {
            Keep();
            outbox.Save();
            foreach (int sender in _plan.AllSenders.Where(sender => !_links[sender].IsClosed))
            {
                outbox.Send(_links[sender].Id, new GraphMessage.RoundStored(_keptBefore));
            }
        }

        if (_restarts.IsDue(_at.Round) && !IsClosing)
        {
            _rule.Restart();
            _exchanger.Restart();
        }

        Prepare(outbox);
    }

    private void Prepare(Outbox outbox)
    {
        _hasSent = false;
        _prepared = [];
        if (!IsClosing)
        {
            _prepared = _rule.Prepare(_at.Round, _at.Exchange);
            for (int s = 0; s < _prepared.Length; s++)
            {
                VectorCheck.RequireFinite(_prepared[s], $"'{_rule.Exchanges[_at.Exchange][s].Name}' of neighbour-{_index}", "step size", _at.Round);
            }
        }

        CountMissing();
        if (IsClosing || !_setup.IsAttacker(_index) || !_setup.Attack!.WaitsForBenign)
        {
            SendPrepared([], outbox);
        }
    }

    private void SendPrepared(IReadOnlyList<(int Neighbour, GraphMessage.VectorsSent Message)> benign, Outbox outbox)
    {
        // Closed edges too: should they open again from this round on, what is due is in the log.
        SortedDictionary<int, GraphMessage.VectorsSent> messages;
        if (IsClosing)
        {
            GraphMessage.VectorsSent closing = new() { At = _at, Packets = [], Restarts = _restarts.Told };
            messages = new(_plan.Receivers(_at).ToDictionary(receiver => receiver, _ => closing));
        }
        else
        {
            messages = _exchanger.Pack(_at, _prepared, _restarts.Told, _plan.Receivers(_at), benign);
        }

        _hasSent = true;
        if (messages.Count > 0)
        {
            _log.Add(_at, messages);
        }

        foreach ((int receiver, GraphMessage.VectorsSent message) in messages)
        {
            if (_links[receiver].IsOpenIn(_at.Round))
            {
                Send(_links[receiver], message, outbox);
            }
        }
    }

    private void Absorb(List<(int Neighbour, GraphMessage.VectorsSent Message)> received, Outbox outbox)
    {
        ImmutableArray<int> heard = [.. received.Select(pair => pair.Neighbour)];
        ImmutableArray<int> staleness = [.. received.Select(pair => (int)Math.Max(0, _at.Round - pair.Message.At.Round))];
        if (!IsClosing)
        {
            _rule.Absorb(_at.Round, _at.Exchange, _exchanger.Pull(_at, received));
        }

        foreach (int sender in _plan.Senders(_at))
        {
            _links[sender].ForgetUpTo(_at);
            _links[sender].Silent = 0;
        }

        if (!IsClosing && _at.Exchange + 1 < _exchangesPerRound)
        {
            _at = _at with { Exchange = _at.Exchange + 1 };
            Prepare(outbox);
            return;
        }

        _at = new Position(_at.Round + 1, 0);
        if (_at.Round <= _setup.RoundLimit)
        {
            ObserveRound(heard, staleness, outbox);
        }

        if (_at.Round >= LastRound)
        {
            End(outbox);
            return;
        }

        BeginRound(outbox);
        RestIfAlone(outbox);
    }

    private void End(Outbox outbox)
    {
        _isOver = true;
        Keep();
        outbox.Save();
        outbox.Complete("round limit");
    }

    private void Send(Link link, GraphMessage.VectorsSent message, Outbox outbox)
    {
        link.BytesSent += message.PayloadBytes;
        outbox.Send(link.Id, message);
    }
}
