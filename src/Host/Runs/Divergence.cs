using System.Globalization;
using ActorFed.Actors;

namespace ActorFed.Host.Runs;

/// <summary>Adds to the report of a run whose numbers ran away what a participant cannot know: how far the run came, and what is kept of it.</summary>
internal static class Divergence
{
    /// <summary>The report, with those words where the run failed of its numbers.</summary>
    /// <param name="report">The engine's.</param>
    /// <param name="steps">Steps made.</param>
    /// <param name="run">The run.</param>
    /// <param name="isKept">Whether a snapshot of it is stored.</param>
    public static RunReport Explained(RunReport report, long steps, IStoredRun run, bool isKept)
    {
        if (report is not { Outcome: RunOutcome.Failed, Failure: ArithmeticException })
        {
            return report;
        }

        string wayOut = isKept
            ? $"The last snapshots are kept; go on from them with a smaller step: actorfed run --resume {run.Folder ?? run.Id} --set KEY=VALUE. "
                + "Where they have run away already, begin anew."
            : "No snapshot had been stored; begin anew with a smaller step, and a smaller run.snapshot-every.";
        return report with
        {
            Reason = string.Create(CultureInfo.InvariantCulture, $"{report.Reason} The run came to step {steps}. {wayOut}"),
        };
    }
}
