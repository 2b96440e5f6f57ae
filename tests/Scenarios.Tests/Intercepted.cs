using ActorFed.Algorithms.Core;

namespace ActorFed.Scenarios.Tests;

/// <summary>A participant with somebody reading, and perhaps changing, its mail.</summary>
/// <param name="inner">The real participant.</param>
internal sealed class Intercepted(IParticipant inner) : IParticipant
{
    /// <summary>Called before a message is handed over; what it throws is thrown by the participant.</summary>
    public Action<ParticipantId, Message> OnReceive { get; init; } = (_, _) => { };

    /// <summary>What really goes out instead of one sent message.</summary>
    public Func<Message, IEnumerable<Message>> Sent { get; init; } = message => [message];

    /// <summary>Whether it has a snapshot stored after every call.</summary>
    public bool SavesAlways { get; init; }

    public void Start(Outbox outbox) => Pass(inner.Start, outbox);

    public void Receive(ParticipantId sender, Message message, Outbox outbox)
    {
        OnReceive(sender, message);
        Pass(box => inner.Receive(sender, message, box), outbox);
    }

    public void TimerElapsed(string timer, Outbox outbox) => Pass(box => inner.TimerElapsed(timer, box), outbox);

    public Snapshot? TakeSnapshot() => inner.TakeSnapshot();

    private void Pass(Action<Outbox> call, Outbox outbox)
    {
        Outbox own = new();
        call(own);
        if (SavesAlways)
        {
            outbox.Save();
        }

        foreach (Effect effect in own.Effects)
        {
            switch (effect.Kind)
            {
                case EffectKind.Send:
                    foreach (Message message in Sent((Message)effect.Payload!))
                    {
                        outbox.Send(effect.Target, message);
                    }

                    break;
                case EffectKind.StartTimer:
                    outbox.StartTimer((string)effect.Payload!, effect.Delay);
                    break;
                case EffectKind.CancelTimer:
                    outbox.CancelTimer((string)effect.Payload!);
                    break;
                case EffectKind.Watch:
                    outbox.Watch(effect.Target);
                    break;
                case EffectKind.Observe:
                    outbox.Observe((Observation)effect.Payload!);
                    break;
                case EffectKind.Save:
                    outbox.Save();
                    break;
                case EffectKind.Complete:
                    outbox.Complete((string)effect.Payload!);
                    break;
                case EffectKind.Fail:
                    outbox.Fail((string)effect.Payload!);
                    break;
                default:
                    throw new InvalidOperationException($"Effect {effect.Kind} is new; pass it on here.");
            }
        }
    }
}
