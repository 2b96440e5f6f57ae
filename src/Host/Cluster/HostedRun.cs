using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Experiments;
using ActorFed.Host.Observability;
using ActorFed.Host.Runs;

namespace ActorFed.Host.Cluster;

/// <summary>One run as far as it is hosted on this node: its data, its connection, the participants held, and its record where that is kept here.</summary>
internal sealed class HostedRun : IAsyncDisposable
{
    // A turn that waits for a broker that is gone need not come to its end: the participant goes on from its newest snapshot.
    private static readonly TimeSpan PatienceWithTurns = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PatienceWithoutBroker = TimeSpan.FromSeconds(2);

    private readonly NodeSetup _setup;
    private readonly IRunStore _store;
    private readonly PreparedExperiment _prepared;
    private readonly ConcurrentDictionary<ParticipantId, Holding> _held = new();
    private readonly Lock _gate = new();
    private readonly ParticipantId _lead;
    private readonly ObservedRun _observed;
    private IRunPart _part = null!; // set before it is handed out
    private Recording? _recording;
    private string? _failure;

    /// <summary>A participant held here.</summary>
    /// <param name="Since">Number of the heartbeat after which it was claimed.</param>
    /// <param name="Work">Taking it up or letting it go; ended when neither is under way.</param>
    /// <param name="IsLeaving">Whether it is being let go.</param>
    private sealed record Holding(long Since, Task Work, bool IsLeaving);

    /// <summary>The record of a run, while it is kept here.</summary>
    private sealed record Recording(IOpenRun Run, RunRecorder Recorder);

    private HostedRun(RunView wanted, NodeSetup setup, IRunStore store, PreparedExperiment prepared, RunPlan plan)
    {
        (Id, Plan, _setup, _store, _prepared) = (wanted.Id, wanted.Plan, setup, store, prepared);
        _lead = IRunPart.LeadOf(plan);
        _observed = setup.Observe(Id);
        External = [.. prepared.Experiment.Options.Engine.External];
        Participants = [.. plan.Participants.Select(spec => spec.Id).Where(participant => !External.Contains(participant)).Order()];
    }

    public string Id { get; }

    /// <summary>Number of the plan that it goes by, or of one before it.</summary>
    public int Plan { get; }

    /// <summary>The participants that nodes host, ascending.</summary>
    public ImmutableArray<ParticipantId> Participants { get; }

    /// <summary>Those that other programs serve.</summary>
    public ImmutableHashSet<ParticipantId> External { get; }

    /// <summary>Those held here, also while they come or go.</summary>
    public IEnumerable<ParticipantId> Held => _held.Keys;

    /// <summary>Whether there is a connection to the broker.</summary>
    public bool IsConnected => _part.IsConnected;

    /// <summary>Ends when there is nothing more to do for the run here: it has ended, or this node fell out of it.</summary>
    public Task<RunReport> Ended => _part.Ended;

    /// <summary>Why a participant could not be taken up lately; asking clears it.</summary>
    public string? TakeFailure() => Interlocked.Exchange(ref _failure, null);

    /// <summary>Whether the run is recorded here.</summary>
    public bool IsRecording => Volatile.Read(ref _recording) is not null;

    /// <summary>Reads the plan and the data of a run, and joins it.</summary>
    /// <exception cref="Exception">This node cannot host it; the message says why.</exception>
    public static async Task<HostedRun> JoinAsync(RunView wanted, NodeSetup setup, IRunStore store)
    {
        string id = wanted.Id;
        IStoredRun stored = store.Find(id);
        Experiment experiment = Experiment.OfPlan(stored.ReadPlan(), PlanText.SourceOf(stored), setup.Catalogue, mayDiffer: false);
        PreparedExperiment prepared = PreparedExperiment.Prepare(experiment, setup.Locator, line => setup.Log.Say(line, id));
        RunPlan plan = experiment.ToPlan(id);
        HostedRun run = new(wanted, setup, store, prepared, plan);
        ObservedRun observed = run._observed;
        ISnapshotStore snapshots = observed.Over(stored.Snapshots(notice => run.Noticed(notice)));
        IParticipantFactory factory = (prepared with { Problem = observed.Over(prepared.Problem) }).Factory;
        try
        {
            run._part = await setup.Hosting.JoinAsync(plan, observed.Over(factory), observed.Over(new NodeObserver()), snapshots, run.External, run.GivenUp);
            return run;
        }
        catch
        {
            observed.Dispose();
            throw;
        }
    }

    /// <summary>Whether a participant is held since before a heartbeat, and neither comes nor goes.</summary>
    public bool IsSettled(ParticipantId participant, long beat) => _held.TryGetValue(participant, out Holding? holding) && holding.Since < beat && holding.Work.IsCompleted;

    /// <summary>Takes up a participant that was claimed.</summary>
    public void TakeUp(ParticipantId participant, long beat)
    {
        lock (_gate)
        {
            if (!_held.ContainsKey(participant))
            {
                _held[participant] = new Holding(beat, Task.Run(() => TakeUpAsync(participant)), IsLeaving: false);
            }
        }
    }

