using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Blocks;

/// <summary>Checks of vectors at an algorithm's borders.</summary>
public static class VectorCheck
{
    /// <summary>Largest absolute value of an entry that is believed, inclusive: far beyond every model, and its square is still finite.</summary>
    public const double MaxReported = 1e100;

    /// <summary>Why a reported vector is not acceptable, or null when it is: of this length, all finite, and none beyond <see cref="MaxReported"/>.</summary>
    public static string? Objection(FlatVector vector, int length, string name)
    {
        if (vector.Length != length)
        {
            return $"{name} has length {vector.Length}; {length} is needed.";
        }

        int index = VectorMath.IndexBeyond(vector.Span, MaxReported);
        return index < 0 ? null
            : !double.IsFinite(vector[index]) ? $"entry {index} of {name} is {vector[index]}; all must be finite."
            : $"entry {index} of {name} is {vector[index]}; it must be between {-MaxReported} and {MaxReported}, so that squares stay finite.";
    }
}
