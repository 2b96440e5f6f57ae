using System.Diagnostics;
using ActorFed.Actors;
using ActorFed.Actors.Membership;

namespace ActorFed.Host.Cluster;

/// <summary>
/// Tells at regular times that this node is alive, on a thread of its own: work that keeps all others busy must not make it seem dead.
/// </summary>
/// <param name="seat">Its seat.</param>
/// <param name="every">Time from the beginning of a beat to that of the next.</param>
/// <param name="condition">How the node is; called on that thread.</param>
/// <param name="beaten">Takes the view after each beat, or the failure of one; called on that thread, must be quick.</param>
internal sealed class Heartbeat(
    INodeSeat seat, TimeSpan every, Func<NodeCondition> condition, Action<ClusterView?, RunStoreException?> beaten) : IDisposable
{
    private readonly ManualResetEventSlim _ending = new();
    private readonly AutoResetEvent _early = new(false);
    private Thread? _thread;

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "heartbeat", Priority = ThreadPriority.Highest };
        _thread.Start();
    }

    /// <summary>Beats now rather than at the next time.</summary>
    public void Hurry() => _early.Set();

    public void Dispose()
    {
        _ending.Set();
        _early.Set();
        _thread?.Join();
        _ending.Dispose();
        _early.Dispose();
    }

    private void Run()
    {
        while (!_ending.IsSet)
        {
            long begun = Stopwatch.GetTimestamp();
            ClusterView? view = null;
            RunStoreException? failure = null;
            try
            {
                view = seat.Beat(condition());
            }
            catch (RunStoreException away)
            {
                failure = away;
            }

            beaten(view, failure);
            TimeSpan left = every - Stopwatch.GetElapsedTime(begun); // a slow database must not make the next beat late as well
            _early.WaitOne(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }
}
