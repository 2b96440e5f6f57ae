using ActorFed.Algorithms.Core;

namespace ActorFed.Algorithms.Graph.Pairs;

/// <summary>
/// Words that must be true for good leave only when two snapshots hold what they say: the newest may turn out to be damaged, and then
/// the one before it is gone back to.
/// </summary>
internal sealed class SafeWords
{
    private const string SettleTimer = "settle";
    private static readonly TimeSpan Soon = TimeSpan.FromTicks(1);

    private readonly List<(int Receiver, PairMessage Message)> _waiting = [];
    private bool _isStored;   // by this call
    private bool _isSettling;

    /// <summary>Words that wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>The newest version of this participant's block that others may know; null before the first.</summary>
    public PairMessage.BlockMoved? Shown { get; set; }

    /// <summary>A new call into the participant.</summary>
    public void Begin() => _isStored = false;

    /// <summary>Stores a snapshot at the end of this call: what earlier calls said is then in two, and leaves.</summary>
    public void Store(Outbox outbox)
    {
        if (_isStored)
        {
            return;
        }

        _isStored = true;
        outbox.Save();
        foreach ((int receiver, PairMessage message) in _waiting)
        {
            outbox.Send(new ParticipantId(Role.Neighbour, receiver), message);
            Shown = message as PairMessage.BlockMoved ?? Shown;
        }

        _waiting.Clear();
    }

    /// <summary>Says something that the state at the end of this call holds.</summary>
    public void Say(int receiver, PairMessage message, Outbox outbox)
    {
        Store(outbox);
        _waiting.Add((receiver, message));
        if (!_isSettling)
        {
            _isSettling = true;
            outbox.StartTimer(SettleTimer, Soon);
        }
    }

    /// <summary>A timer ran out. Whether it was that of words that wait, which leave now.</summary>
    public bool Settle(string timer, Outbox outbox)
    {
        if (timer != SettleTimer)
        {
            return false;
        }

        _isSettling = false;
        if (_waiting.Count > 0)
        {
            Store(outbox);
        }

        return true;
    }

    /// <summary>Whether word of an exchange to someone still waits, and must not be given before.</summary>
    public bool Holds(int receiver, long exchange) => _waiting.Any(word => word.Receiver == receiver
        && word.Message is PairMessage.Proposed { Exchange: long proposed } && proposed == exchange)
        || _waiting.Any(word => word.Receiver == receiver && word.Message is PairMessage.Decided { Exchange: long decided } && decided == exchange);
}
