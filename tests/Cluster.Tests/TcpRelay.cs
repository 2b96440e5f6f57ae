using System.Net;
using System.Net.Sockets;

namespace ActorFed.Cluster.Tests;

/// <summary>A wire between a node and a service that can be cut: nothing comes through, in either direction, and nobody is told. What was under way arrives when it is mended.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _pumps = [];
    private readonly Task _accepting;
    private readonly int _target;
    private TaskCompletionSource _whole = Mended();
    private long _bytes;

    /// <param name="target">The port of the service, on loopback.</param>
    public TcpRelay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where the node finds it.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes that came through, in both directions.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Cuts the wire.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _whole = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Mends the wire.</summary>
    public void Mend()
    {
        lock (_gate)
        {
            _whole.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_pumps);
        _ending.Dispose();
    }

    private static TaskCompletionSource Mended()
    {
        TaskCompletionSource mended = new();
        mended.SetResult();
        return mended;
    }

    private Task WholeAsync()
    {
        lock (_gate)
        {
            return _whole.Task.WaitAsync(_ending.Token);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_ending.Token);
                _pumps.Add(RelayAsync(client));
            }
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            // that is how it ends
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using TcpClient near = client;
        using TcpClient far = new();
        try
        {
            await WholeAsync();
            await far.ConnectAsync(IPAddress.Loopback, _target, _ending.Token);
            (near.NoDelay, far.NoDelay) = (true, true);
            await Task.WhenAny(PumpAsync(near.GetStream(), far.GetStream()), PumpAsync(far.GetStream(), near.GetStream())); // one end closed: so does the other
            await WholeAsync();
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException)
        {
            // the service is away, one end broke off, or the test is over: the other end finds its connection closed
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        byte[] buffer = new byte[1 << 16];
        try
        {
            for (int count; (count = await from.ReadAsync(buffer, _ending.Token)) > 0;)
            {
                await WholeAsync();
                await to.WriteAsync(buffer.AsMemory(0, count), _ending.Token);
                Interlocked.Add(ref _bytes, count);
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // as above
        }
    }
}
