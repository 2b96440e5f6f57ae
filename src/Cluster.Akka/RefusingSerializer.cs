using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Serialization;

namespace ActorFed.Cluster.Akka;

/// <summary>Stands in for Akka's default serializer, which would make any object that the bytes name: it makes none.</summary>
/// <param name="system">The actor system that it serves.</param>
/// <param name="config">Settings of the serializer whose place it takes; not used.</param>
#pragma warning disable CS9113 // Akka hands settings to whatever bears this name
internal sealed class RefusingSerializer(ExtendedActorSystem system, Config config) : Serializer(system)
#pragma warning restore CS9113
{
    private ILoggingAdapter Log => Logging.GetLogger(system, typeof(RefusingSerializer)); // not at construction: the system is not there yet

    /// <summary>That of the serializer whose place it takes.</summary>
    public override int Identifier => 1;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => throw Refused($"{obj.GetType().FullName} is not among the types that may be sent.");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => throw Refused($"{bytes.Length} bytes came for the serializer of arbitrary objects, which is not in use.");

    private SerializationException Refused(string reason)
    {
        Refusals.Count();
        Log.Warning("A message was rejected: {0}", reason);
        return new SerializationException(reason);
    }
}
