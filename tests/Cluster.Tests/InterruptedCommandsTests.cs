using System.Diagnostics;
using System.Text.Json;
using ActorFed.Host;
using Xunit;
using Xunit.Abstractions;

namespace ActorFed.Cluster.Tests;

/// <summary>Commands that somebody ends with Ctrl-C while they wait.</summary>
[Collection(WithServices.Name)]
public sealed class InterruptedCommandsTests(ClusterServices services, ITestOutputHelper output)
{
    [ClusterFact]
    public async Task A_command_that_is_interrupted_ends_with_json_all_the_same()
    {
        await using LocalCluster cluster = new(services, output.WriteLine);
        string run = await cluster.SubmitAsync(Experiments.Star, Experiments.Synchronous(10)); // there is no node: it waits

        JsonElement watched = await InterruptedAsync(cluster, "watch", run);
        JsonElement submitted = await InterruptedAsync(cluster, "submit", Experiments.Star, "--wait");

        Assert.Equal((run, "waiting"), (watched.GetProperty("run").GetString(), watched.GetProperty("state").GetString()));
        Assert.Equal(2, cluster.Rows("SELECT id FROM runs WHERE wish = 'run'").Count);
        Assert.Contains(submitted.GetProperty("run").GetString(), cluster.Rows("SELECT id FROM runs"));
    }

    /// <summary>Starts a command, interrupts it as soon as it has said something, and reads its last line.</summary>
    private static async Task<JsonElement> InterruptedAsync(LocalCluster cluster, params string[] command)
    {
        // Who starts tests in the background of a shell lets them ignore the signal.
        string[] program = ["--default-signal=INT", NodeProcess.DotNet(), Path.Combine(AppContext.BaseDirectory, "actorfed.dll")];
        ProcessStartInfo start = new("/usr/bin/env", [.. program, .. command, "--json", "--cluster", cluster.WriteFile("command")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        TaskCompletionSource<string?> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> lines = [];
        using Process process = new() { StartInfo = start };
        process.ErrorDataReceived += (_, line) => first.TrySetResult(line.Data);
        process.OutputDataReceived += (_, line) =>
        {
            first.TrySetResult(line.Data);
            lines.Add(line.Data ?? "");
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await first.Task.WaitAsync(Until.Patience);
        NodeProcess.Send(process.Id, NodeProcess.Interrupt);
        using CancellationTokenSource patience = new(Until.Patience);
        await process.WaitForExitAsync(patience.Token); // and until all was read

        Assert.True(process.ExitCode == ExitCodes.Cancelled, $"The exit code is {process.ExitCode}: {string.Join('\n', lines)}");
        return JsonDocument.Parse(lines.Last(line => line.Length > 0)).RootElement;
    }
}
