namespace ActorFed.Algorithms.Graph.Topologies;

/// <summary>How word spreads where the edges in use change from round to round.</summary>
internal static class Flood
{
    private const int MaxRounds = 1 << 20;

    /// <summary>Rounds from <paramref name="start"/> on until word from any participant has reached every other one.</summary>
    /// <param name="topology">A connected topology.</param>
    /// <param name="start">The first round; at least 0.</param>
    /// <exception cref="InvalidOperationException">That is not so after a million rounds.</exception>
    public static int RoundsFrom(Topology topology, long start)
    {
        int count = topology.Count;
        int words = (count + 63) / 64;
        ulong[][] heard = [.. Enumerable.Range(0, count).Select(i => OnlyBit(i, words))];   // i → whose word it has
        ulong[][] before = [.. heard.Select(row => (ulong[])row.Clone())];
        bool isDone = count == 1;
        int rounds = 0;
        while (!isDone)
        {
            RequireFew(rounds, topology);
            MixingMatrix matrix = topology.At(start + rounds);
            isDone = true;
            for (int i = 0; i < count; i++)
            {
                before[i].CopyTo(heard[i], 0);
                foreach (Weight weight in matrix.Row(i))
                {
                    ulong[] from = before[weight.Neighbour];
                    for (int word = 0; word < words; word++)
                    {
                        heard[i][word] |= from[word];
                    }
                }

                isDone &= HasAll(heard[i], count);
            }

            (heard, before) = (before, heard);
            rounds++;
        }

        return rounds;
    }

    /// <summary>
    /// Rounds until word from participant 0 has reached every other one, counted from <paramref name="round"/> on; or, toward it, until word from
    /// all has reached it, counted backwards from the same round of a later period. Linear in the edges of those rounds.
    /// </summary>
    /// <param name="topology">A connected topology.</param>
    /// <param name="round">At least 0.</param>
    /// <param name="isToward">Whether word goes to participant 0.</param>
    /// <exception cref="InvalidOperationException">That is not so after a million rounds.</exception>
    public static int RoundsOfOne(Topology topology, long round, bool isToward)
    {
        int count = topology.Count;
        bool[] isReached = new bool[count];
        List<int> reached = [0];
        isReached[0] = true;
        int rounds = 0;
        long last = round + ((topology as PeriodicTopology)?.Period * (long)MaxRounds ?? MaxRounds);
        while (reached.Count < count)
        {
            RequireFew(rounds, topology);
            MixingMatrix matrix = topology.At(isToward ? last - rounds : round + rounds);
            for (int known = reached.Count, k = 0; k < known; k++)
            {
                if (isToward)
                {
                    foreach (Weight weight in matrix.Row(reached[k]))
                    {
                        Reach(weight.Neighbour);
                    }
                }
                else
                {
                    foreach (int receiver in matrix.Receivers(reached[k]))
                    {
                        Reach(receiver);
                    }
                }
            }

            rounds++;
        }

        return rounds;

        void Reach(int i)
        {
            if (!isReached[i])
            {
                isReached[i] = true;
                reached.Add(i);
            }
        }
    }

    private static void RequireFew(int rounds, Topology topology)
    {
        if (rounds == MaxRounds)
        {
            throw new InvalidOperationException($"Word does not reach everyone within {MaxRounds} rounds of '{topology.Name}' among {topology.Count} participants; choose another topology.");
        }
    }

    private static ulong[] OnlyBit(int i, int words)
    {
        ulong[] bits = new ulong[words];
        bits[i / 64] = 1UL << (i % 64);
        return bits;
    }

    private static bool HasAll(ulong[] bits, int count) => bits.Sum(word => (long)ulong.PopCount(word)) == count;
}
