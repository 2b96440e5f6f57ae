using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;

namespace ActorFed.Engines.Simulation;

/// <summary>When nothing goes wrong any more the run goes on: in time someone makes a round it has not made before, and the run completes.</summary>
/// <remarks>A run that ends before it is quiet is not judged, nor is one that was cancelled. Rounds are seen where they are observed.</remarks>
/// <param name="neighbours">Number of neighbours.</param>
/// <param name="quietFrom">The moment from which on nothing goes wrong any more.</param>
/// <param name="patience">Longest time from then to a new round, and from one to the next.</param>
public sealed class NeighbourLivenessChecker(int neighbours, TimeSpan quietFrom, TimeSpan patience) : Checker("liveness")
{
    private readonly long[] _made = new long[neighbours];
    private TimeSpan? _last; // after it became quiet

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry)
    {
        if (at - (_last ?? quietFrom) > patience)
        {
            Checks++;
            throw Broken($"nobody made a new round since {_last ?? quietFrom}, though nothing went wrong since {quietFrom}; the next one must come within {patience}.");
        }
    }

    /// <inheritdoc/>
    public override void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        if (observation is RoundObserved round && (uint)source.Index < (uint)_made.Length && round.Round > _made[source.Index])
        {
            _made[source.Index] = round.Round;
            _last = at > quietFrom ? at : null;
            Checks++;
        }
    }

    /// <inheritdoc/>
    public override void Ended(RunReport report)
    {
        if (report.Elapsed >= quietFrom && report.Outcome is not (RunOutcome.Completed or RunOutcome.Cancelled))
        {
            Checks++;
            throw Broken(report, $"nothing went wrong since {quietFrom}, and the run ended as {report.Outcome}, not as {RunOutcome.Completed}: {report.Reason}");
        }
    }
}
