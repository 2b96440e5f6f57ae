using ActorFed.Host.Cluster;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>What a program without Akka.NET says to whoever asks for it.</summary>
public sealed class AkkaNotBuiltInTests
{
    [FactWithoutAkka]
    public async Task Says_how_to_build_it_in_before_anything_is_done()
    {
        using TemporaryFolder temporary = new();

        CliResult refused = (await Cli.RunAsync(Cli.Run(temporary.At("run"), 10, "engine.kind=akka"))).MustEnd(ExitCodes.BadInput);

        Assert.Contains("engine.kind is akka", refused.Error, StringComparison.Ordinal);
        Assert.Contains("-p:Akka=true", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(temporary.At("run")));
    }

    [FactWithoutAkka]
    public async Task Lists_it_as_not_built_in()
    {
        CliResult listed = (await Cli.RunAsync("list", "engines")).MustEnd(ExitCodes.Success);

        Assert.Contains("not built in: build with dotnet build -p:Akka=true", listed.Output, StringComparison.Ordinal);
    }

    private sealed class FactWithoutAkkaAttribute : FactAttribute
    {
        public FactWithoutAkkaAttribute() => Skip = AkkaSupport.IsBuiltIn ? "This program has Akka.NET built in." : null;
    }
}
