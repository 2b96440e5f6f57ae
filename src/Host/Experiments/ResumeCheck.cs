using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Experiments;

/// <summary>Makes sure that a run can go on before anything of it is changed.</summary>
internal static class ResumeCheck
{
    /// <summary>Requires a snapshot of the master that is intact and fits, unless the run never came so far as to store one.</summary>
    /// <param name="run">The run.</param>
    /// <param name="factory">Makes the participants.</param>
    /// <exception cref="RunStoreException">No snapshot is intact, or the newest intact one does not fit.</exception>
    public static void Require(IStoredRun run, IParticipantFactory factory)
    {
        StoredSnapshot? stored;
        try
        {
            stored = run.Snapshots(_ => { }).Latest(ParticipantId.Master);
        }
        catch (InvalidDataException lost)
        {
            throw CannotGoOn(run, lost.Message, lost);
        }

        if (stored is null)
        {
            if (run.ReadMetrics(newest: 1).Rows.Count > 0)
            {
                throw CannotGoOn(run, "No snapshot of master is intact (there is none, though steps were recorded). Put one back from a copy.");
            }

            return;
        }

        try
        {
            factory.Create(new ParticipantSpec(ParticipantId.Master), stored.Incarnation + 1, stored.Snapshot);
        }
        catch (InvalidDataException misfit)
        {
            throw new RunStoreException(
                $"The run in {run.Place} cannot go on under these settings: {misfit.Message} "
                + "Leave out what was set anew, or begin a new run.",
                misfit);
        }
    }

    private static RunStoreException CannotGoOn(IStoredRun run, string because, Exception? cause = null) => new(
        $"The run in {run.Place} cannot go on: {because} To begin again {(run.Folder is null ? "as another run" : "in another folder")}: {PlanText.RunAgain(run)}",
        cause);
}
