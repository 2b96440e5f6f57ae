using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;

namespace ActorFed.Engines.Simulation;

/// <summary>No vector that enters a round is older than the staleness bound, and none enters twice.</summary>
/// <param name="stalenessBound">τ, in rounds; 0 of synchronous rounds.</param>
public sealed class RoundChecker(int stalenessBound) : Checker("rounds")
{
    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        if (observation is not RoundObserved round)
        {
            return;
        }

        Checks++;
        for (int k = 0; k < round.Heard.Length; k++)
        {
            if (round.Staleness[k] < 0 || round.Staleness[k] > stalenessBound)
            {
                throw Broken($"{source} used vectors of neighbour-{round.Heard[k]} that were {round.Staleness[k]} rounds old in round {round.Round - 1}; at most {stalenessBound} is allowed.");
            }

            if (k > 0 && round.Heard[k] <= round.Heard[k - 1])
            {
                throw Broken($"{source} used vectors of neighbour-{round.Heard[k]} after those of neighbour-{round.Heard[k - 1]} in round {round.Round - 1}; each counts once, ascending.");
            }
        }
    }
}