    /// <summary>Lets a participant go, and then others take hold of it.</summary>
    /// <param name="participant">Which one; nothing happens when it is not held, or going already.</param>
    /// <param name="saves">Whether its turn may come to its end and its snapshot is stored.</param>
    /// <returns>When it has gone.</returns>
    public Task LetGo(ParticipantId participant, bool saves)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue(participant, out Holding? holding) || holding.IsLeaving)
            {
                return holding?.Work ?? Task.CompletedTask;
            }

            Task leaving = Task.Run(() => LetGoAsync(participant, saves, holding.Work));
            _held[participant] = holding with { Work = leaving, IsLeaving = true };
            return leaving;
        }
    }

    /// <summary>Lets all participants go.</summary>
    public Task LetAllGoAsync(bool saves) => Task.WhenAll(_held.Keys.Select(participant => LetGo(participant, saves)));

    /// <summary>Ends when nobody who was coming or going when it was called does so any more.</summary>
    public Task SettleAsync() => Task.WhenAll(_held.Values.Select(holding => holding.Work));

    public Task SuspendAsync() => _part.SuspendAsync();

    public Task ResumeAsync() => _part.ResumeAsync();

    /// <summary>Ends the run where it is recorded here, to be resumed later.</summary>
    public void Cancel(string reason) => _part.Cancel(reason);

    /// <summary>The run has ended where it is recorded, here: completes the record.</summary>
    /// <returns>How it ended.</returns>
    /// <exception cref="OvertakenException">Somebody else keeps the record by now.</exception>
    /// <exception cref="Exception">Any other: the record could not be completed, and the end must be made again.</exception>
    public async Task<RunResult> CompleteAsync()
    {
        Recording recording = _recording!;
        RunResult result = await recording.Recorder.CompleteAsync(await Ended);
        RunOutputs.Write(recording.Run, result);
        if (result.Report.Outcome != RunOutcome.Cancelled)
        {
            recording.Run.MarkEnded();
        }

        return result;
    }

    /// <summary>Records no more than how the run ended, after <see cref="CompleteAsync"/> has failed for good.</summary>
    /// <exception cref="RunStoreException">Not even that could be recorded.</exception>
    public void RecordFailure(RunReport failed)
    {
        Recording recording = _recording!;
        RunProgress last = recording.Recorder.Progress();
        using (EventsWriter events = new(recording.Run.OpenEvents())) // those of the recorder are closed
        {
            events.RunEnded(failed, last.Step, last.At);
        }

        recording.Run.MarkEnded();
    }

    /// <summary>Removes the run's mailboxes, when nobody needs them any more.</summary>
    public async Task RemoveMailboxesAsync() => await _part.RemoveMailboxesAsync(External, await Ended);

    public async ValueTask DisposeAsync()
    {
        await _part.DisposeAsync();
        await CloseRecordAsync();
        _observed.Dispose();
    }

    private async Task TakeUpAsync(ParticipantId participant)
    {
        try
        {
            Recording? recording = participant == _lead ? OpenRecord() : null;
            _recording = recording ?? _recording;
            if (!await _part.TakeUpAsync(participant, recording?.Recorder))
            {
                await (recording is null ? Task.CompletedTask : CloseRecordAsync()); // else the end of this node's part would pass for the run's
                _ = LetGo(participant, saves: false);
                return;
            }

            _observed.Moved(isIn: true);
            _setup.Log.Say("is taken up", Id, participant);
        }
        catch (Exception failure)
        {
            _setup.Log.Warn($"cannot be taken up: {failure.Message}", Id, participant);
            _failure = $"{participant} cannot be taken up: {failure.Message}";
            _ = LetGo(participant, saves: false);
        }
    }

    private async Task LetGoAsync(ParticipantId participant, bool saves, Task before)
    {
        await before;
        try
        {
            using CancellationTokenSource hurry = new(IsConnected ? PatienceWithTurns : PatienceWithoutBroker, _setup.Clock);
            if (await _part.LetGoAsync(participant, saves, hurry.Token) is { } lost)
            {
                _setup.Log.Warn(lost.Reason, Id, participant);
            }

            if (participant == _lead && !Ended.IsCompleted)
            {
                await CloseRecordAsync();
            }
        }
        catch (Exception failure) // any: the others must be able to go on with it all the same
        {
            _setup.Log.Warn($"is let go with an error: {failure}", Id, participant);
        }

        try
        {
            _setup.Release(Id, participant);
        }
        catch (RunStoreException away)
        {
            _setup.Log.Warn($"is let go, which cannot be told now: {away.Message}", Id, participant); // the node tells it later
        }

        _held.TryRemove(participant, out _);
        _observed.Moved(isIn: false);
        _setup.Log.Say(saves ? "is handed over" : "is given up", Id, participant);
    }

    private Recording OpenRecord()
    {
        IOpenRun run = _store.Resume(Id, takesOver: true);
        try
        {
            RunHead head = RunHeads.Make(_prepared, Id, DateTimeOffset.UtcNow, $"actorfed submit, node {_setup.Name}", _setup.Catalogue);
            RunRecorder recorder = new(run, head, RunHeads.ToRecord(_prepared) with
            {
                OnFailure = RecordingFailed,
            });
            return new Recording(run, recorder);
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private void RecordingFailed(Exception failure)
    {
        if (failure is RunStoreException)
        {
            GivenUp(_lead, $"The run cannot be recorded: {failure.Message}"); // another node goes on, or this one when the store is back
        }
        else
        {
            _part.Cancel(failure.Message); // the run has failed, as its record then says
        }
    }

    private async Task CloseRecordAsync()
    {
        if (Interlocked.Exchange(ref _recording, null) is { } recording)
        {
            try
            {
                await recording.Recorder.DisposeAsync();
            }
            finally
            {
                recording.Run.Dispose();
            }
        }
    }

    private void GivenUp(ParticipantId participant, string reason)
    {
        _setup.Log.Warn(reason, Id, participant);
        _ = LetGo(participant, saves: false);
    }

    private void Noticed(SnapshotNotice notice)
    {
        Volatile.Read(ref _recording)?.Recorder.Noticed(notice);
        _observed.Log.Noticed(notice);
    }
}
