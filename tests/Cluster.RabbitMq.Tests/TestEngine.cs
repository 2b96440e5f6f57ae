using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Engines.Tests;
using ActorFed.Wire;

namespace ActorFed.Cluster.RabbitMq.Tests;

/// <summary>Engines for tests.</summary>
internal static class TestEngine
{
    private static int _prefixes;

    /// <summary>Notes of the conformance tests travel as their number and text.</summary>
    public static WireCodec Codec { get; } = new([.. WireCatalog.All, WireFormat.Of<Note>("test.note.v1", Write, Read)]);

    public static RabbitMqOptions Options(PrivateBroker broker, string prefix) => new()
    {
        Host = "127.0.0.1",
        Port = broker.Port,
        VirtualHost = "/",
        User = PrivateBroker.User,
        PasswordFile = null,
        Tls = TlsMode.VerifyUnlessLoopback,
        RootCertificate = null,
        VerifySender = true,
        NodeUser = null,
        EdgeUsers = ImmutableDictionary<string, ImmutableArray<ParticipantId>>.Empty,
        Prefix = prefix,
        InitialBackOff = TimeSpan.FromMilliseconds(20),
        MaxBackOff = TimeSpan.FromMilliseconds(200),
        MaxOutage = TimeSpan.FromSeconds(50),
    };

    /// <summary>A user of the broker who may speak for one participant.</summary>
    public static ImmutableDictionary<string, ImmutableArray<ParticipantId>> EdgeUser(string user, ParticipantId participant) =>
        ImmutableDictionary<string, ImmutableArray<ParticipantId>>.Empty.Add(user, [participant]);

    public static string NewPrefix() => $"test-{Interlocked.Increment(ref _prefixes)}";

    public static RabbitMqEngine Create(PrivateBroker broker, string prefix) => new(Options(broker, prefix), PrivateBroker.Password, Codec);

    public static RabbitMqEngine Hosting(PrivateBroker broker, string prefix, HashSet<ParticipantId> hosted) =>
        new(Options(broker, prefix), PrivateBroker.Password, Codec, hosted);

    private static byte[] Write(Note note)
    {
        byte[] bytes = new byte[sizeof(long) + Encoding.UTF8.GetByteCount(note.Text)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, note.Number);
        Encoding.UTF8.GetBytes(note.Text, bytes.AsSpan(sizeof(long)));
        return bytes;
    }

    private static Note Read(ReadOnlyMemory<byte> bytes) => bytes.Length >= sizeof(long)
        ? new Note(BinaryPrimitives.ReadInt64LittleEndian(bytes.Span), Encoding.UTF8.GetString(bytes.Span[sizeof(long)..]))
        : throw new InvalidDataException($"a note of {bytes.Length} bytes is too short; it has at least {sizeof(long)}.");
}
