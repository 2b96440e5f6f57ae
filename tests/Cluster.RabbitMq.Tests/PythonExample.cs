using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>The worker in <c>examples/python-worker</c>, with the classes that <c>protoc</c> makes for it, in a folder of its own.</summary>
public sealed class PythonExample : IAsyncLifetime
{
    private const string Packages = "on Debian: apt-get install python3-pika python3-protobuf python3-numpy protobuf-compiler";
    private const string Python = "/usr/bin/python3"; // Debian's own, which finds Debian's packages whatever else is on the path

    private readonly string _folder = Directory.CreateTempSubdirectory("actorfed-python-").FullName;

    /// <summary>The repository.</summary>
    private static string Root { get; } = FindRoot();

    public async Task InitializeAsync()
    {
        string proto = Path.Combine(Root, "proto");
        string[] files = Directory.GetFiles(Path.Combine(proto, "actorfed", "v1"), "*.proto");
        (int code, string output) = await CallAsync("protoc", [$"-I{proto}", $"--python_out={_folder}", .. files]);
        Assert.True(code == 0, $"protoc ended with {code}: {output}");
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Writes a file for the worker.</summary>
    /// <returns>Where it lies.</returns>
    public string Write(string name, Action<TextWriter> write)
    {
        string path = Path.Combine(_folder, name);
        using StreamWriter writer = new(path);
        write(writer);
        return path;
    }

    /// <summary>Starts the worker.</summary>
    /// <param name="user">Who signs in at the broker.</param>
    /// <param name="password">With what.</param>
    /// <param name="arguments">All else.</param>
    public PythonWorker Start(string user, string password, params string[] arguments) => new(
        Begin(Python, [Path.Combine(Root, "examples", "python-worker", "worker.py"), .. arguments], user, password));

    /// <summary>Runs a program that is in the folder of the worker, or beside these tests, to its end.</summary>
    public Task<(int Code, string Output)> RunAsync(string path, params string[] arguments) => CallAsync(Python, [Path.Combine(Root, path), .. arguments]);

    private async Task<(int Code, string Output)> CallAsync(string program, string[] arguments)
    {
        using Process process = Begin(program, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    private Process Begin(string program, string[] arguments, string user = "", string password = "")
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONPATH"] = _folder + Path.PathSeparator + Path.Combine(Root, "examples", "python-worker");
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["OPENBLAS_NUM_THREADS"] = "1"; // sums in one order, and no contest for the processors
        start.Environment["ACTORFED_BROKER_USER"] = user;
        start.Environment["ACTORFED_BROKER_PASSWORD"] = password;
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"{program} could not be started ({missing.Message}); {Packages}.", missing);
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ActorFed.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds ActorFed.sln.");
    }
}

/// <summary>A running worker in Python. What it says is kept, for the messages of failed tests and for waiting.</summary>
public sealed class PythonWorker : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal PythonWorker(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Ended = EndAsync();
    }

    /// <summary>Ends when its mailboxes are there and it receives; fails when it ends before.</summary>
    public Task Connected => _connected.Task;

    /// <summary>Its exit code, when it has ended.</summary>
    public Task<int> Ended { get; }

    /// <summary>How many requests it answered, as it says at its end.</summary>
    public int Answered
    {
        get
        {
            string[] words = Output.Split(' ', '\n');
            return int.Parse(words[Array.IndexOf(words, "answered") + 1], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>All it said.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Kills it at once (SIGKILL).</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await Ended;
        _process.Dispose();
    }

    private async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        _connected.TrySetException(new InvalidOperationException($"The worker ended with {_process.ExitCode}:\n{Output}"));
        return _process.ExitCode;
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
        }

        if (line.Contains("connected to", StringComparison.Ordinal))
        {
            _connected.TrySetResult();
        }
    }
}
