using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Federated.Split;

/// <summary>Vectors that travel in a set format.</summary>
internal static class RoundedVectors
{
    /// <summary>A vector, rounded.</summary>
    public static RoundedPacket Of(FlatVector values, NumberFormat format) => new(format.Round(values), format);

    /// <summary>Why a vector that came is not acceptable, or null when it is: of this format and length, and of numbers that can be believed.</summary>
    public static string? Objection(RoundedPacket packet, int length, NumberFormat format, string name) => packet.Format == format
        ? VectorCheck.Objection(packet.Values, length, name) ?? format.Objection(packet.Values, name)
        : $"{name} came as {packet.Format}; {format} is set.";
}
