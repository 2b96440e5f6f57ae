using System.Text.Json;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>What a command line came to.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">All it wrote to its output.</param>
/// <param name="Error">All it wrote to its error stream.</param>
internal sealed record CliResult(int Code, string Output, string Error)
{
    /// <summary>The last line, which must be JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Output.TrimEnd().Split('\n')[^1]).RootElement;

    public CliResult MustEnd(int code)
    {
        Assert.True(Code == code, $"The exit code is {Code}; {code} was expected.\n{Error}\n{Output}");
        return this;
    }
}

/// <summary>Carries out command lines in this process.</summary>
internal static class Cli
{
    /// <summary>The experiment on which most tests run; it takes a moment.</summary>
    public static string Quadratic { get; } = Checkout.At("hocon/experiments/adbo-quadratic.conf");

    public static async Task<CliResult> RunAsync(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await new CommandLine(TextWriter.Synchronized(output), TextWriter.Synchronized(error), _ => null).InvokeAsync(arguments);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    /// <summary>The arguments of a short synchronous run into <paramref name="folder"/>.</summary>
    public static string[] Run(string folder, int steps, params string[] settings) =>
        ["run", Quadratic, .. Set([$"run.folder=\"{folder}\"", $"stop.steps={steps}", "participation.policy=synchronous", "run.model-every=10", .. settings]), "--json"];

    public static IEnumerable<string> Set(params string[] settings) => settings.SelectMany(setting => (string[])["--set", setting]);
}
