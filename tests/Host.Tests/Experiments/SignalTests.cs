using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>The real program, stopped by a signal in the middle of a run, and resumed.</summary>
public sealed class SignalTests
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2); // only a program that hangs needs it

    [SignalFact(Interrupt)]
    public Task An_interrupt_stores_snapshots_and_ends_with_130() => StopAndResumeAsync(Interrupt);

    [SignalFact(Terminate)]
    public Task A_termination_stores_snapshots_and_ends_with_130() => StopAndResumeAsync(Terminate);

    private static async Task StopAndResumeAsync(int signal)
    {
        using TemporaryFolder temporary = new();
        string folder = temporary.At("run");
        using CancellationTokenSource patience = new(Patience);
        using Process program = Start(Cli.Run(folder, steps: int.MaxValue, "run.record-every=1000"));
        try
        {
            while (!HasSteps(await program.StandardOutput.ReadLineAsync(patience.Token)))
            {
            }

            Assert.Equal(0, Kill(program.Id, signal));
            string rest = await program.StandardOutput.ReadToEndAsync(patience.Token);
            await program.WaitForExitAsync(patience.Token);

            Assert.Equal(ExitCodes.Cancelled, program.ExitCode);
            JsonElement result = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "result.json"))).RootElement;
            Assert.Equal("cancelled", result.GetProperty("outcome").GetString());
            Assert.Equal(result.GetRawText(), rest.TrimEnd().Split('\n')[^1]);
            Assert.Equal(
                ["master.000001.1.snap", "master.000002.1.snap"], // the second is stored by the end alone; workers have none
                Directory.GetFiles(Path.Combine(folder, "snapshots"), "*.snap").Select(Path.GetFileName).Order(StringComparer.Ordinal));

            long steps = result.GetProperty("steps").GetInt64();
            CliResult resumed = (await Cli.RunAsync(["run", "--resume", folder, .. Cli.Set($"stop.steps={steps + 50}"), "--json"])).MustEnd(ExitCodes.Success);
            Assert.Equal(steps + 50, resumed.Json.GetProperty("steps").GetInt64());
        }
        finally
        {
            if (!program.HasExited)
            {
                program.Kill();
            }
        }
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(
        Environment.ProcessPath!, [Path.Combine(AppContext.BaseDirectory, "actorfed.dll"), .. arguments])
    {
        RedirectStandardOutput = true,
    })!;

    /// <summary>Whether a line of progress shows that steps are being made.</summary>
    private static bool HasSteps(string? line) => line is null
        ? throw new InvalidOperationException("The program ended before it made a step.")
        : line.StartsWith("step ", StringComparison.Ordinal) && !line.StartsWith("step 0/", StringComparison.Ordinal);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
