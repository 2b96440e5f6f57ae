using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Experiments;

/// <summary>Makes sure that a run can go on before anything in its folder is changed.</summary>
internal static class ResumeCheck
{
    /// <summary>Requires a snapshot of the master that is intact and fits, unless the run never came so far as to store one.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="factory">Makes the participants.</param>
    /// <exception cref="RunFolderException">No snapshot is intact, or the newest intact one does not fit.</exception>
    public static void Require(RunFolder folder, IParticipantFactory factory)
    {
        StoredSnapshot? stored;
        try
        {
            stored = new GenerationStore(new SnapshotFolder(folder.SnapshotsPath), _ => { }).Latest(ParticipantId.Master);
        }
        catch (InvalidDataException lost)
        {
            throw CannotGoOn(folder, lost.Message, lost);
        }

        if (stored is null)
        {
            bool hasSteps = File.Exists(folder.MetricsPath) && File.ReadLines(folder.MetricsPath).Skip(1).Any();
            if (hasSteps)
            {
                throw CannotGoOn(folder, "No snapshot of master is intact (there is none, though steps were recorded). Put one back from a copy.");
            }

            return;
        }

        try
        {
            factory.Create(new ParticipantSpec(ParticipantId.Master), stored.Incarnation + 1, stored.Snapshot);
        }
        catch (InvalidDataException misfit)
        {
            throw new RunFolderException(
                $"The run in '{folder.Folder}' cannot go on under these settings: {misfit.Message} "
                + "Leave out what was set anew, or begin a new run.",
                misfit);
        }
    }

    private static RunFolderException CannotGoOn(RunFolder folder, string because, Exception? cause = null) => new(
        $"The run in '{folder.Folder}' cannot go on: {because} To begin again in another folder: "
        + $"actorfed run {folder.PlanPath} --set run.folder=none",
        cause);
}
