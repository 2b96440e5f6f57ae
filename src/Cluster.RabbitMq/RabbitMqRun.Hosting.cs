using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq;

/// <content>Participants that come and go in a part of a run, and what is recorded of all.</content>
internal sealed partial class RabbitMqRun
{
    private readonly SemaphoreSlim _hosting = new(1); // guards who is hosted, and from which session they receive
    private readonly Lock _counting = new();
    private BrokerSession? _session;
    private bool _isSuspended;
    private Counts _past;      // of those let go; guarded by _counting, as is the next one
    private Counts _elsewhere; // told by other parts since this one records
    private volatile Recorded? _recording;

    /// <summary>Who records the run from here, since when, and what had been counted here by then.</summary>
    public sealed record Recorded(IRunObserver Observer, TimeSpan Since, Counts Before);

    /// <summary>Recording, while the participant that leads is hosted in this part.</summary>
    public Recorded? Recording => _recording;

    /// <summary>To whom all is told that happens here; null: to nobody else, since the run is recorded here.</summary>
    public ParticipantId? ToldTo => Recording is null ? Setup.Lead : null;

    /// <summary>The participants hosted now.</summary>
    public IEnumerable<ParticipantId> Hosted => _cells.Keys;

    /// <summary>Lets this part live until its end, with whoever is taken up meanwhile.</summary>
    public async Task<RunReport> RunPartAsync()
    {
        TellOfMailboxes();
        await Task.Delay(Timeout.InfiniteTimeSpan, Ended).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        await _hosting.WaitAsync(CancellationToken.None).ConfigureAwait(false); // nobody is being taken up or let go any more
        try
        {
            await Task.WhenAll(_cells.Values.Select(cell => cell.Life)).ConfigureAwait(false);
            return MakeReport(_ending!);
        }
        finally
        {
            _wallTime?.Dispose();
            _hosting.Release();
        }
    }

    /// <summary>Connects and stays connected.</summary>
    /// <exception cref="BrokerException">The broker refuses, or could not be reached.</exception>
    public async Task ConnectAsync()
    {
        _connection = KeepConnectedAsync();
        if (!await IsConnectedAsync().ConfigureAwait(false))
        {
            throw _ending!.Failure ?? new BrokerException(_ending.Reason);
        }
    }

    /// <summary>Gives the connections up, after the end.</summary>
    public async Task DisconnectAsync()
    {
        await _connection.ConfigureAwait(false);
        await Broker.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Begins to host a participant: it is rebuilt from its newest snapshot at once, whoever may still hold its mailboxes.</summary>
    /// <param name="id">Which one.</param>
    /// <param name="recorder">Records the run, where it is the one that leads; else null.</param>
    /// <returns>False when the part has ended.</returns>
    public async Task<bool> TakeUpAsync(ParticipantId id, IRunObserver? recorder)
    {
        await _hosting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (HasEnded)
            {
                return false;
            }

            RabbitMqCell cell = NewCell(Setup.Plan.Participants.Single(spec => spec.Id == id));
            if (!_cells.TryAdd(id, cell))
            {
                throw new InvalidOperationException($"{id} is hosted here already.");
            }

            if (recorder is not null)
            {
                BeginRecording(recorder);
            }

            if (_session is { IsOpen: true } session && !_isSuspended)
            {
                await AttachToAsync(session, cell).ConfigureAwait(false);
            }

            cell.Begin();
            return true;
        }
        finally
        {
            _hosting.Release();
        }
    }

    /// <summary>Ends the hosting of a participant; somebody else may take it up when this returns.</summary>
    /// <param name="id">Which one.</param>
    /// <param name="saves">
    /// Whether its turn is let come to its end and its snapshot is stored; otherwise it is given up as it stands, like one whose node died.
    /// </param>
    /// <param name="hurry">When cancelled, it is given up as it stands after all.</param>
    /// <returns>What could not be stored, or null. When it is not hosted, null.</returns>
    public async Task<SupervisionEvent?> LetGoAsync(ParticipantId id, bool saves, CancellationToken hurry)
    {
        RabbitMqCell? cell;
        Task<SupervisionEvent?> leaving;
        await _hosting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (HasEnded || !_cells.TryGetValue(id, out cell))
            {
                return null;
            }

            await cell.DetachAsync(forGood: true).ConfigureAwait(false);
            await (saves ? Task.CompletedTask : cell.Hurry.CancelAsync()).ConfigureAwait(false);
            leaving = cell.Leaving ??= LeaveAsync(cell); // once, though it may be overtaken and handed over at the same moment
        }
        finally
        {
            _hosting.Release(); // a new session must be able to begin, since the turn may be waiting for one
        }

