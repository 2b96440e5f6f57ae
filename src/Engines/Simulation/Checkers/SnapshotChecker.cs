using System.Runtime.InteropServices;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// A participant rebuilt from a snapshot holds what the one that took it holds, by name, in order and bit for bit, and takes the
/// same snapshot again. Looked at whenever one is stored.
/// </summary>
/// <remarks>
/// Stands between an engine and both its factory and its store: give it to the engine as either, so that it knows who took the
/// snapshot. What it rebuilds is compared and dropped, never started. It throws at the next thing it is told, since what a
/// store throws is the participant's failure and no end of the run.
/// </remarks>
/// <param name="factory">Makes and rebuilds participants.</param>
/// <param name="store">Keeps their snapshots.</param>
public sealed class SnapshotChecker(IParticipantFactory factory, ISnapshotStore store)
    : Checker("snapshots"), IParticipantFactory, ISnapshotStore
{
    private readonly Dictionary<ParticipantId, (ParticipantSpec Spec, IParticipant Participant)> _live = [];
    private CheckerException? _broken; // not thrown yet

    /// <inheritdoc/>
    public IParticipant Create(ParticipantSpec spec, int incarnation, Snapshot? resumeFrom)
    {
        IParticipant participant = factory.Create(spec, incarnation, resumeFrom);
        _live[spec.Id] = (spec, participant);
        return participant;
    }

    /// <inheritdoc/>
    public void Store(ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        try
        {
            Checks++;
            Check(participant, incarnation, snapshot);
        }
        catch (CheckerException broken)
        {
            _broken ??= broken;
        }

        store.Store(participant, incarnation, snapshot);
    }

    /// <inheritdoc/>
    public StoredSnapshot? Latest(ParticipantId participant) => store.Latest(participant);

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry) => ThrowIfBroken();

    /// <inheritdoc/>
    public override void Sent(in Sending sending) => ThrowIfBroken();

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation) => ThrowIfBroken();

    /// <inheritdoc/>
    public override void Ended(RunReport report) => ThrowIfBroken();

    private void ThrowIfBroken()
    {
        if (_broken is not null)
        {
            throw _broken;
        }
    }

    private void Check(ParticipantId participant, int incarnation, Snapshot snapshot)
    {
        (ParticipantSpec spec, IParticipant live) = _live[participant];
        IParticipant rebuilt = Rebuild(spec, incarnation, snapshot);
        Compare(participant, live, rebuilt);
        if (rebuilt.TakeSnapshot() is not Snapshot again || again.Format != snapshot.Format
            || !again.Content.Span.SequenceEqual(snapshot.Content.Span))
        {
            throw Broken($"{participant}, rebuilt from its snapshot, takes another one; the two must be equal.");
        }
    }

    private IParticipant Rebuild(ParticipantSpec spec, int incarnation, Snapshot snapshot)
    {
        try
        {
            return factory.Create(spec, incarnation + 1, snapshot);
        }
        catch (Exception failure)
        {
            throw Broken($"{spec.Id} cannot be rebuilt from its snapshot: {failure.Message}", failure);
        }
    }

    private void Compare(ParticipantId participant, IParticipant live, IParticipant rebuilt)
    {
        using IEnumerator<StateEntry> expected = live.Inspect().Where(entry => entry.IsDurable).GetEnumerator();
        using IEnumerator<StateEntry> found = rebuilt.Inspect().Where(entry => entry.IsDurable).GetEnumerator();
        while (true)
        {
            bool isMore = expected.MoveNext();
            if (isMore != found.MoveNext() || (isMore && expected.Current.Name != found.Current.Name))
            {
                throw Broken($"{participant}, rebuilt from its snapshot, has {Describe(found)} where it had {Describe(expected)}.");
            }

            if (!isMore)
            {
                return;
            }

            Compare(participant, expected.Current, found.Current);
        }
    }

    private void Compare(ParticipantId participant, in StateEntry expected, in StateEntry found)
    {
        ReadOnlySpan<long> wanted = MemoryMarshal.Cast<double, long>(expected.Values.Span);
        int common = wanted.CommonPrefixLength(MemoryMarshal.Cast<double, long>(found.Values.Span));
        if (expected.Values.Length != found.Values.Length)
        {
            throw Broken($"{participant}, rebuilt from its snapshot, has '{found.Name}' of length {found.Values.Length}; "
                + $"it had length {expected.Values.Length}.");
        }

        if (common < wanted.Length)
        {
            throw Broken($"{participant}, rebuilt from its snapshot, has {found.Values[common]:R} as entry {common} of '{found.Name}'; "
                + $"it had {expected.Values[common]:R}.");
        }
    }

    private static string Describe(IEnumerator<StateEntry> entries) => entries.Current.Name is string name ? $"'{name}'" : "nothing";
}
