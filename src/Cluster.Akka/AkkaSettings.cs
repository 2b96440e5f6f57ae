using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorFed.Wire;
using Akka.Configuration;

namespace ActorFed.Cluster.Akka;

/// <summary>What akka.conf says: Akka's own keys, and ours, read and checked.</summary>
internal sealed record AkkaSettings
{
    // What surrounds a chunk in a message: heads of the frame and of the envelope, addresses, and the name of the serializer.
    private const int MaxHeadBytes = WireLimits.MaxHeadBytes + 4096;

    private AkkaSettings(Config config)
    {
        Config = config;
        Wire = new WireLimits
        {
            MaxChunkBytes = Bytes("actorfed.chunk-bytes"),
            MaxPayloadBytes = Bytes("actorfed.max-payload-bytes"),
            MaxIncompleteBytes = config.GetByteSize("actorfed.max-incomplete-bytes") ?? 0,
        };
        FrameBytes = config.GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size") ?? 0;
        RedeliverAfter = Duration("actorfed.redeliver-after");
        LookEvery = Duration("actorfed.look-every");
        RemindEvery = Duration("actorfed.remind-every");
        JoinWithin = Duration("actorfed.join-within");
        Shards = config.GetInt("actorfed.shards");
    }

    /// <summary>All keys.</summary>
    public Config Config { get; }

    /// <summary>How large things may be.</summary>
    public WireLimits Wire { get; }

    /// <summary>Largest message on a connection, bytes.</summary>
    public long FrameBytes { get; }

    /// <summary>A message that was not said to be handled for so long is sent again.</summary>
    public TimeSpan RedeliverAfter { get; }

    /// <summary>Time between two looks at what is wanted of runs.</summary>
    public TimeSpan LookEvery { get; }

    /// <summary>Time between two requests to start all that is wanted.</summary>
    public TimeSpan RemindEvery { get; }

    /// <summary>Longest wait to be let into the cluster.</summary>
    public TimeSpan JoinWithin { get; }

    /// <summary>Shards per role.</summary>
    public int Shards { get; }

    /// <summary>Short for all keys: two nodes with the same have the same akka.conf.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Config.ToString(includeFallback: true))))[..12];

    /// <summary>The keys that are built in, and those of a file over them.</summary>
    /// <param name="overrides">Text of the file; null: there is none.</param>
    /// <exception cref="ArgumentException">A value is out of range, or the file is not readable; the message says which, and what is allowed.</exception>
    public static AkkaSettings Load(string? overrides = null)
    {
        using Stream stream = typeof(AkkaSettings).Assembly.GetManifestResourceStream("akka.conf")!;
        using StreamReader reader = new(stream);
        Config builtIn = ConfigurationFactory.ParseString(reader.ReadToEnd());
        AkkaSettings settings = Read(overrides, builtIn);
        settings.Validate();
        return settings;
    }

    /// <summary>The keys of an actor system that talks to nobody outside of this process.</summary>
    public Config Alone() => Over("akka.actor.provider = local");

    /// <summary>The keys, with lines over them.</summary>
    public Config Over(string lines) => ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $$"""
        actorfed.training-dispatcher.dedicated-thread-pool.thread-count = {{2 * Environment.ProcessorCount}}
        {{lines}}
        """)).WithFallback(Config);

    private static AkkaSettings Read(string? overrides, Config builtIn)
    {
        try
        {
            return new AkkaSettings(overrides is null ? builtIn : ConfigurationFactory.ParseString(overrides).WithFallback(builtIn));
        }
        catch (Exception fault) when (fault.GetType() != typeof(ArgumentException)) // any: parser and readers of values say so in many ways
        {
            throw new ArgumentException($"akka.config cannot be read: {fault.Message}", fault);
        }
    }

    private void Validate()
    {
        Wire.Validate();
        Require(
            FrameBytes >= Wire.MaxChunkBytes + MaxHeadBytes,
            $"akka.remote.dot-netty.tcp.maximum-frame-size is {FrameBytes} bytes, and a chunk of actorfed.chunk-bytes, {Wire.MaxChunkBytes}, with its head of up to {MaxHeadBytes} "
            + "must fit: raise the former, or lower the latter, on all nodes.");
        Require(Shards is >= 1 and <= 10_000, $"actorfed.shards is {Shards}; it must be in [1, 10000].");
        foreach ((string key, TimeSpan value) in ((string, TimeSpan)[])[
            ("redeliver-after", RedeliverAfter), ("look-every", LookEvery), ("remind-every", RemindEvery), ("join-within", JoinWithin)])
        {
            Require(value >= TimeSpan.FromMilliseconds(100) && value <= TimeSpan.FromMinutes(10), $"actorfed.{key} is {value}; it must be at least 100ms and at most 10m.");
        }
    }

    private int Bytes(string key)
    {
        long bytes = Config.GetByteSize(key) ?? 0;
        return bytes is > 0 and <= int.MaxValue ? (int)bytes : throw new ArgumentException($"{key} is {bytes} bytes; it must be in [1, {int.MaxValue}].");
    }

    private TimeSpan Duration(string key) => Config.GetTimeSpan(key, TimeSpan.Zero, allowInfinite: false);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
