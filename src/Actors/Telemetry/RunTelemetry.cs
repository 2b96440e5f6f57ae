using System.Diagnostics.Metrics;
using ActorFed.Algorithms.Core;

namespace ActorFed.Actors;

/// <summary>
/// Measures one run in real time, as far as it is hosted here, by what it lays over the participants, the observer and the snapshot store
/// that an engine is given. Not for simulations, whose time is none.
/// </summary>
public sealed class RunTelemetry : IDisposable
{
    private Func<IEnumerable<MailboxDepth>>? _mailboxes;

    /// <summary>Begins to measure.</summary>
    /// <param name="instruments">What is measured with.</param>
    /// <param name="runId">Id of the run.</param>
    /// <param name="tellsParticipantsApart">Whether links are counted by participants, not by roles: their number squared, among neighbours.</param>
    public RunTelemetry(Instruments instruments, string runId, bool tellsParticipantsApart = false)
    {
        Instruments = instruments;
        TellsParticipantsApart = tellsParticipantsApart;
        Run = new KeyValuePair<string, object?>(Attributes.Run, runId);
        instruments.Add(this);
    }

    internal Instruments Instruments { get; }

    internal KeyValuePair<string, object?> Run { get; }

    internal bool TellsParticipantsApart { get; }

    /// <summary>Measures how long the participants of <paramref name="factory"/> take and what they send, and traces their turns.</summary>
    public IParticipantFactory Over(IParticipantFactory factory) => new Factory(factory, this);

    /// <summary>Measures what <paramref name="observer"/> is told.</summary>
    public IRunObserver Over(IRunObserver observer) => new MeasuredObserver(observer, this);

    /// <summary>Measures what <paramref name="snapshots"/> stores.</summary>
    public ISnapshotStore Over(ISnapshotStore snapshots) => new MeasuredSnapshotStore(snapshots, this);

    /// <summary>Looks at the run's mailboxes no more.</summary>
    public void Dispose() => Instruments.Remove(this);

    internal static KeyValuePair<string, object?> RoleOf(ParticipantId participant) => new(Attributes.Role, Attributes.Of(participant.Role));

    internal void Watch(Func<IEnumerable<MailboxDepth>> mailboxes) => Volatile.Write(ref _mailboxes, mailboxes);

    internal IEnumerable<Measurement<int>> DeepestMailboxes() => (Volatile.Read(ref _mailboxes)?.Invoke() ?? [])
        .GroupBy(mailbox => mailbox.Receiver.Role)
        .Select(role => new Measurement<int>(role.Max(mailbox => mailbox.Waiting), Run, RoleOf(role.First().Receiver)));

    private sealed class Factory(IParticipantFactory factory, RunTelemetry run) : IParticipantFactory
    {
        public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom) =>
            new MeasuredParticipant(factory.Create(spec, incarnation, resumeFrom), spec.Id, incarnation, run);
    }
}
