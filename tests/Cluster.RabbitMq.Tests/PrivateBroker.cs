using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>A broker on loopback with ports and a folder of its own. It dies with this process, however that ends.</summary>
public class PrivateBroker : IAsyncLifetime
{
    private const int Attempts = 3; // another process may take a port that was free
    private const string Ready = "Starting broker... completed";

    private const string Tool = "/usr/lib/rabbitmq/bin/rabbitmqctl"; // the script behind the packaged one, as for the server

    private readonly string _folder = Directory.CreateTempSubdirectory("actorfed-broker-").FullName;
    private int[] _ports = [];
    private Process? _process;

    public const string User = "guest";
    public const string Password = "guest";

    /// <summary>Where it speaks in clear.</summary>
    public int Port => _ports[0];

    /// <summary>Where it speaks TLS.</summary>
    public int TlsPort => _ports[3];

    /// <summary>The certificate of the authority that signed its own, which names localhost.</summary>
    public string Authority => Path.Combine(_folder, "authority.crt");

    /// <summary>Whether it speaks TLS too. It takes a little longer to start.</summary>
    protected virtual bool HasTls => false;

    public async Task InitializeAsync()
    {
        TestCertificates.Write(_folder);
        for (int attempt = 1; ; attempt++)
        {
            _ports = FreePorts(4);
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
    /// <param name="certificate">The certificate that it shows.</param>
    public async Task StartAsync(string certificate = "server.crt")
    {
        string[] settings = HasTls
            ? [$"listeners.ssl.1 = 127.0.0.1:{TlsPort}", $"ssl_options.certfile = {_folder}/{certificate}", $"ssl_options.keyfile = {_folder}/server.key", "ssl_options.verify = verify_none"]
            : [];
        await File.WriteAllLinesAsync(Path.Combine(_folder, "rabbitmq.conf"), settings);
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "broker.sh"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(_folder);
        foreach (int port in _ports[..3])
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

    /// <summary>Carries out a command of rabbitmqctl on it.</summary>
    /// <param name="words">The command; <c>rabbitmqctl</c> itself left out.</param>
    public async Task<string> ControlAsync(params string[] words)
    {
        ProcessStartInfo start = new(File.Exists(Tool) ? Tool : "rabbitmqctl", ["--node", $"actorfed-{Port}@localhost", .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = _folder;
        start.Environment["ERL_EPMD_PORT"] = _ports[2].ToString(CultureInfo.InvariantCulture);
        start.Environment["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_folder, "none.conf");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"rabbitmqctl {string.Join(' ', words)} ended with {process.ExitCode}:\n{error}\n{await output}");
        return await output;
    }

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

/// <summary>A broker that speaks TLS, too.</summary>
public sealed class PrivateTlsBroker : PrivateBroker
{
    protected override bool HasTls => true;
}

/// <summary>The tests that share one broker.</summary>
[CollectionDefinition(Name)]
public sealed class WithBroker : ICollectionFixture<PrivateBroker>
{
    public const string Name = "broker";
}
