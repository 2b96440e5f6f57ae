using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// The weights in force stay doubly stochastic: in synchronous rounds on symmetric weights whoever was heard in a round heard in it too.
/// As long as no edge was left out: its two ends may do so in different rounds.
/// </summary>
/// <param name="neighbours">Number of neighbours.</param>
public sealed class MixingChecker(int neighbours) : Checker("mixing")
{
    private readonly Dictionary<long, (int Count, HashSet<(int, int)> Single)> _rounds = []; // pairs of which one end was seen so far
    private readonly HashSet<(long Round, int Index)> _seen = [];
    private bool _wasLeftOut;
    private long _done;

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        _wasLeftOut |= observation is EdgeObserved { Change: EdgeChange.Closed };
        if (_wasLeftOut || observation is not RoundObserved round || round.Round <= _done)
        {
            return;
        }

        (int count, HashSet<(int, int)> single) = _rounds.GetValueOrDefault(round.Round, (0, []));
        if (!_seen.Add((round.Round, source.Index)))
        {
            return; // made again
        }

        foreach (int heard in round.Heard)
        {
            (int, int) pair = (Math.Min(heard, source.Index), Math.Max(heard, source.Index));
            _ = single.Add(pair) || single.Remove(pair);
        }

        _rounds[round.Round] = (++count, single);
        if (count == neighbours)
        {
            Checks++;
            _rounds.Remove(round.Round);
            _seen.RemoveWhere(entry => entry.Round == round.Round);
            _done = Math.Max(_done, round.Round);
            if (single.Count > 0)
            {
                (int first, int second) = single.First();
                throw Broken($"of neighbour-{first} and neighbour-{second} only one used the other's vectors in round {round.Round - 1}; so a column of the weights does not sum to 1.");
            }
        }
    }
}
