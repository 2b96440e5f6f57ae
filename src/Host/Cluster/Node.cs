using System.Collections.Concurrent;
using System.Threading.Channels;
using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Health;

namespace ActorFed.Host.Cluster;

/// <summary>
/// A process of a cluster: it tells that it is alive, sees who else is, and hosts the participants that belong here. Nobody tells it what to
/// do but what all nodes see in common; what two of them hold for a moment is sorted out by epochs.
/// </summary>
/// <remarks>One loop reconciles what is hosted with what is seen, after each heartbeat; what takes long goes on beside it.</remarks>
internal sealed partial class Node : IHealthSource, IAsyncDisposable
{
    private static readonly TimeSpan RefuseFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MoveWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FarewellWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(1); // a store or broker that does not answer holds one up for seconds

    private readonly NodeOptions _options;
    private readonly NodeSetup _setup;
    private readonly ICluster _cluster;
    private readonly INodeSeat _seat;
    private readonly IRunStore _store;
    private readonly IPlacingHosting? _placing; // null: the nodes agree on who hosts whom
    private readonly Heartbeat _heartbeat;
    private readonly LoopPulse _beating;
    private readonly LoopPulse _reconciling;
    private readonly Channel<bool> _beaten = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // The reconciling loop's own.
    private readonly Dictionary<string, HostedRun> _runs = [];
    private readonly Dictionary<string, Task<HostedRun>> _joining = [];
    private readonly Dictionary<string, Task> _leaving = [];
    private readonly Dictionary<string, long> _unwanted = []; // runs that this node was given participants of, and that nobody wants, since when
    private readonly Dictionary<(string Run, ParticipantId Participant), long> _moving = []; // handed over, and held by nobody yet
    private readonly Dictionary<string, long> _disconnected = []; // since when
    private bool _isSuspended;

    // Shared with the heartbeat's thread.
    private readonly ConcurrentDictionary<string, (string Reason, long Until)> _refused = new();
    private readonly UnrecordedEnds _unrecorded;
    private volatile Seen? _seen;
    private volatile string? _ailment;
    private volatile OvertakenException? _unseated;
    private volatile bool _isDraining;
    private long _beats;     // begun
    private long _lastBeat;  // that succeeded, as a timestamp
    private long _settledAt; // before, others are given time to come back as well

    private sealed record Seen(ClusterView View, long Beat);

    private Node(NodeOptions options, NodeSetup setup, ICluster cluster, INodeSeat seat, IRunStore store)
    {
        (_options, _cluster, _seat, _store) = (options, cluster, seat, store);
        _setup = setup with { Release = Release };
        _lastBeat = setup.Clock.GetTimestamp();
        _heartbeat = new Heartbeat(seat, options.HeartbeatEvery, Condition, Beaten);
        _beating = new LoopPulse("heartbeat", LongestTurn, setup.Clock);
        _reconciling = new LoopPulse("reconciliation", LongestTurn, setup.Clock);
        _unrecorded = new UnrecordedEnds(setup.Clock);
        _placing = setup.Hosting as IPlacingHosting;
        _placing?.OnChange(() => _beaten.Writer.TryWrite(true)); // whoever came is taken up at once
    }

    /// <inheritdoc/>
    public IReadOnlyList<RunStanding>? Runs => _placing?.Standings;

    /// <inheritdoc/>
    public HealthReport Read()
    {
        TimeSpan unheard = _setup.Clock.GetElapsedTime(Interlocked.Read(ref _lastBeat));
        return new HealthReport(
            [_beating.Read(), _reconciling.Read()],
            [
                new HealthCheck("seat", _unseated?.Message ?? (_isDraining ? "this node is leaving" : null)),
                new HealthCheck("store", unheard > _options.SuspectAfter ? $"has not been reached for {unheard.TotalSeconds:0} s" : _unrecorded.Problem),
                new HealthCheck(_setup.Hosting.Kind, _ailment),
            ]);
    }

