using System.Diagnostics;
using System.Runtime.Versioning;
using Xunit;

namespace ActorFed.Repository.Tests;

/// <summary>The script that turns switches on where their packages restore, with a stand-in for <c>dotnet</c>.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SwitchesTests : IDisposable
{
    private const string Script = "build/switches.sh";
    private const string Versions = "Directory.Packages.props";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorfed-switches-");

    public SwitchesTests()
    {
        Write(Script, RepositoryFiles.Read(Script));
        Write(Versions, RepositoryFiles.Read(Versions));
        Serve("");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Switches_are_on_whose_packages_restore()
    {
        Serve("TorchSharp");

        (string output, string error) = Run();

        Assert.Equal("-p:Torch=true", output);
        Assert.Contains("Built without Akka.NET: packages do not restore here", error, StringComparison.Ordinal);
        Assert.Contains("actorfed.switches", error, StringComparison.Ordinal);
    }

    [Fact]
    public void One_line_says_that_none_restores()
    {
        (string output, string error) = Run();

        Assert.Equal("", output);
        Assert.StartsWith("Built without Akka.NET and TorchSharp: ", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_is_remembered()
    {
        Serve("TorchSharp Akka.Cluster.Sharding");
        (string first, _) = Run();
        int trials = Trials;
        Serve("");

        (string second, string error) = Run();

        Assert.Equal("-p:Akka=true -p:Torch=true", first);
        Assert.Equal(first, second);
        Assert.Equal("", error);
        Assert.Equal(trials, Trials);
    }

    [Fact]
    public void It_is_tried_again_when_the_memory_is_removed_or_a_version_changes()
    {
        Run();
        Serve("TorchSharp");
        File.Delete(At("src/Host/bin/actorfed.switches"));
        (string afterRemoval, _) = Run();
        Serve("Akka.Cluster.Sharding");
        Write(Versions, RepositoryFiles.Read(Versions).Replace("<TorchSharpVersion>", "<TorchSharpVersion>9", StringComparison.Ordinal));

        (string afterChange, _) = Run();

        Assert.Equal("-p:Torch=true", afterRemoval);
        Assert.Equal("-p:Akka=true", afterChange);
    }

    [Theory]
    [InlineData("true", "-p:Torch=true")]
    [InlineData("false", "")]
    public void The_environment_decides_without_a_trial(string value, string expected)
    {
        (string output, _) = Run(("Torch", value), ("Akka", "false"));

        Assert.Equal(expected, output);
        Assert.Equal(0, Trials);
    }

    [Fact]
    public void What_is_neither_true_nor_false_is_refused()
    {
        (string output, string error) = Run(("Torch", "maybe"), ("Akka", "false"));

        Assert.Equal("", output);
        Assert.Contains("Torch is 'maybe' in the environment; it must be true or false", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_left_of_a_trial()
    {
        Run();

        Assert.Equal(["actorfed.switches"], Directory.EnumerateFileSystemEntries(At("src/Host/bin")).Select(path => Path.GetFileName(path)!));
    }

    private int Trials => File.Exists(At("trials")) ? File.ReadLines(At("trials")).Count() : 0;

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
    }

    /// <summary>Makes a registry that has these packages: a project restores when it names one of them, or is in a folder whose name has one.</summary>
    private void Serve(string packages) => Write(
        "path/dotnet",
        $"""
        #!/usr/bin/env bash
        echo "$*" >>"{At("trials")}"
        for package in {packages}; do
          case "$2" in *Problems.Torch | *Cluster.Akka) exit 0 ;; esac
          grep -q "Include=\"$package\"" "$2" && exit 0
        done
        exit 1
        """);

    private (string Output, string Error) Run(params (string Name, string Value)[] variables)
    {
        File.SetUnixFileMode(At("path/dotnet"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ProcessStartInfo start = new("bash", [At(Script)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{At("path")}:{start.Environment["PATH"]}";
        start.Environment["HOME"] = _folder.FullName;
        foreach (string name in (string[])["Akka", "Torch", "RestoreAdditionalProjectSources", "RestoreSources"])
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process script = Process.Start(start)!;
        Task<string> error = script.StandardError.ReadToEndAsync();
        string output = script.StandardOutput.ReadToEnd();
        script.WaitForExit();
        return (output.TrimEnd(), error.Result);
    }
}
