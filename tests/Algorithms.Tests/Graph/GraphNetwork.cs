using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph;

/// <summary>
/// Neighbours over the toy rule whose messages arrive one by one in the order in which they were sent; time passes when none is under way. A
/// message may be lost, doubled, or find its receiver dead: then that one is rebuilt at once from what it stored, and what lay in its mailbox is gone.
/// </summary>
internal sealed class GraphNetwork
{
    private const int MaxScans = 200;

    private readonly GraphSetup _setup;
    private readonly int _exchanges;
    private readonly GraphNeighbour[] _neighbours;
    private readonly ToyGraphRule[] _rules;
    private readonly Snapshot?[] _stored;
    private readonly int[] _incarnations;
    private readonly List<(int From, int To, Message Message)> _messages = [];
    private bool _isOver;

    public GraphNetwork(GraphSetup setup, int exchanges)
    {
        (_setup, _exchanges) = (setup, exchanges);
        int count = setup.Lower.Count;
        (_neighbours, _rules, _stored, _incarnations) = (new GraphNeighbour[count], new ToyGraphRule[count], new Snapshot?[count], new int[count]);
        for (int i = 0; i < count; i++)
        {
            Build(i);
        }
    }

    /// <summary>Whether the receiver of the n-th delivery, from 0, dies of it.</summary>
    public Func<int, bool> Kills { get; init; } = _ => false;

    /// <summary>Whether the n-th delivery is lost.</summary>
    public Func<int, bool> Loses { get; init; } = _ => false;

    /// <summary>Whether the n-th delivery comes once more, last of all.</summary>
    public Func<int, bool> Doubles { get; init; } = _ => false;

    /// <summary>Deliveries so far.</summary>
    public int Deliveries { get; private set; }

    /// <summary>Values after the last round, by participant; of one that never came to it none.</summary>
    public SortedDictionary<int, double> Last { get; } = [];

    /// <summary>Plays until the first participant completes.</summary>
    public GraphNetwork Play()
    {
        for (int scans = 0; !_isOver; scans++)
        {
            Assert.True(scans < MaxScans, "nobody completes");
            while (!_isOver && _messages.Count > 0)
            {
                Deliver();
            }

            for (int i = 0; i < _neighbours.Length && !_isOver; i++)
            {
                Call(i, outbox => _neighbours[i].TimerElapsed("ask-again", outbox));
            }
        }

        return this;
    }

    private void Deliver()
    {
        (int from, int to, Message message) = _messages[0];
        _messages.RemoveAt(0);
        int number = Deliveries++;
        if (Kills(number))
        {
            _messages.RemoveAll(waiting => waiting.To == to);
            Build(to);
        }
        else if (!Loses(number))
        {
            if (Doubles(number))
            {
                _messages.Add((from, to, message));
            }

            Call(to, outbox => _neighbours[to].Receive(new ParticipantId(Role.Neighbour, from), message, outbox));
        }
    }

    private void Build(int i)
    {
        _rules[i] = new ToyGraphRule(start: i, _exchanges);
        _neighbours[i] = new GraphNeighbour(_rules[i], _setup, i, ++_incarnations[i], _stored[i]);
        Call(i, _neighbours[i].Start);
    }

    private void Call(int i, Action<Outbox> call)
    {
        Outbox outbox = new();
        call(outbox);
        foreach (Effect effect in outbox.Effects)
        {
            switch (effect.Kind)
            {
                case EffectKind.Save:
                    _stored[i] = _neighbours[i].TakeSnapshot();
                    break;
                case EffectKind.Send:
                    _messages.Add((i, effect.Target.Index, (Message)effect.Payload!));
                    break;
                case EffectKind.Observe when effect.Payload is ModelObserved model && model.Step == _setup.RoundLimit:
                    Last[i] = model.Lower[0];
                    break;
                case EffectKind.Complete:
                    _isOver = true;
                    break;
                case EffectKind.Fail:
                    Assert.Fail((string)effect.Payload!);
                    break;
            }
        }
    }
}
