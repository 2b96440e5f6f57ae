using System.Collections.Immutable;
using ActorFed.Algorithms.Core;

namespace ActorFed.Algorithms.Graph;

/// <summary>
/// Rounds at whose beginning everyone restarts its corrections, since edges were left out or taken in. Word of them travels with the vectors,
/// one edge a round; who hears of one too late announces another for all.
/// </summary>
internal sealed class RestartSchedule(GraphSetup setup)
{
    private const int Remembered = 256; // more than are under way at a time; an older one that is heard of again costs a restart more

    private readonly SortedSet<long> _past = []; // made here, or announced anew

    /// <summary>Those to come; ascending.</summary>
    public ImmutableArray<long> Due { get; private set; } = [];

    /// <summary>Whether there ever was one, so that edges are or were missing.</summary>
    public bool IsUsed => _past.Count > 0 || !Due.IsEmpty;

    /// <summary>What a neighbour is told: the last one made, so that one who missed it can tell, and those to come; ascending.</summary>
    public ImmutableArray<long> Told => _past.Count == 0 ? Due : [_past.Max, .. Due];

    /// <summary>Rounds that word takes to everyone; more where edges are left out.</summary>
    public int FloodRounds => IsUsed ? WorstFlood : setup.FloodRounds;

    /// <summary>Beyond this no restart is ever announced.</summary>
    public long MaxRound => setup.RoundLimit + (4L * (WorstFlood + setup.Lower.Count)) + 8;

    /// <summary>
    /// Without k edges a graph that stays connected is at most k + 1 times as wide, and never wider than n − 1. Four covers three edges that
    /// matter; where more do, a restart that comes too late is announced anew.
    /// </summary>
    private int WorstFlood => Math.Max(setup.FloodRounds, Math.Min(setup.Lower.Count - 1, 4 * setup.FloodRounds));

    /// <summary>The next round that word from a participant in <paramref name="round"/> reaches everyone before, whichever edges are left out.</summary>
    public long SoonestFrom(long round) => round + WorstFlood + 2;

    /// <summary>Announces one. In closing rounds there is nothing left to correct, but word of what is missing counts.</summary>
    public void Add(long round)
    {
        int at = Due.BinarySearch(round);
        Due = at < 0 ? Due.Insert(~at, round) : Due;
    }

    /// <summary>A neighbour announces one.</summary>
    /// <param name="round">At whose beginning.</param>
    /// <param name="at">The participant's present round.</param>
    public void Hear(long round, long at)
    {
        if (round > at)
        {
            Add(round);
        }
        else if (!_past.Contains(round) && (_past.Count < Remembered || round > _past.Min))
        {
            // Its sender makes again, after a crash, what others made before: twice as long ahead reaches back.
            Remember(round);
            Add(SoonestFrom(at) + setup.FloodRounds + (2 * Math.Min(at - round, setup.Lower.Count)));
        }
    }

    /// <summary>Whether one is due at the beginning of a round, or was before it.</summary>
    public bool IsDue(long round)
    {
        if (Due.IsEmpty || Due[0] > round)
        {
            return false;
        }

        while (!Due.IsEmpty && Due[0] <= round)
        {
            Remember(Due[0]);
            Due = Due.RemoveAt(0);
        }

        return true;
    }

    /// <summary>Writes all of it.</summary>
    public void Save(SnapshotWriter writer)
    {
        foreach (IReadOnlyCollection<long> rounds in (IReadOnlyCollection<long>[])[_past, Due])
        {
            writer.WriteInt64(rounds.Count);
            foreach (long round in rounds)
            {
                writer.WriteInt64(round);
            }
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(SnapshotReader reader)
    {
        _past.UnionWith(Read(reader));
        Due = [.. Read(reader)];
    }

    private static long[] Read(SnapshotReader reader) => [.. Enumerable.Range(0, reader.ReadCount(int.MaxValue)).Select(_ => reader.ReadInt64())];

    private void Remember(long round)
    {
        _past.Add(round);
        if (_past.Count > Remembered)
        {
            _past.Remove(_past.Min);
        }
    }
}
