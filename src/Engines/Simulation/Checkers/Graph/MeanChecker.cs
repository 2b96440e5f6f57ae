using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// What a rule tracks, it tracks in the mean: over all neighbours the mean of each state entry <c>tracker-NAME</c> is that of
/// <c>tracked-NAME</c>, at the end of every synchronous round that is shown with its state. As long as no edge was left out.
/// </summary>
/// <param name="neighbours">Number of neighbours.</param>
/// <param name="tolerance">Largest distance of the two means, as a share of the largest tracked norm; covers rounding over a long run.</param>
public sealed class MeanChecker(int neighbours, double tolerance = 1e-9) : Checker("means")
{
    private const string Tracker = "tracker-";
    private const string Tracked = "tracked-";

    private readonly SortedDictionary<long, Dictionary<int, IReadOnlyList<StateEntry>>> _rounds = [];
    private bool _wasLeftOut;
    private long _done;

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        _wasLeftOut |= observation is EdgeObserved { Change: EdgeChange.Closed };
        if (_wasLeftOut || observation is not RoundObserved { State.IsDefaultOrEmpty: false } round || round.Round <= _done)
        {
            return;
        }

        if (!_rounds.TryGetValue(round.Round, out Dictionary<int, IReadOnlyList<StateEntry>>? states))
        {
            _rounds.Add(round.Round, states = []);
        }

        states[source.Index] = round.State;
        if (states.Count == neighbours)
        {
            _rounds.Remove(round.Round);
            _done = round.Round;
            Compare(round.Round, [.. states.OrderBy(state => state.Key).Select(state => state.Value)]);
        }
    }

    private void Compare(long round, IReadOnlyList<IReadOnlyList<StateEntry>> states)
    {
        foreach (StateEntry entry in states[0].Where(entry => entry.Name.StartsWith(Tracker, StringComparison.Ordinal)))
        {
            Checks++;
            string name = entry.Name[Tracker.Length..];
            (FlatVector tracker, _) = Mean(states, Tracker + name);
            (FlatVector tracked, double scale) = Mean(states, Tracked + name);
            double distance = Math.Sqrt(VectorMath.SquaredDistance(tracker.Span, tracked.Span));
            if (!(distance <= tolerance * Math.Max(1, scale)))
            {
                throw Broken($"after {round} rounds the mean of the trackers of '{name}' is {distance:R} from the mean of what they track; at most {tolerance * Math.Max(1, scale):R} comes of rounding.");
            }
        }
    }

    private static (FlatVector Mean, double Scale) Mean(IReadOnlyList<IReadOnlyList<StateEntry>> states, string name)
    {
        FlatVector[] values = [.. states.Select(state => state.Single(entry => entry.Name == name).Values)];
        return (FlatVector.Combine([.. values.Select(value => new Term(1.0 / values.Length, value))]), values.Max(value => VectorMath.Norm(value.Span)));
    }
}
