using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Cluster;

/// <content>What this node does when a run that it records has ended.</content>
internal sealed partial class Node
{
    /// <summary>The run has ended here, or this node fell out of it.</summary>
    private async Task FinishAsync(HostedRun run)
    {
        await Task.Yield();
        await using HostedRun disposed = run;
        await run.SettleAsync(); // the record may be coming or going
        RunReport report = await run.Ended;
        if (!run.IsRecording || report.Failure is CarrierException) // a run rests while its carrier is away: it does not fail
        {
            Refuse(run.Id, report.Reason, RefuseFor);
            await run.LetAllGoAsync(saves: false);
            return;
        }

        bool isOver = await TryRecordAsync(run, report);
        await run.LetAllGoAsync(saves: false);
        if (isOver)
        {
            await SayFarewellAsync(run);
        }
    }

    /// <summary>Records the end of a run. What cannot be recorded is made and tried again, here or elsewhere; not for ever.</summary>
    /// <returns>Whether the run is over. It is not when it was stopped, and shall rest.</returns>
    private async Task<bool> TryRecordAsync(HostedRun run, RunReport report)
    {
        try
        {
            RunResult result = await run.CompleteAsync();
            _unrecorded.Remove(run.Id);
            _setup.Log.Say($"{result.Report.Outcome}: {result.Report.Reason}", run.Id);
            return result.Report.Outcome != RunOutcome.Cancelled;
        }
        catch (OvertakenException overtaken)
        {
            _setup.Log.Warn($"The end of the run is not recorded here: {overtaken.Message}", run.Id); // who goes on comes to it as well
            return false;
        }
        catch (Exception failure) // any: a run that has come to its end must not come to it for ever
        {
            string reason = $"The run has come to its end ({report.Reason.TrimEnd('.')}), which cannot be recorded: {failure.Message}";
            (int attempts, TimeSpan wait) = _unrecorded.Add(run.Id, reason);
            _setup.Log.Warn($"Attempt {attempts} of {UnrecordedEnds.MaxAttempts}: {(failure is RunStoreException ? failure.Message : failure)}", run.Id);
            if (attempts >= UnrecordedEnds.MaxAttempts && HasFailed(run, report, $"{reason} It was tried {attempts} times. When the cause is removed, go on from the last snapshot: actorfed resume {run.Id}"))
            {
                return true;
            }

            Refuse(run.Id, reason, wait);
            return false;
        }
    }

    /// <summary>Records no more of a run than that it has failed.</summary>
    /// <returns>Whether that could be recorded.</returns>
    private bool HasFailed(HostedRun run, RunReport report, string reason)
    {
        try
        {
            run.RecordFailure(report with { Outcome = RunOutcome.Failed, Reason = reason });
        }
        catch (RunStoreException failure)
        {
            _setup.Log.Warn($"Nor can it be recorded that the run has failed: {failure.Message}", run.Id);
            return false;
        }

        _unrecorded.Remove(run.Id);
        _setup.Log.Warn($"Failed: {reason}", run.Id);
        return true;
    }

    /// <summary>Removes the mailboxes of a run that is over, when nobody needs them any more.</summary>
    private async Task SayFarewellAsync(HostedRun run)
    {
        try
        {
            await WaitUntilNobodyHoldsAsync(run.Id);
            await (_cluster.WishOf(run.Id) == RunWish.Ended ? run.RemoveMailboxesAsync() : Task.CompletedTask); // else it goes on again by now
        }
        catch (Exception failure) when (failure is RunStoreException or CarrierException or OperationCanceledException)
        {
            _setup.Log.Warn($"The run is over and its mailboxes could not be removed, so they expire by themselves: {failure.Message}", run.Id);
        }
    }

    /// <summary>The others need their mailboxes until they have left.</summary>
    private async Task WaitUntilNobodyHoldsAsync(string run)
    {
        long start = _setup.Clock.GetTimestamp();
        while (_cluster.IsHeld(run) && _setup.Clock.GetElapsedTime(start) < FarewellWithin)
        {
            await Task.Delay(_options.HeartbeatEvery / 2, _setup.Clock);
        }
    }
}
