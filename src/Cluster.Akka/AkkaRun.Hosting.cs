using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Wire;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <content>Participants that come and go in a part of a run, and what is recorded of all.</content>
internal sealed partial class AkkaRun
{
    private readonly SemaphoreSlim _hosting = new(1); // guards who is hosted
    private readonly Lock _counting = new();
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
    public IEnumerable<ParticipantId> Hosted => _residents.Keys;

    /// <summary>Lets this part live until its end, with whoever is taken up meanwhile.</summary>
    public async Task<RunReport> RunPartAsync()
    {
        TellOfMailboxes();
        await Task.Delay(Timeout.InfiniteTimeSpan, Ended).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        await _hosting.WaitAsync(CancellationToken.None).ConfigureAwait(false); // nobody is being taken up or let go any more
        try
        {
            foreach (Resident resident in _residents.Values)
            {
                resident.Mailbox!.Tell(new Leave(IsSaving: false));
            }

            await Task.WhenAll(_residents.Values.Select(resident => resident.Left.Task)).ConfigureAwait(false);
            return MakeReport(_ending!);
        }
        finally
        {
            _wallTime?.Dispose();
            _hosting.Release();
        }
    }

    /// <summary>Begins to host a participant: it is rebuilt from its newest snapshot at once.</summary>
    /// <param name="id">Which one.</param>
    /// <param name="recorder">Records the run, where it is the one that leads; else null.</param>
    /// <param name="begin">Makes its mailbox.</param>
    /// <returns>False when the part has ended, or no mailbox can be made any more.</returns>
    public async Task<bool> TakeUpAsync(ParticipantId id, IRunObserver? recorder, Func<Resident, Task<bool>> begin)
    {
        await _hosting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (HasEnded)
            {
                return false;
            }

            Resident resident = NewResident(Setup.Plan.Participants.Single(spec => spec.Id == id));
            if (!_residents.TryAdd(id, resident))
            {
                throw new InvalidOperationException($"{id} is hosted here already.");
            }

            if (recorder is not null)
            {
                BeginRecording(recorder);
            }

            if (await begin(resident).ConfigureAwait(false))
            {
                return true;
            }

            Remove(resident);
            return false;
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
        Resident? resident;
        await _hosting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (HasEnded || !_residents.TryGetValue(id, out resident))
            {
                return null;
            }

            resident.Mailbox!.Tell(new Leave(saves));
        }
        finally
        {
            _hosting.Release();
        }

        SupervisionEvent? lost;
        using (hurry.UnsafeRegister(static mailbox => ((IActorRef)mailbox!).Tell(new Leave(IsSaving: false)), resident.Mailbox))
        {
            lost = await resident.Left.Task.ConfigureAwait(false);
        }

        Remove(resident);
        return lost;
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
            Counts all = _residents.Values.Aggregate(_past, (sum, resident) => sum + resident.Counts);
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

    private void Remove(Resident resident)
    {
        lock (_counting)
        {
            if (!_residents.TryRemove(KeyValuePair.Create(resident.Role.Id, resident)))
            {
                return; // somebody else was let go of it, too
            }

            _past += resident.Counts;
        }

        if (resident.Role.Id == Setup.Lead && !HasEnded) // in its last turn it may have ended the run, which then is reported here
        {
            _wallTime?.Dispose();
            _recording = null;
        }
    }
}
