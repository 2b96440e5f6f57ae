using System.Collections.Concurrent;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;

namespace ActorFed.Actors.Membership;

/// <content>Who is hosted: all from the beginning, or in a part of a run those who come and go; and what is recorded of all.</content>
public abstract partial class DistributedRun<TMember>
{
    private readonly ConcurrentDictionary<ParticipantId, TMember> _members = new();
    private readonly SemaphoreSlim _hosting = new(1); // guards who is hosted
    private readonly Lock _counting = new();
    private Counts _past;      // of those let go; guarded by _counting, as is the next one
    private Counts _elsewhere; // told by other parts since this one records
    private volatile Recorded? _recording;

    /// <summary>Who records the run from here.</summary>
    /// <param name="Observer">Records it.</param>
    /// <param name="Since">Since when.</param>
    /// <param name="Before">What had been counted here by then.</param>
    public sealed record Recorded(IRunObserver Observer, TimeSpan Since, Counts Before)
    {
        private long _step;

        /// <summary>The newest step that was shown.</summary>
        public long Step => Interlocked.Read(ref _step);

        /// <summary>Takes note of a step. Any thread; what is overtaken meanwhile is told by the next step.</summary>
        public void Advance(Observation observation)
        {
            long step = observation switch
            {
                StepObserved made => made.Step,
                RoundObserved made => made.Round,
                _ => 0,
            };
            if (step > Step)
            {
                Interlocked.Exchange(ref _step, step);
            }
        }
    }

    /// <summary>Recording, while the participant that leads is hosted in this part.</summary>
    public Recorded? Recording => _recording;

    /// <summary>To whom all is told that happens here; null: to nobody else, since the run is recorded here.</summary>
    public ParticipantId? ToldTo => Recording is null ? _lead : null;

    /// <summary>The participants hosted now.</summary>
    public IEnumerable<ParticipantId> Hosted => _members.Keys;

    /// <summary>Those who host them.</summary>
    protected ICollection<TMember> Members => _members.Values;

    /// <summary>Lets this part live until its end, with whoever is taken up meanwhile.</summary>
    public async Task<RunReport> RunPartAsync()
    {
        TellOfMailboxes();
        await Over.ConfigureAwait(false);
        await _hosting.WaitAsync(CancellationToken.None).ConfigureAwait(false); // nobody is being taken up or let go any more
        try
        {
            await AllGoneAsync().ConfigureAwait(false);
            return MakeReport();
        }
        finally
        {
            _wallTime?.Dispose();
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
        TMember? member;
        Task<SupervisionEvent?> leaving;
        await _hosting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (HasEnded || !_members.TryGetValue(id, out member))
            {
                return null;
            }

            leaving = await BeginToLeaveAsync(member, saves).ConfigureAwait(false);
        }
        finally
        {
            _hosting.Release(); // others come and go meanwhile, and its turn may need what is guarded here
        }

        SupervisionEvent? lost;
        using (hurry.UnsafeRegister(_ => Hurry(member), null))
        {
            lost = await leaving.ConfigureAwait(false);
        }

        Remove(member);
        return lost;
    }

    /// <summary>Somebody goes on with a participant elsewhere, or what it needs is away: it is given up here.</summary>
    public void GiveUp(ParticipantId id, string reason) => _ = Task.Run(async () =>
    {
        await LetGoAsync(id, saves: false, CancellationToken.None).ConfigureAwait(false);
        GivenUp!(id, reason);
    });

    /// <summary>Another part tells what it has counted.</summary>
    public void CountElsewhere(Counts told)
    {
        lock (_counting)
        {
            _elsewhere += told;
        }
    }

    /// <summary>Lets a participant begin to leave.</summary>
    /// <param name="member">Who.</param>
    /// <param name="saves">Whether its turn comes to its end and its snapshot is stored.</param>
    /// <returns>Ends when it has left, with what could not be stored, or null; the same one when it is asked for twice.</returns>
    protected abstract Task<Task<SupervisionEvent?>> BeginToLeaveAsync(TMember member, bool saves);

    /// <summary>Gives up a participant that leaves, as it stands.</summary>
    protected abstract void Hurry(TMember member);

    /// <summary>Ends when nobody hosted computes any more, after the end of the run.</summary>
    protected abstract Task AllGoneAsync();

    /// <summary>Hosts a participant from the beginning.</summary>
    protected void Add(TMember member) => _members[member.Actor.Id] = member;

    /// <summary>Begins to host a participant: it is rebuilt from its newest snapshot at once.</summary>
    /// <param name="member">Who.</param>
    /// <param name="recorder">Records the run, where it is the one that leads; else null.</param>
    /// <param name="begin">Lets it begin; false: it cannot any more.</param>
    /// <returns>False when it could not begin, or the part has ended.</returns>
    protected async Task<bool> TakeUpAsync(TMember member, IRunObserver? recorder, Func<Task<bool>> begin)
    {
        await _hosting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (HasEnded)
            {
                return false;
            }

            if (!_members.TryAdd(member.Actor.Id, member))
            {
                throw new InvalidOperationException($"{member.Actor.Id} is hosted here already.");
            }

            if (recorder is not null)
            {
                BeginRecording(recorder);
            }

            if (await begin().ConfigureAwait(false))
            {
                return true;
            }

            Remove(member);
            return false;
        }
        finally
        {
            _hosting.Release();
        }
    }

    /// <summary>Does something while nobody is taken up or begins to leave.</summary>
    /// <param name="action">What.</param>
    /// <param name="cancellation">Ends the waiting for others.</param>
    protected async Task WhileNobodyMovesAsync(Func<Task> action, CancellationToken cancellation = default)
    {
        await _hosting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await action().ConfigureAwait(false);
        }
        finally
        {
            _hosting.Release();
        }
    }

    /// <summary>All that is counted; of a part that records, since it does, with what others told.</summary>
    private Counts Counted()
    {
        lock (_counting)
        {
            Counts all = _members.Values.Aggregate(_past, (sum, member) => sum + member.Counts);
            return Recording is { } recording ? all - recording.Before + _elsewhere : all;
        }
    }

    private void BeginRecording(IRunObserver recorder)
    {
        lock (_counting)
        {
            _elsewhere = default;
        }

        StartWallTime(); // of this part of the record, as in a run that is resumed
        _recording = new Recorded(recorder, Now, Counted());
        recorder.Started(() => Counted().BytesSent);
    }

    private void Remove(TMember member)
    {
        lock (_counting)
        {
            if (!_members.TryRemove(KeyValuePair.Create(member.Actor.Id, member)))
            {
                return; // somebody else was let go of it, too
            }

            _past += member.Counts;
        }

        if (member.Actor.Id == _lead && !HasEnded) // in its last turn it may have ended the run, which then is reported here
        {
            _wallTime?.Dispose();
            _recording = null;
        }
    }
}
