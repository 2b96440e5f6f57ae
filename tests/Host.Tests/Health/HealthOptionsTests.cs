using ActorFed.Host.Configuration;
using ActorFed.Host.Health;
using ActorFed.Host.Tests.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Health;

public sealed class HealthOptionsTests
{
    [Fact]
    public void Are_off_and_of_loopback_by_default() => Assert.Equal(new HealthOptions { Address = "127.0.0.1", Port = 0 }, Bind(""));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("10.1.2.3")]
    public void Take_an_address(string address) =>
        Assert.Equal(new HealthOptions { Address = address, Port = 8080 }, Bind($"health {{ address = \"{address}\", port = 8080 }}"));

    [Theory]
    [InlineData("health.address = node-1", "health.address is node-1; it must be an address of this machine such as 127.0.0.1")]
    [InlineData("health.address = \"127.0.0.1:80\"", "health.address is ")]
    [InlineData("health.address = \"\"", "health.address is")]
    [InlineData("health.port = 65536", "health.port is 65536; it must be between 0 and 65535")]
    [InlineData("health.port = -1", "health.port is -1; it must be between 0 and 65535")]
    [InlineData("health.path = x", "unknown key health.path; the nearest known key is")]
    public void Name_the_line_and_the_key_of_what_is_wrong(string text, string problem) =>
        Assert.StartsWith($"c.conf:1: {problem}", Hocon.ErrorOf(() => Bind(text)), StringComparison.Ordinal);

    private static HealthOptions Bind(string text) => MachineOptions.Of(ConfigurationLoader.Load(new ConfigurationSources
    {
        Reference = ConfigurationSources.ReadReference(),
        ExperimentFile = "c.conf",
        ReadFile = _ => text,
    })).Health;
}
