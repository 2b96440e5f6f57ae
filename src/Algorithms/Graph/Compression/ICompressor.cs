using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Compression;

/// <summary>Makes vectors smaller for their way to the neighbours, at a loss.</summary>
/// <remarks>
/// Contractive: E ‖Q(v) − v‖² ≤ (1 − δ) ‖v‖² with 0 &lt; δ ≤ 1, and Q(0) = 0. A compressor holds no state: equal vectors and equal random
/// streams give equal packets, so that a participant that is rebuilt sends again what it sent before.
/// </remarks>
public interface ICompressor
{
    /// <summary>Its name in experiments.</summary>
    string Name { get; }

    /// <summary>Compresses a vector.</summary>
    /// <param name="vector">v; finite.</param>
    /// <param name="random">A stream of this vector's own.</param>
    /// <exception cref="ArithmeticException">An entry is too large for the format that it would travel in.</exception>
    Packet Compress(FlatVector vector, SeededRandom random);
}
