using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>A broker on loopback with ports and a folder of its own. It dies with this process, however that ends.</summary>
public sealed class PrivateBroker : IAsyncLifetime
{
    private const int Attempts = 3; // another process may take a port that was free
    private const string Ready = "Starting broker... completed";

    private readonly string _folder = Directory.CreateTempSubdirectory("actorfed-broker-").FullName;
    private int[] _ports = [];
    private Process? _process;

    /// <summary>Its address.</summary>
    public Uri Address => new($"amqp://guest:guest@127.0.0.1:{_ports[0]}/");

    public async Task InitializeAsync()
    {
        for (int attempt = 1; ; attempt++)
        {
            _ports = FreePorts(3);
            try
            {
                await StartAsync();
                return;
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                await KillAsync();
            }
        }
    }

    public async Task DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts it, with the data it had before; returns when it takes connections.</summary>
    public async Task StartAsync()
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "broker.sh"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(_folder);
        foreach (int port in _ports)
        {
            start.ArgumentList.Add(port.ToString(CultureInfo.InvariantCulture));
        }

        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> output = [];
        void Read(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (output)
            {
                output.Add(line);
            }

            if (line.Contains(Ready, StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Task ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(ready.Task, ended) == ended)
        {
            lock (output)
            {
                throw new InvalidOperationException($"The broker did not start:\n{string.Join('\n', output)}");
            }
        }
    }

    /// <summary>Stops it in order; its data stay.</summary>
    public Task StopAsync() => EndAsync(input =>
    {
        input.WriteLine("stop");
        input.Flush();
    });

    /// <summary>Kills it, as a power cut does; its data stay.</summary>
    public Task KillAsync() => EndAsync(input => input.Close());

    private async Task EndAsync(Action<StreamWriter> say)
    {
        if (_process is not null)
        {
            say(_process.StandardInput);
            await _process.WaitForExitAsync();
            _process.Dispose();
            _process = null;
        }
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Stop());
        return ports;
    }
}

/// <summary>The tests that share one broker.</summary>
[CollectionDefinition(Name)]
public sealed class WithBroker : ICollectionFixture<PrivateBroker>
{
    public const string Name = "broker";
}
