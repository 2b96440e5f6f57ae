using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorFed.Cluster.Tests;

/// <summary>A process of the real program that is a node. It dies with this process, however that ends.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    // The shell tells the number of the process, and kills it when its own input ends, which it does with whoever started it.
    private const string UntilInputEnds =
        "\"$@\" < /dev/null & node=$!; echo \"process $node\"; exec 3<&0; { read -r _ <&3; kill -KILL $node; } & watcher=$!; wait $node; code=$?; kill -KILL $watcher; exit $code";

    /// <summary>The signal of Ctrl-C.</summary>
    public const int Interrupt = 2;

    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    private readonly Process _shell;
    private readonly List<string> _log = [];
    private readonly TaskCompletionSource<int> _number = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeProcess(string name, Process shell) => (Name, _shell) = (name, shell);

    /// <summary>Its name in the cluster.</summary>
    public string Name { get; }

    /// <summary>The number of its process.</summary>
    public int Number => _number.Task.Result;

    /// <summary>Starts a node; it has not joined yet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="file">The file of <c>--cluster</c>.</param>
    /// <param name="environment">Variables that it gets beside those of this process.</param>
    /// <param name="more">Further arguments.</param>
    public static async Task<NodeProcess> StartAsync(string name, string file, IReadOnlyDictionary<string, string> environment, params string[] more)
    {
        string[] program = [DotNet(), Path.Combine(AppContext.BaseDirectory, "actorfed.dll"), "node", "--cluster", file, .. more];
        ProcessStartInfo start = new("/bin/sh", ["-c", UntilInputEnds, "node", .. program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string variable, string value) in environment)
        {
            start.Environment[variable] = value;
        }

        NodeProcess node = new(name, new Process { StartInfo = start });
        node._shell.OutputDataReceived += (_, line) => node.Read(line.Data);
        node._shell.ErrorDataReceived += (_, line) => node.Read(line.Data);
        node._shell.Start();
        node._shell.BeginOutputReadLine();
        node._shell.BeginErrorReadLine();
        await node._number.Task.WaitAsync(Until.Patience);
        return node;
    }

    /// <summary>All that it said.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Whether it is there.</summary>
    public bool IsThere => !_shell.HasExited;

    /// <summary>How many lines it said with <paramref name="words"/> in them.</summary>
    public int Said(string words)
    {
        lock (_log)
        {
            return _log.Count(line => line.Contains(words, StringComparison.Ordinal));
        }
    }

    /// <summary>Waits until it has said something.</summary>
    public async Task HasSaidAsync(string words, int times = 1) => await Until.TrueAsync(
        $"node {Name} says '{words}' ({times} times)", () => Said(words) >= times || (!IsThere && Said(words) < times ? throw new InvalidOperationException($"Node {Name} has ended:\n{Log}") : false));

    /// <summary>Kills it, as a power cut does.</summary>
    public async Task KillAsync()
    {
        Send(Kill);
        await _shell.WaitForExitAsync();
    }

    /// <summary>Asks it to leave.</summary>
    public void AskToLeave() => Send(Terminate);

    /// <summary>Lets it stand still, as a machine that sleeps does.</summary>
    public void Pause() => Send(Stop);

    /// <summary>Lets it go on.</summary>
    public void GoOn() => Send(Continue);

    /// <summary>Sends a signal to a process.</summary>
    public static void Send(int process, int signal)
    {
        if (SendSignal(process, signal) != 0)
        {
            throw new InvalidOperationException($"Process {process} could not be sent signal {signal}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        using CancellationTokenSource patience = new(Until.Patience);
        await _shell.WaitForExitAsync(patience.Token);
        return _shell.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_shell.HasExited)
        {
            await KillAsync();
        }

        _shell.Dispose();
    }

    /// <summary>The program that runs programs.</summary>
    public static string DotNet() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (line.StartsWith("process ", StringComparison.Ordinal) && _number.TrySetResult(int.Parse(line.AsSpan("process ".Length), CultureInfo.InvariantCulture)))
        {
            return;
        }

        lock (_log)
        {
            _log.Add(line);
        }
    }

    private void Send(int signal) => Send(Number, signal);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);
}