    /// <summary>Joins a cluster; a name that was in use until lately is waited for.</summary>
    /// <exception cref="RunStoreException">It cannot join.</exception>
    public static async Task<Node> JoinAsync(
        NodeOptions options, NodeSetup setup, NodeIdentity identity, ICluster cluster, IRunStore store, CancellationToken cancellation)
    {
        long start = setup.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                return new Node(options, setup, cluster, cluster.Join(identity), store);
            }
            catch (NameTakenException taken) when (setup.Clock.GetElapsedTime(start) <= taken.SuspectAfter + options.HeartbeatEvery)
            {
                await Task.Delay(options.HeartbeatEvery, setup.Clock, cancellation); // it may be this node's process before it was started again
            }
        }
    }

    /// <summary>Lives until it is asked to leave, and has handed over what it hosts.</summary>
    /// <param name="leave">Asks it to leave.</param>
    /// <exception cref="OvertakenException">Another process has its seat.</exception>
    public async Task RunAsync(CancellationToken leave)
    {
        using CancellationTokenRegistration registration = leave.UnsafeRegister(_ => Drain("it was asked to stop"), null);
        _heartbeat.Start();
        long drainingSince = 0;
        while (await _beaten.Reader.WaitToReadAsync(CancellationToken.None))
        {
            _beaten.Reader.TryRead(out _);
            if (_unseated is { } unseated)
            {
                await AbandonAsync();
                throw unseated;
            }

            await ReconcileAsync();
            _reconciling.Beat();
            if (!_isDraining)
            {
                continue;
            }

            _placing?.BeginToLeave();

            drainingSince = drainingSince == 0 ? _setup.Clock.GetTimestamp() : drainingSince;
            bool isLate = _setup.Clock.GetElapsedTime(drainingSince) > _options.DrainWithin;
            if (isLate)
            {
                _setup.Log.Warn($"Not all was handed over within node.drain-within, {_options.DrainWithin.TotalSeconds:0} s; the rest is given up.");
            }

            if (isLate || (_joining.Count == 0 && _leaving.Count == 0 && _runs.Values.All(run => !run.Held.Any())))
            {
                await AbandonAsync();
                return;
            }
        }
    }

    /// <summary>Gives the seat up. What is still hosted goes on elsewhere as after a crash.</summary>
    public async ValueTask DisposeAsync()
    {
        _heartbeat.Dispose();
        _seat.Dispose();
        await ValueTask.CompletedTask;
    }

    private void Drain(string why)
    {
        if (!_isDraining)
        {
            _isDraining = true;
            _setup.Log.Say($"Leaving: {why}. Handing over, {_options.MovesAtATime} at a time.");
            foreach (string run in _seen?.View.RunsWithout(_setup.Name) ?? [])
            {
                _setup.Log.Warn("No other node can host the run at present: it waits, with its snapshots stored, until one joins that can.", run);
            }

            _heartbeat.Hurry();
        }
    }

    private NodeCondition Condition()
    {
        Interlocked.Increment(ref _beats);
        _beating.Beat();
        long now = _setup.Clock.GetTimestamp();
        foreach ((string run, (string, long Until) refusal) in _refused)
        {
            if (refusal.Until <= now)
            {
                _refused.TryRemove(run, out _);
            }
        }

        return new NodeCondition(_isDraining, _ailment, _refused.ToDictionary(entry => entry.Key, entry => entry.Value.Reason));
    }

    private void Beaten(ClusterView? view, RunStoreException? failure)
    {
        long now = _setup.Clock.GetTimestamp();
        TimeSpan gap = _setup.Clock.GetElapsedTime(_lastBeat, now);
        if (view is not null)
        {
            if (gap > _options.SuspectAfter)
            {
                // Where the store was away, the others come back at this very moment, too: they are not dead because they were not heard.
                Interlocked.Exchange(ref _settledAt, now + (long)(_options.SuspectAfter.TotalSeconds * _setup.Clock.TimestampFrequency));
                _setup.Log.Warn($"No sign of life could be given for {gap.TotalSeconds:0.0} s; others may have gone on with what is hosted here.");
            }

            Interlocked.Exchange(ref _lastBeat, now);
            _seen = new Seen(view, Interlocked.Read(ref _beats));
        }
        else if (failure is OvertakenException unseated)
        {
            _unseated = unseated;
        }
        else if (gap > _options.SuspectAfter && _seen is not null)
        {
            _setup.Log.Warn($"The run store is not reached for {gap.TotalSeconds:0.0} s: {failure!.Message}");
            _seen = null; // from here on, others may go on with what is hosted here
        }

        _beaten.Writer.TryWrite(true);
    }

    private async Task ReconcileAsync()
    {
        if (_seen is not { } seen)
        {
            await SuspendAsync();
            return;
        }

        Instruments.Shared.NodesAlive.Record(seen.View.Nodes.Count(node => node.IsAlive));
        Instruments.Shared.Hosted.Record(_runs.Values.Sum(run => run.Held.Count()));
        NodeView? self = seen.View.Nodes.FirstOrDefault(node => node.Identity.Name == _setup.Name);
        if (self is { Condition.IsDraining: true })
        {
            Drain("actorfed drain");
        }

        await TakeInJoinedAsync();
        foreach (RunView wanted in seen.View.Runs.Where(run => !_runs.ContainsKey(run.Id) && !_leaving.ContainsKey(run.Id)))
        {
            if (!_isDraining && !_joining.ContainsKey(wanted.Id) && !_refused.ContainsKey(wanted.Id))
            {
                _joining.Add(wanted.Id, Task.Run(() => HostedRun.JoinAsync(wanted, _setup, _store)));
            }
        }

        foreach ((string id, Task leaving) in _leaving.Where(entry => entry.Value.IsCompleted).ToList())
        {
            _leaving.Remove(id);
            if (leaving.Exception is { } failure)
            {
                Refuse(id, failure.ToString(), RefuseFor); // an error of this program; what one run does to this node must not harm the others
            }
        }

        _unrecorded.KeepOnly(seen.View.Runs.Select(run => run.Id).ToHashSet());
        ReleaseForgotten(seen.View);
        SendAwayUnwanted(seen.View);
        foreach (HostedRun run in _runs.Values.ToList())
        {
            RunView? wanted = seen.View.Runs.FirstOrDefault(candidate => candidate.Id == run.Id);
            if (run.Ended.IsCompleted)
            {
                Leave(run, FinishAsync(run));
            }
            else if (wanted is null && run.IsRecording)
            {
                run.Cancel("It was stopped by request."); // whoever ended it recorded it, and that is done here
            }
            else if (wanted?.Plan != run.Plan) // not wanted, or by another plan: it was stopped and resumed while this node did not look
            {
                Leave(run, LeaveAsync(run));
            }
            else
            {
                Place(run, wanted, seen);
            }
        }

        await ResumeAsync();
        Diagnose();
    }

    private async Task TakeInJoinedAsync()
    {
        foreach ((string id, Task<HostedRun> joining) in _joining.Where(entry => entry.Value.IsCompleted).ToList())
        {
            _joining.Remove(id);
            try
            {
                _runs.Add(id, await joining);
                _setup.Log.Say("This node takes part.", id);
            }
            catch (Exception failure) // any: what one run does to this node must not harm the others
            {
                Refuse(id, failure.Message, RefuseFor);
            }
        }
    }

    private void Refuse(string run, string reason, TimeSpan wait)
    {
        _setup.Log.Warn($"This node cannot host the run, and tries again in {wait.TotalSeconds:0} s: {reason}", run);
        _refused[run] = (reason, _setup.Clock.GetTimestamp() + (long)(wait.TotalSeconds * _setup.Clock.TimestampFrequency));
    }

    private void Leave(HostedRun run, Task work)
    {
        _runs.Remove(run.Id);
        _disconnected.Remove(run.Id);
        _leaving.Add(run.Id, work);
    }

    /// <summary>The run is not wanted any more.</summary>
    private async Task LeaveAsync(HostedRun run)
    {
        await Task.Yield();
        await using HostedRun disposed = run;
        await run.LetAllGoAsync(saves: true);
        _setup.Log.Say("This node takes part no more.", run.Id);
    }

    private async Task AbandonAsync()
    {
        try
        {
            await GiveUpAllAsync().WaitAsync(FarewellWithin, _setup.Clock);
        }
        catch (TimeoutException)
        {
            _setup.Log.Warn($"What is hosted could not be given up within {FarewellWithin.TotalSeconds:0} s; it is left as by a crash.");
        }
    }

    private async Task GiveUpAllAsync()
    {
        await Task.WhenAll(_runs.Values.Select(run => run.LetAllGoAsync(saves: false)));
        foreach (HostedRun run in _runs.Values)
        {
            await run.DisposeAsync();
        }

        _runs.Clear();
    }

    private async Task SuspendAsync()
    {
        if (!_isSuspended)
        {
            _isSuspended = true;
            await Task.WhenAll(_runs.Values.Select(run => run.SuspendAsync()));
        }
    }

    private async Task ResumeAsync()
    {
        if (_isSuspended)
        {
            _isSuspended = false;
            await Task.WhenAll(_runs.Values.Select(run => run.ResumeAsync()));
        }
    }

    private void Diagnose()
    {
        string? ailment = null;
        foreach (HostedRun run in _runs.Values)
        {
            if (run.IsConnected)
            {
                _disconnected.Remove(run.Id);
            }
            else if (!_disconnected.TryAdd(run.Id, _setup.Clock.GetTimestamp())
                && _setup.Clock.GetElapsedTime(_disconnected[run.Id]) > _options.SuspectAfter)
            {
                ailment = $"there is no connection to {_setup.Hosting.Name}";
            }
        }

        if (ailment != _ailment)
        {
            _setup.Log.Warn(ailment is null ? $"{char.ToUpperInvariant(_setup.Hosting.Name[0])}{_setup.Hosting.Name[1..]} is reached again." : $"This node can host nothing at present: {ailment}.");
            _ailment = ailment;
            _heartbeat.Hurry();
        }
    }

    private void Release(string run, ParticipantId participant) => _seat.Release(run, participant.ToString());

    /// <summary>What was let go while that could not be told stands there as if it were held here, and nobody takes it up.</summary>
    private void ReleaseForgotten(ClusterView view)
    {
        foreach (RunView wanted in view.Runs.Where(run => !_leaving.ContainsKey(run.Id)))
        {
            HashSet<string> held = [.. _runs.GetValueOrDefault(wanted.Id)?.Held.Select(participant => participant.ToString()) ?? []];
            foreach (string forgotten in wanted.Holders.Where(holder => holder.Value == _setup.Name && !held.Contains(holder.Key)).Select(holder => holder.Key))
            {
                try
                {
                    _seat.Release(wanted.Id, forgotten);
                }
                catch (RunStoreException away)
                {
                    _setup.Log.Warn($"{forgotten} is not held here, which cannot be told now: {away.Message}", wanted.Id);
                    return;
                }
            }
        }
    }
}