        using (hurry.UnsafeRegister(static cell => ((RabbitMqCell)cell!).Hurry.Cancel(), cell))
        {
            return await leaving.ConfigureAwait(false);
        }
    }

    /// <summary>Receives nothing for anybody until <see cref="ResumeAsync"/>: others may go on with those hosted here.</summary>
    public async Task SuspendAsync()
    {
        await _hosting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _isSuspended = true;
            foreach (RabbitMqCell cell in _cells.Values)
            {
                await cell.DetachAsync(forGood: false).ConfigureAwait(false);
            }
        }
        finally
        {
            _hosting.Release();
        }
    }

    /// <summary>Undoes <see cref="SuspendAsync"/>.</summary>
    public async Task ResumeAsync()
    {
        await _hosting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _isSuspended = false;
            if (_session is { IsOpen: true } session)
            {
                foreach (RabbitMqCell cell in _cells.Values)
                {
                    await AttachToAsync(session, cell).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _hosting.Release();
        }
    }

    /// <summary>The run is over: removes all mailboxes, and tells those who are hosted by nobody here.</summary>
    /// <param name="external">Participants served by other programs, which hear of the end by a message in a mailbox that is kept.</param>
    /// <param name="report">How it ended.</param>
    public async Task RemoveMailboxesAsync(IReadOnlySet<ParticipantId> external, RunReport report)
    {
        using CancellationTokenSource patience = new(MaxFarewell, Setup.Clock);
        BrokerSession session = await Broker.SessionAsync(patience.Token).ConfigureAwait(false);
        await TellAsync(external, Setup.Lead!.Value, report.Outcome == RunOutcome.Completed, report.Reason, patience.Token).ConfigureAwait(false);
        foreach (ParticipantId participant in Setup.Planned.Where(id => !external.Contains(id)))
        {
            await session.DeleteAsync(participant, patience.Token).ConfigureAwait(false);
        }

        await session.DeleteDeadLettersIfNoneAsync(patience.Token).ConfigureAwait(false);
    }

    /// <summary>Somebody goes on with a participant elsewhere, or what it needs is away: it is given up here.</summary>
    public void GiveUp(ParticipantId id, string reason) => _ = Task.Run(async () =>
    {
        await LetGoAsync(id, saves: false, CancellationToken.None).ConfigureAwait(false);
        Setup.GivenUp!(id, reason);
    });

    /// <summary>Another part tells what it has counted.</summary>
    public void CountElsewhere(ControlMessage.Counted told)
    {
        lock (_counting)
        {
            _elsewhere += Counts.Of(told);
        }
    }

    /// <summary>All that is counted; of a part that records, since it does, with what others told.</summary>
    private Counts Counted()
    {
        lock (_counting)
        {
            Counts all = _cells.Values.Aggregate(_past, (sum, cell) => sum + cell.Counts);
            return Recording is { } recording ? all - recording.Before + _elsewhere : all;
        }
    }

    private void BeginRecording(IRunObserver recorder)
    {
        lock (_counting)
        {
            _elsewhere = default;
        }

        if (Setup.Plan.Limits.WallTime is { } limit)
        {
            _wallTime = new TimerTable(Setup.Clock, EndAtWallTime);
            _wallTime.Start("wall time", Now, limit); // of this part of the record, as in a run that is resumed
        }

        _recording = new Recorded(recorder, Now, Counted());
        recorder.Started(() => Counted().BytesSent);
    }

    private async Task<SupervisionEvent?> LeaveAsync(RabbitMqCell cell)
    {
        await Task.Yield(); // its turn may need what the caller guards
        SupervisionEvent? lost = await cell.LeaveAsync().ConfigureAwait(false);
        lock (_counting)
        {
            _past += cell.Counts;
            _cells.TryRemove(cell.Actor.Id, out _);
        }

        if (cell.Actor.Id == Setup.Lead && !HasEnded) // in its last turn it may have ended the run, which then is reported here
        {
            _wallTime?.Dispose();
            _recording = null;
        }

        return lost;
    }

    private async Task AttachToAsync(BrokerSession session, RabbitMqCell cell)
    {
        try
        {
            await cell.AttachAsync(session, Ended).ConfigureAwait(false);
        }
        catch (Exception) when (HasEnded)
        {
            // Nobody need receive any more; whoever called has other runs to look after.
        }
        catch (Exception failure)
        {
            session.Fail($"receiving for {cell.Actor.Id} could not begin: {failure.Message}"); // the next session begins with all
        }
    }
}
