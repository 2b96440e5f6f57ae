using System.Text.Json;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Host.Verify;

/// <summary>Reads vectors and matrices of vector files.</summary>
internal static class VectorJson
{
    public static double Number(this JsonElement element, string name) => Numeric(element, name).GetDouble();

    public static int Count(this JsonElement element, string name) => Numeric(element, name).TryGetInt32(out int count)
        ? count
        : throw new FormatException($"The field '{name}' is {Field(element, name)}; it must be a whole number.");

    public static FlatVector Vector(this JsonElement element) => FlatVector.CopyOf(Doubles(element));

    /// <summary>A flat, row-major copy of a list or a list of lists.</summary>
    public static double[] Doubles(this JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().SelectMany(Doubles)]
        : [element.GetDouble()];

    public static FlatVector[] Vectors(this JsonElement element) => [.. element.EnumerateArray().Select(Vector)];

    public static JsonElement Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement field)
            ? field
            : throw new KeyNotFoundException($"The field '{name}' is missing.");

    private static JsonElement Numeric(JsonElement element, string name)
    {
        JsonElement field = Field(element, name);
        return field.ValueKind == JsonValueKind.Number
            ? field
            : throw new FormatException($"The field '{name}' is {field.GetRawText()}; it must be a number.");
    }

    /// <summary>The entries of several vectors, one after the other.</summary>
    public static double[] Join(this IEnumerable<FlatVector> vectors) => [.. vectors.SelectMany(vector => vector.Span.ToArray())];
}
