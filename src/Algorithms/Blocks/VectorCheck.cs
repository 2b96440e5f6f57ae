using System.Globalization;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Blocks;

/// <summary>Checks of vectors at an algorithm's borders: reports, snapshots, results.</summary>
public static class VectorCheck
{
    /// <summary>
    /// Largest absolute value of an entry that is believed, inclusive: far beyond every model, and its square is still finite. Who
    /// computes a larger one has diverged and says so; who reports one all the same is not believed.
    /// </summary>
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

    /// <summary>Reads a vector of a snapshot.</summary>
    /// <exception cref="InvalidDataException">It has another length.</exception>
    public static FlatVector Read(SnapshotReader reader, int length, string name) => Require(reader.ReadVector(), length, name);

    /// <summary>Requires the length of a vector read from a snapshot.</summary>
    /// <exception cref="InvalidDataException">It has another one.</exception>
    public static FlatVector Require(FlatVector vector, int length, string name) => vector.Length == length
        ? vector
        : throw new InvalidDataException($"The snapshot has {name} of length {vector.Length}; this experiment needs {length}.");

    /// <summary>Requires that a step led to values that others will believe.</summary>
    /// <param name="vector">What it led to.</param>
    /// <param name="name">What that is.</param>
    /// <param name="key">The setting whose lowering may help.</param>
    /// <param name="step">Master steps made, where they are known.</param>
    /// <exception cref="ArithmeticException">An entry is not finite, or beyond <see cref="MaxReported"/>.</exception>
    public static void RequireFinite(FlatVector vector, string name, string key, long? step = null)
    {
        int index = VectorMath.IndexBeyond(vector.Span, MaxReported);
        if (index >= 0)
        {
            string when = step is long t ? string.Create(CultureInfo.InvariantCulture, $" at master step {t}") : "";
            throw new ArithmeticException(
                $"Entry {index} of {name} became {vector[index]}{when}: the run diverges. Try a smaller {key}, or check the data for extreme values.");
        }
    }
}
