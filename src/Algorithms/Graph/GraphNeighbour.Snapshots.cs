using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

// What is kept: a participant's own state at the beginning of a round, and what it sent and its neighbours may ask for again.
public sealed partial class GraphNeighbour
{
    /// <summary>What every open receiver has behind it need not be kept.</summary>
    private void ForgetSent()
    {
        long oldest = _at.Round;
        foreach (int receiver in _plan.AllReceivers)
        {
            oldest = _links[receiver].IsClosed ? oldest : Math.Min(oldest, _links[receiver].Stored);
        }

        _log.ForgetBefore(oldest);
    }

    /// <summary>Takes the snapshot that stands until the next one.</summary>
    private void Keep()
    {
        (_keptBefore, _keptAt) = _at.Round > _keptAt ? (_keptAt, _at.Round) : (_keptBefore, _keptAt);
        SnapshotWriter writer = new();
        writer.WriteInt64(_at.Round);
        writer.WriteInt64(_keptBefore);
        _restarts.Save(writer);
        foreach (Link link in _links.Values)
        {
            link.Save(writer);
        }

        _log.Save(writer);
        _exchanger.Save(writer);
        _rule.Save(writer);
        _snapshot = writer.ToSnapshot(Format);
        _stored = Stored();
    }

    private void Restore(Snapshot snapshot)
    {
        SnapshotReader reader = new(snapshot, Format);
        _at = new Position(reader.ReadInt64(), 0);
        (_keptAt, _keptBefore) = (_at.Round, reader.ReadInt64());
        _restarts.Restore(reader);
        foreach (Link link in _links.Values)
        {
            link.Restore(reader);
        }

        _log.Restore(reader);
        _exchanger.Restore(reader);
        _rule.Restore(reader);
        reader.End();
        _snapshot = snapshot;
        _stored = Stored();
    }

    /// <summary>What the snapshot holds, by name: the same before it is taken and after it is read.</summary>
    private ImmutableArray<StateEntry> Stored() =>
    [
        new("stored-round", FlatVector.Of(_at.Round)),
        new("stored-exchanges", FlatVector.Of(_log.Count)),
        .. _rule.Inspect().Select(entry => new StateEntry($"stored-{entry.Name}", entry.Values)),
    ];
}
