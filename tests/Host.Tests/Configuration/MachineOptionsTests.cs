using ActorFed.Host.Configuration;
using ActorFed.Host.Plugins;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

/// <summary>What concerns several sections of a machine's settings.</summary>
public sealed class MachineOptionsTests
{
    [Theory]
    [InlineData("node.capacity=4")]
    [InlineData("node.moves-at-a-time=2")]
    public void Refuses_shares_of_a_node_where_sharding_has_none(string setting)
    {
        ConfigurationException refused = Assert.Throws<ConfigurationException>(() => Of("node.engine=akka", setting));

        Assert.Contains($"{setting.Split('=')[0]} has no effect with node.engine = akka", refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, Of("node.engine=rabbitmq", "node.capacity=4").Node.Capacity);
        Assert.Null(Of("node.engine=akka").Node.Capacity);
    }

    [Fact]
    public void Refuses_some_files_of_tls_without_the_others()
    {
        ConfigurationException refused = Assert.Throws<ConfigurationException>(() => Of("akka.tls.certificate=a.crt", "akka.tls.key=a.key"));

        Assert.Contains("certificate, key and root-certificate belong together", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(Of("akka.tls.certificate=a.crt", "akka.tls.key=a.key", "akka.tls.root-certificate=b.crt").Akka.Tls.RootCertificate);
    }

    private static MachineOptions Of(params string[] settings) => MachineOptions.OfThisMachine(null, settings, Catalogue.BuiltIn);
}
