namespace ActorFed.Algorithms.Core;

/// <summary>What a participant may ask of its engine.</summary>
public enum EffectKind : byte
{
    /// <summary>Carry a message.</summary>
    Send,

    /// <summary>Call <see cref="IParticipant.TimerElapsed"/> later.</summary>
    StartTimer,

    /// <summary>Forget a timer.</summary>
    CancelTimer,

    /// <summary>Tell this participant when another is rebuilt or stopped.</summary>
    Watch,

    /// <summary>Tell the run's observer something.</summary>
    Observe,

    /// <summary>Store a snapshot.</summary>
    Save,

    /// <summary>End the run well.</summary>
    Complete,

    /// <summary>End the run as failed.</summary>
    Fail,
}

/// <summary>One effect, in the order it was asked for.</summary>
/// <param name="Kind">Which effect; it decides what the other members mean.</param>
/// <param name="Target">Receiver of a message, or the watched participant.</param>
/// <param name="Payload">The <see cref="Message"/>, the <see cref="Observation"/>, the timer's name or the reason to complete.</param>
/// <param name="Delay">How long a timer runs.</param>
public readonly record struct Effect(EffectKind Kind, ParticipantId Target, object? Payload, TimeSpan Delay);

/// <summary>Collects the effects of one call into a participant. Engines reuse it: read <see cref="Effects"/>, then clear.</summary>
public sealed class Outbox
{
    private readonly List<Effect> _effects = [];

    /// <summary>The effects so far, in order.</summary>
    public IReadOnlyList<Effect> Effects => _effects;

    /// <summary>Number of effects so far.</summary>
    public int Count => _effects.Count;

    /// <summary>Effect <paramref name="index"/>, without the cost of an interface.</summary>
    public Effect this[int index] => _effects[index];

    /// <summary>Sends <paramref name="message"/>; it may arrive late, twice, out of order or, when an end fails, not at all.</summary>
    public void Send(ParticipantId receiver, Message message) =>
        _effects.Add(new Effect(EffectKind.Send, receiver, message, default));

    /// <summary>Starts a timer; one already running under that name is replaced.</summary>
    /// <param name="timer">Its name, unique within the participant.</param>
    /// <param name="after">How long from now; more than zero.</param>
    public void StartTimer(string timer, TimeSpan after) =>
        _effects.Add(new Effect(EffectKind.StartTimer, default, timer, after));

    /// <summary>Forgets a timer; harmless when none runs under that name.</summary>
    public void CancelTimer(string timer) => _effects.Add(new Effect(EffectKind.CancelTimer, default, timer, default));

    /// <summary>Asks for a <see cref="LifecycleMessage"/> whenever <paramref name="participant"/> is rebuilt or stopped.</summary>
    public void Watch(ParticipantId participant) => _effects.Add(new Effect(EffectKind.Watch, participant, null, default));

    /// <summary>Tells the run's observer; observations steer nothing.</summary>
    public void Observe(Observation observation) =>
        _effects.Add(new Effect(EffectKind.Observe, default, observation, default));

    /// <summary>Asks the engine to store a snapshot of the state after this call, before later messages are handled, unless there is nothing to keep.</summary>
    public void Save() => _effects.Add(new Effect(EffectKind.Save, default, null, default));

    /// <summary>Ends the run; the first one counts.</summary>
    /// <param name="reason">Why, in words for the report.</param>
    public void Complete(string reason) => _effects.Add(new Effect(EffectKind.Complete, default, reason, default));

    /// <summary>Ends the run as failed, when going on makes no sense and a rebuild would not help.</summary>
    /// <param name="reason">Why, in words for the report, with the way out.</param>
    public void Fail(string reason) => _effects.Add(new Effect(EffectKind.Fail, default, reason, default));

    /// <summary>Empties the box for the next call.</summary>
    public void Clear() => _effects.Clear();
}
