using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorFed.Algorithms.Numerics;
using ActorFed.Wire.V1;
using Google.Protobuf;

namespace ActorFed.Wire.Formats;

/// <summary>Fields of Protobuf messages as the algorithms have them. What is missing or malformed is an <see cref="InvalidDataException"/>.</summary>
/// <remarks>Numbers are copied as they lie in memory: the runtime knows little-endian machines only.</remarks>
internal static class Fields
{
    public static Vector Write(FlatVector vector) => new() { Float64 = UnsafeByteOperations.UnsafeWrap(new VectorBytes(vector).Memory) };

    public static Vector? WriteOptional(FlatVector? vector) => vector is null ? null : Write(vector);

    public static VectorList Write(ImmutableArray<FlatVector> vectors)
    {
        VectorList list = new();
        list.Lengths.AddRange(vectors.Select(vector => (uint)vector.Length));
        byte[] all = new byte[vectors.Sum(vector => (long)vector.Length) * sizeof(double)];
        Span<byte> rest = all;
        foreach (FlatVector vector in vectors)
        {
            MemoryMarshal.AsBytes(vector.Span).CopyTo(rest);
            rest = rest[(vector.Length * sizeof(double))..];
        }

        list.Float64 = UnsafeByteOperations.UnsafeWrap(all);
        return list;
    }

    public static FlatVector Read(Vector? vector, [CallerArgumentExpression(nameof(vector))] string field = "") =>
        ReadOptional(vector, field) ?? throw Missing(field);

    public static FlatVector? ReadOptional(Vector? vector, [CallerArgumentExpression(nameof(vector))] string field = "") =>
        vector is null ? null : Copy(Numbers(vector.Bytes, field));

    public static ImmutableArray<FlatVector> Read(VectorList? list, [CallerArgumentExpression(nameof(list))] string field = "")
    {
        if (list is null)
        {
            throw Missing(field);
        }

        ReadOnlySequence<byte> rest = Numbers(list.Bytes, field);
        ulong announced = 0;
        foreach (uint length in list.Lengths)
        {
            announced += length; // at most 2^31 lengths of 2^32
        }

        if (announced != (ulong)rest.Length / sizeof(double))
        {
            throw new InvalidDataException(
                $"the field {NameOf(field)} holds {rest.Length / sizeof(double)} numbers, and its {list.Lengths.Count} lengths add up to {announced}.");
        }

        ImmutableArray<FlatVector>.Builder vectors = ImmutableArray.CreateBuilder<FlatVector>(list.Lengths.Count);
        foreach (uint length in list.Lengths)
        {
            long bytes = (long)length * sizeof(double);
            vectors.Add(Copy(rest.Slice(0, bytes)));
            rest = rest.Slice(bytes);
        }

        return vectors.MoveToImmutable();
    }

    /// <summary>A number that must be there; 0 is one, too.</summary>
    public static double Read(bool isThere, double value, [CallerArgumentExpression(nameof(value))] string field = "") =>
        isThere ? value : throw Missing(field);

    /// <summary>A part that must be there.</summary>
    public static T Required<T>(T? part, [CallerArgumentExpression(nameof(part))] string field = "")
        where T : class => part ?? throw Missing(field);

    private static FlatVector Copy(in ReadOnlySequence<byte> bytes) => bytes.IsEmpty
        ? FlatVector.Empty
        : FlatVector.Create((int)(bytes.Length / sizeof(double)), bytes, static (values, from) => from.CopyTo(MemoryMarshal.AsBytes(values)));

    private static ReadOnlySequence<byte> Numbers(in ReadOnlySequence<byte> bytes, string field) => bytes.Length % sizeof(double) == 0
        ? bytes
        : throw new InvalidDataException(
            $"the field {NameOf(field)} holds {bytes.Length} bytes of numbers, and {sizeof(double)} bytes make one.");

    private static InvalidDataException Missing(string field) => new($"the field {NameOf(field)} is missing.");

    /// <summary>From the expression in the caller, such as <c>step.PlaneDuals</c>, the field's name in the contract: <c>plane_duals</c>.</summary>
    public static string NameOf(string expression) => SnakeCase(expression[(expression.LastIndexOf('.') + 1)..]);

    private static string SnakeCase(string pascal) =>
        string.Concat(pascal.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
