using System.Text;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>A program that is built without TorchSharp, asked for it.</summary>
public sealed class WithoutTorchTests
{
    [Fact]
    public async Task An_experiment_on_torch_is_told_how_to_build_it()
    {
        using TemporaryFolder temporary = new();
        string file = temporary.Write("x.conf", Encoding.UTF8.GetBytes("problem = hyper-cleaning\noracle.backend = torch\n"));

        CliResult run = (await Cli.RunAsync("run", file)).MustEnd(ExitCodes.BadInput);

        Assert.Contains($"{file}:2", run.Error, StringComparison.Ordinal);
        Assert.Contains("built without TorchSharp", run.Error, StringComparison.Ordinal);
        Assert.Contains("dotnet build src/Host -c Release -p:Torch=true", run.Error, StringComparison.Ordinal);
        Assert.Contains("or set oracle.backend = managed", run.Error, StringComparison.Ordinal);
    }
}
