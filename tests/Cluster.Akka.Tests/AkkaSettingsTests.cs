using Xunit;

namespace ActorFed.Cluster.Akka.Tests;

public sealed class AkkaSettingsTests
{
    [Fact]
    public void Reads_what_is_built_in()
    {
        AkkaSettings settings = AkkaSettings.Load();

        Assert.Equal(256 << 10, settings.Wire.MaxChunkBytes);
        Assert.Equal(256 << 20, settings.Wire.MaxPayloadBytes);
        Assert.Equal(512L << 20, settings.Wire.MaxIncompleteBytes);
        Assert.Equal((TimeSpan.FromSeconds(3), 64), (settings.RedeliverAfter, settings.Shards));
    }

    [Fact]
    public void Tells_files_apart_that_differ_and_only_those()
    {
        Assert.Equal(AkkaSettings.Load().Digest, AkkaSettings.Load().Digest);
        Assert.NotEqual(AkkaSettings.Load().Digest, AkkaSettings.Load("akka.cluster.split-brain-resolver.stable-after = 5s").Digest);
    }

    [Theory]
    [InlineData("akka.remote.dot-netty.tcp.maximum-frame-size = 262144b", "maximum-frame-size is 262144")]
    [InlineData("actorfed.chunk-bytes = 512KiB", "maximum-frame-size is 400000")]
    [InlineData("actorfed.chunk-bytes = 100", "MaxChunkBytes is 100")]
    [InlineData("actorfed.max-incomplete-bytes = 1KiB", "MaxIncompleteBytes is 1024")]
    [InlineData("actorfed.redeliver-after = 1ms", "actorfed.redeliver-after is 00:00:00.0010000")]
    [InlineData("actorfed.shards = 0", "actorfed.shards is 0")]
    [InlineData("actorfed { shards = ", "akka.config cannot be read")]
    public void Refuses_what_is_out_of_range(string line, string problem)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => AkkaSettings.Load(line));

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }
}
