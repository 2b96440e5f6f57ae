using System.Diagnostics;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>One call into a participant that is being measured.</summary>
internal readonly struct MeasuredTurn
{
    private readonly MeasuredParticipant _of;
    private readonly EntryKind _kind;
    private readonly long _begun;
    private readonly bool _isTraced;
    private readonly Activity? _activity;
    private readonly Activity? _outer;
    private readonly int _hops;

    /// <summary>Begins a turn.</summary>
    /// <param name="of">Who is entered.</param>
    /// <param name="kind">How.</param>
    /// <param name="sender">Of a message, who sent it.</param>
    /// <param name="what">The message, the timer's name, or null.</param>
    public MeasuredTurn(MeasuredParticipant of, EntryKind kind, ParticipantId sender, object? what)
    {
        _of = of;
        _kind = kind;
        _isTraced = Instruments.Activities.HasListeners();
        if (_isTraced)
        {
            _outer = Activity.Current;
            _activity = StartActivity(sender, what, out _hops);
        }

        _begun = Stopwatch.GetTimestamp();
    }

    private RunTelemetry Run => _of.Run;

    private Instruments Instruments => _of.Run.Instruments;

    /// <summary>The call returned.</summary>
    public void End(Outbox outbox)
    {
        Record(failure: null);
        int sent = CountSent(outbox);
        _activity?.SetTag(Attributes.SentMessages, sent);
        Close();
    }

    /// <summary>The call threw: it has no effects.</summary>
    public void Fail(Exception failure)
    {
        Record(failure);
        _activity?.SetTag(Attributes.Error, failure.GetType().FullName);
        _activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
        Close();
    }

    private void Record(Exception? failure)
    {
        TagList tags = new() { Run.Run, RunTelemetry.RoleOf(_of.Id), { Attributes.Entry, NameOf(_kind) } };
        if (failure is not null)
        {
            tags.Add(Attributes.Error, failure.GetType().FullName);
        }

        Instruments.TurnDuration.Record(Stopwatch.GetElapsedTime(_begun).TotalSeconds, tags);
    }

    /// <summary>Counts the bytes of each link, and tells receivers which turn they hear from.</summary>
    private int CountSent(Outbox outbox)
    {
        MessageContext.Carried? context = _activity is { Recorded: true } ? new MessageContext.Carried(_activity.Context, _hops) : null;
        int sent = 0;
        for (int i = 0; i < outbox.Count; i++)
        {
            Effect effect = outbox[i];
            if (effect.Kind != EffectKind.Send)
            {
                continue;
            }

            sent++;
            Message message = (Message)effect.Payload!;
            Instruments.SentBytes.Add(
                message.PayloadBytes, Run.Run, new(Attributes.Sender, EndOfLink(_of.Id)), new(Attributes.Receiver, EndOfLink(effect.Target)));
            if (_isTraced)
            {
                MessageContext.Set(message, context);
            }
        }

        return sent;
    }

    private string EndOfLink(ParticipantId participant) => Run.TellsParticipantsApart ? participant.ToString() : Attributes.Of(participant.Role);

    private Activity? StartActivity(ParticipantId sender, object? what, out int hops)
    {
        hops = 0;
        ActivityContext parent = default;
        ActivityLink[] links = [];
        if (what is Message cause && MessageContext.TryGet(cause, out MessageContext.Carried? carried))
        {
            if (carried.Hops < MessageContext.MaxHops)
            {
                (parent, hops) = (carried.Context, carried.Hops + 1);
            }
            else
            {
                links = [new ActivityLink(carried.Context)];
            }
        }

        Activity.Current = null; // a turn is caused by a message, not by what its thread did before
        (string name, ActivityKind kind) = _kind switch
        {
            EntryKind.Received => ($"receive {what!.GetType().Name}", ActivityKind.Consumer),
            EntryKind.Started => ("start", ActivityKind.Internal),
            _ => ("timer", ActivityKind.Internal),
        };
        Activity? activity = Instruments.Activities.StartActivity(name, kind, parent, tags: null, links);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag(Attributes.Run, Run.Run.Value);
            activity.SetTag(Attributes.Participant, _of.Id.ToString());
            activity.SetTag(Attributes.Epoch, _of.Incarnation);
            if (what is string timer)
            {
                activity.SetTag(Attributes.Timer, timer);
            }
            else if (what is Message message)
            {
                activity.SetTag(Attributes.Sender, sender.ToString());
                activity.SetTag(Attributes.Message, message.GetType().Name);
                activity.SetTag(Attributes.MessageBytes, message.PayloadBytes);
            }
        }

        return activity;
    }

    private void Close()
    {
        if (_isTraced)
        {
            _activity?.Dispose();
            Activity.Current = _outer;
        }
    }

    private static string NameOf(EntryKind kind) => kind switch
    {
        EntryKind.Started => "started",
        EntryKind.Received => "received",
        _ => "timer-elapsed",
    };
}
