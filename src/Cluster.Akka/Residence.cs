using System.Collections.Concurrent;
using ActorFed.Algorithms.Core;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <summary>The participants that sharding has given to this node: those that wait to be taken up, live here, or are to leave. Any thread.</summary>
/// <param name="changed">Called when somebody came or is to leave.</param>
internal sealed class Residence(Action changed)
{
    private readonly ConcurrentDictionary<(string Run, ParticipantId Participant), Place> _places = new();

    /// <param name="Entity">Its entity.</param>
    /// <param name="IsTaken">Whether it was taken up.</param>
    /// <param name="Departs">Whether it is to leave.</param>
    private sealed record Place(IActorRef Entity, bool IsTaken, bool Departs);

    /// <summary>Runs with participants here.</summary>
    public IReadOnlyCollection<string> Runs => [.. _places.Keys.Select(key => key.Run).Distinct()];

    /// <summary>Those that live here.</summary>
    public IReadOnlyCollection<(string Run, ParticipantId Participant)> Taken => [.. _places.Where(entry => entry.Value.IsTaken).Select(entry => entry.Key)];

    /// <summary>Those of a run that wait to be taken up.</summary>
    public IReadOnlyCollection<ParticipantId> Waiting(string run) => Where(run, place => place is { IsTaken: false, Departs: false });

    /// <summary>Those of a run that are to be handed over.</summary>
    public IReadOnlyCollection<ParticipantId> Departing(string run) => Where(run, place => place.Departs);

    /// <summary>The entity of a participant that waits here; null when there is none.</summary>
    public IActorRef? Take(string run, ParticipantId participant)
    {
        if (!_places.TryGetValue((run, participant), out Place? place) || place.IsTaken || place.Departs)
        {
            return null;
        }

        return _places.TryUpdate((run, participant), place with { IsTaken = true }, place) ? place.Entity : null;
    }

    /// <summary>Sends away those of a run that wait here.</summary>
    public void SendAway(string run)
    {
        foreach (Place place in _places.Where(entry => entry.Key.Run == run && !entry.Value.IsTaken).Select(entry => entry.Value))
        {
            place.Entity.Tell(global::ActorFed.Cluster.Akka.SendAway.Instance);
        }
    }

    public void Arrived(string address, IActorRef entity)
    {
        if (MailboxAddress.TryParse(address, out string run, out ParticipantId participant))
        {
            _places[(run, participant)] = new Place(entity, IsTaken: false, Departs: false);
            changed();
        }
    }

    public void Departs(string address)
    {
        if (MailboxAddress.TryParse(address, out string run, out ParticipantId participant) && _places.TryGetValue((run, participant), out Place? place))
        {
            _places[(run, participant)] = place with { Departs = true };
            changed();
        }
    }

    public void Gone(string address, IActorRef entity)
    {
        if (MailboxAddress.TryParse(address, out string run, out ParticipantId participant)
            && _places.TryGetValue((run, participant), out Place? place) && place.Entity.Equals(entity))
        {
            _places.TryRemove(KeyValuePair.Create((run, participant), place));
        }
    }

    private IReadOnlyCollection<ParticipantId> Where(string run, Func<Place, bool> condition) =>
        [.. _places.Where(entry => entry.Key.Run == run && condition(entry.Value)).Select(entry => entry.Key.Participant)];
}
