using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Replay;

namespace ActorFed.Tests.Shared;

/// <summary>Keeps the deliveries of a run in memory, and passes on to another observer what it is told.</summary>
internal sealed class MemoryDeliveries : IRunObserver
{
    private readonly IReadOnlyList<ParticipantId> _participants;
    private readonly IRunObserver _other;
    private readonly MemoryStream[] _bytes;
    private readonly DeliveryLog _log;

    /// <param name="participants">Who takes part, in the order of the plan.</param>
    /// <param name="other">Told of everything, too.</param>
    public MemoryDeliveries(IReadOnlyList<ParticipantId> participants, IRunObserver other)
    {
        (_participants, _other) = (participants, other);
        _bytes = [.. participants.Select(_ => new MemoryStream())];
        _log = new DeliveryLog(participants, (place, bytes) => _bytes[place].Write(bytes.Span));
    }

    public ISnapshotStore Over(ISnapshotStore snapshots) => _log.Over(snapshots);

    /// <summary>The record, when the run is over.</summary>
    /// <param name="report">The run's end; null gives a record that ends early.</param>
    public DeliveryRecord ToRecord(RunReport? report)
    {
        _log.Flush();
        return new DeliveryRecord(
            [.. _participants],
            [.. _bytes.Select(bytes => new ReadOnlyMemory<byte>(bytes.ToArray()))],
            report is null ? null : new RecordedEnd(report.Outcome, report.Reason, _log.Observations));
    }

    public void Started(Func<long> bytesSent) => _other.Started(bytesSent);

    public void Entered(TimeSpan at, in Entry entry)
    {
        _log.Entered(at, entry);
        _other.Entered(at, entry);
    }

    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        _log.Observed(source, at, observation);
        _other.Observed(source, at, observation);
    }

    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent) => _other.Supervised(at, supervisionEvent);
}
