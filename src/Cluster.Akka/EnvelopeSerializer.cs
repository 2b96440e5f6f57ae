using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Event;
using Hyperion;
using AkkaSerializer = Akka.Serialization.Serializer;

namespace ActorFed.Cluster.Akka;

/// <summary>
/// Envelopes to bytes and back, by Hyperion with the types known to both sides, so that no type is named on the wire. Bytes that
/// name any other type make no object: they are refused, logged and counted.
/// </summary>
/// <remarks>The vectors are in the block of bytes of a <see cref="Frame"/>: Hyperion writes and reads that as a block, where it would
/// write an array of numbers one by one.</remarks>
/// <param name="system">The actor system that it serves.</param>
internal sealed class EnvelopeSerializer(ExtendedActorSystem system) : AkkaSerializer(system)
{
    /// <summary>The types that may travel, in the order of their numbers on the wire: only to be added to.</summary>
    public static readonly Type[] AllowedTypes = [typeof(Frame), typeof(Acknowledged)];

    private static readonly Serializer Hyperion = new(SerializerOptions.Default
        .WithVersionTolerance(false)
        .WithPreserveObjectReferences(false)
        .WithKnownTypes(AllowedTypes)
        .WithDisallowUnsafeType(true)
        .WithTypeFilter(new AllowList()));

    private ILoggingAdapter Log => Logging.GetLogger(system, typeof(EnvelopeSerializer)); // not at construction: the system is not there yet

    /// <inheritdoc/>
    public override int Identifier => 1107;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        if (!AllowedTypes.Contains(obj.GetType()))
        {
            throw Refused($"{obj.GetType().FullName} is not among the types that may be sent: {string.Join(", ", AllowedTypes.Select(type => type.Name))}.");
        }

        using MemoryStream bytes = new(obj is Frame frame ? frame.Bytes.Length + 256 : 256);
        Hyperion.Serialize(obj, bytes);
        return bytes.ToArray();
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type)
    {
        object? read;
        try
        {
            using MemoryStream stream = new(bytes, writable: false);
            read = Hyperion.Deserialize<object>(stream);
        }
        catch (Exception failure) // any: the bytes are a stranger's, and Hyperion says so in many ways
        {
            throw Refused($"{bytes.Length} bytes that came are no envelope: {failure.Message}", failure);
        }

        return read is Frame { Address: not null, Bytes: not null } or Acknowledged { Address: not null, Receiver: not null }
            ? read
            : throw Refused($"{bytes.Length} bytes that came are a {read?.GetType().FullName ?? "null"}, which may not be sent.");
    }

    private SerializationException Refused(string reason, Exception? cause = null)
    {
        Refusals.Count();
        Log.Warning("A message was rejected: {0}", reason);
        return new SerializationException(reason, cause);
    }

    /// <summary>
    /// Hyperion asks for names of types: of what is sent, and of what the bytes name. Ours travel under their numbers, so what names a type is
    /// a stranger's.
    /// </summary>
    private sealed class AllowList : ITypeFilter
    {
        private static readonly HashSet<string> Names = [.. AllowedTypes.Select(type => type.AssemblyQualifiedName!)];

        public bool IsAllowed(string typeName) => Names.Contains(typeName);
    }
}
