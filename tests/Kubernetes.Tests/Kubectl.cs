using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using ActorFed.Repository.Tests;

namespace ActorFed.Kubernetes.Tests;

/// <summary>Renders overlays with <c>kubectl kustomize</c>, which needs no cluster.</summary>
internal static class Kubectl
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Rendered = new();
    private static readonly Lazy<string?> WhyMissing = new(Look);

    /// <summary>Why nothing can be rendered; null: it can.</summary>
    public static string? Missing => WhyMissing.Value;

    /// <summary>The objects of a folder, as YAML.</summary>
    /// <param name="folder">Relative to the repository.</param>
    public static string Render(string folder) => Rendered.GetOrAdd(folder, path => new Lazy<string>(() => Run("kustomize", path))).Value;

    private static string? Look()
    {
        try
        {
            Run("version", "--client");
            return null;
        }
        catch (Win32Exception)
        {
            return "kubectl was not found: apt-get install kubernetes-client";
        }
    }

    private static string Run(params string[] arguments)
    {
        using Process kubectl = Process.Start(new ProcessStartInfo("kubectl", arguments)
        {
            WorkingDirectory = RepositoryFiles.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = kubectl.StandardError.ReadToEndAsync();
        string output = kubectl.StandardOutput.ReadToEnd();
        kubectl.WaitForExit();
        return kubectl.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)} ended with {kubectl.ExitCode}: {errors.Result}");
    }
}
