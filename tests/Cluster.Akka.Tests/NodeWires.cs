using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorFed.Cluster.Akka.Tests;

/// <summary>
/// The wires between nodes on this machine, each with an address of its own: a node can be cut off from all others. Nothing comes
/// through then, in either direction, and nobody is told.
/// </summary>
internal sealed class NodeWires : IAsyncDisposable
{
    private readonly string[] _hosts;
    private readonly List<TcpListener> _listeners = [];
    private readonly List<Task> _tasks = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private string? _cutOff; // a host; guarded by _gate
    private TaskCompletionSource _mended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="nodes">The nodes: at which host and port the others reach each, and the port on 127.0.0.1 where it listens.</param>
    public NodeWires(params (string Host, int Port, int BindPort)[] nodes)
    {
        _hosts = [.. nodes.Select(node => node.Host)];
        foreach ((string host, int port, int bindPort) in nodes)
        {
            TcpListener listener = new(IPAddress.Parse(host), port);
            listener.Start();
            _listeners.Add(listener);
            _tasks.Add(AcceptAsync(listener, host, bindPort));
        }
    }

    /// <summary>Cuts a node off from all others.</summary>
    public void CutOff(string host)
    {
        lock (_gate)
        {
            _cutOff = host;
        }
    }

    /// <summary>Mends all wires: what was under way arrives.</summary>
    public void Mend()
    {
        lock (_gate)
        {
            _cutOff = null;
            _mended.SetResult();
            _mended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listeners.ForEach(listener => listener.Stop());
        await Task.WhenAll(_tasks);
        _ending.Dispose();
    }

    private static bool IsOver(Exception failure) => failure is IOException or SocketException or OperationCanceledException or ObjectDisposedException;

    private async Task AcceptAsync(TcpListener listener, string host, int bindPort)
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(_ending.Token);
                lock (_gate)
                {
                    _tasks.Add(CarryAsync(client, host, bindPort));
                }
            }
        }
        catch (Exception failure) when (IsOver(failure))
        {
            // the test is over
        }
    }

    /// <summary>Carries a connection. Who calls says so in its first message, by its host.</summary>
    private async Task CarryAsync(TcpClient caller, string called, int bindPort)
    {
        using TcpClient near = caller;
        using TcpClient far = new();
        try
        {
            byte[] first = new byte[1 << 16];
            int count = await near.GetStream().ReadAsync(first, _ending.Token);
            string said = Encoding.ASCII.GetString(first, 0, count);
            string calling = _hosts.Single(host => host != called && said.Contains(host, StringComparison.Ordinal));
            await WholeAsync(calling, called);
            await far.ConnectAsync(IPAddress.Loopback, bindPort, _ending.Token);
            (near.NoDelay, far.NoDelay) = (true, true);
            await far.GetStream().WriteAsync(first.AsMemory(0, count), _ending.Token);
            await Task.WhenAny(PumpAsync(near, far, calling, called), PumpAsync(far, near, calling, called)); // one end closed: so does the other
            await WholeAsync(calling, called);
        }
        catch (Exception failure) when (IsOver(failure))
        {
            // a node is away, or the test is over
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, string one, string other)
    {
        byte[] buffer = new byte[1 << 16];
        try
        {
            for (int count; (count = await from.GetStream().ReadAsync(buffer, _ending.Token)) > 0;)
            {
                await WholeAsync(one, other);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _ending.Token);
            }
        }
        catch (Exception failure) when (IsOver(failure))
        {
            // as above
        }
    }

    private async Task WholeAsync(string one, string other)
    {
        while (true)
        {
            Task mended;
            lock (_gate)
            {
                if (_cutOff != one && _cutOff != other)
                {
                    return;
                }

                mended = _mended.Task;
            }

            await mended.WaitAsync(_ending.Token);
        }
    }
}
