using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Replay;

/// <summary>
/// Watches a run and hands out its entries as bytes, participant by participant. Each participant has a buffer of its own, touched
/// in its own turns only, so that nobody waits for anybody.
/// </summary>
/// <param name="participants">Who takes part, in the order of the plan.</param>
/// <param name="write">
/// Takes bytes of whole entries, with the place of their participant in the plan; valid during the call. Called from the threads of
/// the participants: for different ones at the same time, for one participant in order.
/// </param>
public sealed class DeliveryLog(IReadOnlyList<ParticipantId> participants, Action<int, ReadOnlyMemory<byte>> write) : IRunObserver
{
    private const int MaxWaitingBytes = 4096;

    /// <summary>A run that is killed loses no more of a participant that is entered now and then.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ParticipantId, Lane> _lanes = LanesOf(participants);

    /// <summary>How much each participant observed, in the order of the plan. To be asked when the run is over.</summary>
    public ImmutableArray<long> Observations => [.. participants.Select(id => _lanes[id].Observations)];

    /// <inheritdoc/>
    public void Entered(TimeSpan at, in Entry entry)
    {
        Lane lane = _lanes[entry.Participant];
        lane.Encoder.Add(entry);
        if (lane.Encoder.WrittenCount >= MaxWaitingBytes || (lane.Encoder.WrittenCount > 0 && at - lane.WrittenAt >= MaxWait))
        {
            Write(lane, at);
        }
    }

    /// <inheritdoc/>
    public void Observed(ParticipantId source, TimeSpan at, Observation observation) => _lanes[source].Observations++;

    /// <inheritdoc/>
    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        // What came of it is in the entries.
    }

    /// <summary>The store to run with: what participants are rebuilt from belongs to the record.</summary>
    /// <param name="snapshots">Keeps the snapshots.</param>
    public ISnapshotStore Over(ISnapshotStore snapshots) => new RecordedStore(this, snapshots);

    /// <summary>Writes what waits. To be called when the run is over.</summary>
    public void Flush()
    {
        foreach (Lane lane in _lanes.Values)
        {
            lane.Encoder.Flush();
            if (lane.Encoder.WrittenCount > 0)
            {
                Write(lane, lane.WrittenAt);
            }
        }
    }

    private void Write(Lane lane, TimeSpan at)
    {
        write(lane.Place, lane.Encoder.Written);
        lane.Encoder.Clear();
        lane.WrittenAt = at;
    }

    private static Dictionary<ParticipantId, Lane> LanesOf(IReadOnlyList<ParticipantId> participants)
    {
        Dictionary<ParticipantId, int> places = [];
        foreach (ParticipantId id in participants)
        {
            places.Add(id, places.Count);
        }

        return places.ToDictionary(place => place.Key, place => new Lane(place.Value, new EntryEncoder(id => places[id])));
    }

    private sealed class Lane(int place, EntryEncoder encoder)
    {
        public int Place => place;

        public EntryEncoder Encoder => encoder;

        public TimeSpan WrittenAt { get; set; }

        public long Observations { get; set; }
    }

    private sealed class RecordedStore(DeliveryLog log, ISnapshotStore snapshots) : ISnapshotStore
    {
        public void Store(ParticipantId participant, int incarnation, Snapshot snapshot) =>
            snapshots.Store(participant, incarnation, snapshot);

        public StoredSnapshot? Latest(ParticipantId participant) => snapshots.Latest(participant);

        public BegunIncarnation Begin(ParticipantId participant, int last)
        {
            EntryEncoder encoder = log._lanes[participant].Encoder;
            try
            {
                BegunIncarnation begun = snapshots.Begin(participant, last);
                if (encoder.IsStarting && begun.Snapshot is not null)
                {
                    encoder.AddSnapshot(new StoredSnapshot(begun.Incarnation - 1, begun.Snapshot)); // the next is then the same again
                }
                else if (encoder.IsStarting && begun.Incarnation != last + 1)
                {
                    encoder.AddIncarnation(begun.Incarnation);
                }

                return begun;
            }
            catch (Exception failure) when (encoder.IsStarting)
            {
                encoder.AddUnreadable(failure.Message);
                throw;
            }
        }
    }
}
