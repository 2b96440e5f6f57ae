using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>Draws what goes wrong from a seed. Whether a message is struck depends on its sender and number only, not on what was asked before.</summary>
/// <remarks>
/// What the system assumes of the world, and every draw keeps to:
/// <list type="bullet">
/// <item>One participant other than the master, drawn too, is spared: it does not crash or pause, nor does its node, and no partition parts it from
/// the master. So at least one worker stays reachable.</item>
/// <item>Neighbours are not forged: who among them speaks is for the engine to tell, since their vectors answer no question that would give a liar away.</item>
/// <item>A participant is never stopped for poison: what is poisoned, and what is forged in its name, stays below the violations at which it would be.</item>
/// <item>Of a participant's snapshots one at most is damaged, and not the first: there is always an intact one.</item>
/// </list>
/// </remarks>
public sealed class DrawnFaults : IFaultSource
{
    private readonly FaultProfile _profile;
    private readonly ulong _seed;
    private readonly CounterRandom _which; // by sender and number
    private readonly CounterRandom _how;
    private readonly ImmutableArray<ParticipantId> _participants;
    private readonly Dictionary<(ParticipantId Sender, long Number), string> _poisoned = []; // and the kind
    private readonly ImmutableArray<TimedFault> _timed;

    /// <summary>Draws.</summary>
    /// <param name="profile">How much of what.</param>
    /// <param name="seed">From which numbers; equal seeds give equal faults.</param>
    /// <param name="placement">All participants, and on which node each of them is.</param>
    /// <param name="maxViolations">Violations at which a sender is stopped; at least 1.</param>
    /// <exception cref="ArgumentException">The profile is out of range.</exception>
    public DrawnFaults(FaultProfile profile, ulong seed, IReadOnlyList<(ParticipantId Participant, int Node)> placement, int maxViolations)
    {
        profile.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(maxViolations, 1);
        (_profile, _seed) = (profile, seed);
        (_which, _how) = (new CounterRandom(seed, "faults/which"), new CounterRandom(seed, "faults/how"));
        _participants = [.. placement.Select(place => place.Participant)];
        _timed = new TimedDraw(profile, seed, placement).Draw();
        foreach (ParticipantId sender in _participants)
        {
            if (sender.Role != Role.Master)
            {
                DrawPoison(sender, (maxViolations - 1) / 2);
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<TimedFault> Timed => _timed;

    /// <inheritdoc/>
    public MessageFault? Of(in Sending sending)
    {
        if (sending.At >= _profile.Until)
        {
            return null;
        }

        (ParticipantId sender, long number) = (sending.Sender, sending.Number);
        if (Faults.Poison.CanStrike(sending.Message) && _poisoned.TryGetValue((sender, number), out string? kind))
        {
            return Poison(kind, sender, number);
        }

        double draw = _which.Uniform(sender.GetHashCode(), number);
        return (draw -= _profile.Loss) < 0 ? new Loss(sender, number)
            : (draw -= _profile.Duplication) < 0 ? new Duplication(sender, number, Delay(sender, number))
            : (draw -= _profile.Reordering) < 0 ? new Reordering(sender, number, Delay(sender, number))
            : draw - _profile.Corruption < 0 ? new Corruption(sender, number)
            : null;
    }

    /// <summary>Draws which messages of a sender are poisoned, as distances from one to the next.</summary>
    private void DrawPoison(ParticipantId sender, int budget)
    {
        (string Kind, double Probability)[] all =
        [
            (FaultKinds.NanPoison, _profile.NanPoison), (FaultKinds.HugePoison, _profile.HugePoison), (FaultKinds.LengthPoison, _profile.LengthPoison),
            (FaultKinds.Replay, _profile.Replay), (FaultKinds.Forgery, _profile.Forgery),
        ];
        (string Kind, double Probability)[] kinds = [.. all.Where(kind => kind.Probability > 0)];
        double any = kinds.Sum(kind => kind.Probability);
        if (kinds.Length == 0)
        {
            return;
        }

        SeededRandom random = new(_seed, $"faults/poison/{sender}");
        int forgeries = sender.Role == Role.Neighbour ? 0 : budget / _participants.Length; // all of them may be in one name
        double number = 0;
        for (int i = 0; i < budget && number < long.MaxValue / 2; i++)
        {
            number += any < 1 ? Math.Floor(Math.Log(1 - random.NextDouble()) / Math.Log(1 - any)) + 1 : 1;
            double draw = random.NextDouble() * any;
            string kind = kinds.FirstOrDefault(entry => (draw -= entry.Probability) < 0, kinds[^1]).Kind;
            if (kind != FaultKinds.Forgery || --forgeries >= 0)
            {
                _poisoned.Add((sender, (long)number), kind);
            }
        }
    }

    private MessageFault? Poison(string kind, ParticipantId sender, long number)
    {
        ulong bits = _how.Bits(sender.GetHashCode(), number);
        long entry = (long)(bits >> 44);
        switch (kind)
        {
            case FaultKinds.NanPoison:
                return new NanPoison(sender, number, entry);
            case FaultKinds.HugePoison:
                return new HugePoison(sender, number, entry, (bits & 1) == 0 ? 1e300 : -1e300);
            case FaultKinds.LengthPoison:
                return new LengthPoison(sender, number, entry);
            case FaultKinds.Replay:
                long earlier = number - 1 - (long)(bits % (Passage.Remembered - 1));
                return earlier >= 1 ? new Replay(sender, number, earlier) : null;
            default:
                ParticipantId[] others = [.. _participants.Where(other => other != sender)];
                return others.Length > 0 ? new Forgery(sender, number, others[bits % (ulong)others.Length]) : null;
        }
    }

    private TimeSpan Delay(ParticipantId sender, long number) =>
        _profile.MinDelay + ((_profile.MaxDelay - _profile.MinDelay) * _how.Uniform(sender.GetHashCode(), number));
}
