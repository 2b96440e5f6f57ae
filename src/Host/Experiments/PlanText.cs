using ActorFed.Actors;

namespace ActorFed.Host.Experiments;

/// <summary>How a run's plan and files are called in messages, and how a plan is run again.</summary>
internal static class PlanText
{
    private const string FileName = "plan.conf";

    /// <summary>Where a file of a run comes from; by default its plan.</summary>
    public static string SourceOf(IStoredRun run, string file = FileName) => run.Folder is string folder ? Path.Combine(folder, file) : $"{file} of {run.Place}";

    /// <summary>The command that makes a new run of the plan.</summary>
    public static string RunAgain(IStoredRun run) => run.Folder is string folder
        ? $"actorfed run {Path.Combine(folder, FileName)} --set run.folder=none"
        : $"actorfed report {run.Id}, then actorfed run {run.Id}/{FileName}";
}
