using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Host.Runs;

/// <summary>Tensors and text, as read from a file.</summary>
internal sealed record SafeTensorsContent(ImmutableArray<NamedTensor> Tensors, ImmutableSortedDictionary<string, string> Metadata);

/// <summary>Writes and reads the safetensors format with tensors of type F64.</summary>
/// <remarks>
/// Layout: length of the header (8 bytes, little-endian), the header (JSON: per tensor its dtype, shape and data_offsets relative
/// to the end of the header; strings under __metadata__), then the data, little-endian, row-major, without holes. The header is
/// padded with spaces to a multiple of 8 so that the data is aligned.
/// </remarks>
internal static class SafeTensors
{
    private const string MetadataKey = "__metadata__";
    private const int Alignment = 8;
    private const long MaxHeaderBytes = 100_000_000;   // the bound that other readers of the format set

    /// <summary>Writes a file; readers see the old one or the new one, never a part.</summary>
    /// <exception cref="ArgumentException">Two tensors have one name, or one has a name that the format reserves.</exception>
    /// <exception cref="RunFolderException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        RunFolderException.Guard(path, "write the model", () => RunFolder.ReplaceFile(path, stream => Write(stream, tensors, metadata)));

    /// <summary>Writes the content of a file.</summary>
    /// <exception cref="ArgumentException">As above; nothing was written.</exception>
    public static void Write(Stream stream, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        byte[] header = Header(tensors, metadata);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (NamedTensor tensor in tensors)
        {
            WriteValues(stream, tensor.Values.Span);
        }
    }

    /// <summary>Reads a file and checks all of it.</summary>
    /// <exception cref="InvalidDataException">It is damaged or holds types other than F64; the message names file and
    /// cause.</exception>
    /// <exception cref="RunFolderException">The file cannot be read.</exception>
    public static SafeTensorsContent Read(string path)
    {
        using FileStream file = RunFolderException.Guard(path, "read the model", () => File.OpenRead(path));
        return Read(file, path);
    }

    /// <summary>Reads a stream that can seek.</summary>
    /// <param name="stream">It.</param>
    /// <param name="source">Where it comes from, for errors.</param>
    public static SafeTensorsContent Read(Stream stream, string source)
    {
        byte[] file = new byte[stream.Length];
        RunFolderException.Guard(source, "read the model", () => stream.ReadExactly(file));
        try
        {
            return Parse(file);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw new InvalidDataException($"{source}: {e.Message}", e);
        }
    }

    private static byte[] Header(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataKey);
            foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long offset = 0;
            HashSet<string> names = [MetadataKey];
            foreach (NamedTensor tensor in tensors)
            {
                if (!names.Add(tensor.Name))
                {
                    throw new ArgumentException($"The name '{tensor.Name}' is taken; each tensor needs its own.");
                }

                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F64");
                json.WritePropertyName("shape");
                JsonSerializer.Serialize(json, tensor.Shape);
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += (long)tensor.Values.Length * sizeof(double));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (stream.Length % Alignment != 0)
        {
            stream.WriteByte((byte)' ');
        }

        return stream.ToArray();
    }

    private static void WriteValues(Stream stream, ReadOnlySpan<double> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            const int Block = 1 << 20;   // entries at a time: a span of bytes cannot be as long as a span of doubles
            for (int start = 0; start < values.Length; start += Block)
            {
                stream.Write(MemoryMarshal.AsBytes(values.Slice(start, Math.Min(Block, values.Length - start))));
            }

            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(double)];
        foreach (double value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }

    private static SafeTensorsContent Parse(ReadOnlyMemory<byte> file)
    {
        if (file.Length < sizeof(long))
        {
            throw new InvalidDataException($"{file.Length} bytes are too few for the length of a header.");
        }

        long headerBytes = BinaryPrimitives.ReadInt64LittleEndian(file.Span);
        if (headerBytes is < 2 or > MaxHeaderBytes || headerBytes > file.Length - sizeof(long))
        {
            throw new InvalidDataException(
                $"the header is said to be {headerBytes} bytes long; it must be in [2, {MaxHeaderBytes}], "
                + $"and {file.Length - sizeof(long)} bytes follow.");
        }

        using JsonDocument header = JsonDocument.Parse(
            file.Slice(sizeof(long), (int)headerBytes), new JsonDocumentOptions { AllowDuplicateProperties = false });
        Expect(header.RootElement, JsonValueKind.Object, "the header");
        ReadOnlyMemory<byte> data = file[(sizeof(long) + (int)headerBytes)..];
        List<(long Begin, long End, NamedTensor Tensor)> tensors = [];
        ImmutableSortedDictionary<string, string> metadata = ImmutableSortedDictionary<string, string>.Empty;
        foreach (JsonProperty property in header.RootElement.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                metadata = ParseMetadata(property.Value);
            }
            else
            {
                tensors.Add(ParseTensor(property, data.Span));
            }
        }

        CheckOffsets(tensors, data.Length);
        return new SafeTensorsContent([.. tensors.Select(t => t.Tensor)], metadata);
    }

    private static ImmutableSortedDictionary<string, string> ParseMetadata(JsonElement element)
    {
        Expect(element, JsonValueKind.Object, MetadataKey);
        return element.EnumerateObject().ToImmutableSortedDictionary(
            p => p.Name, p => Expect(p.Value, JsonValueKind.String, $"{MetadataKey} '{p.Name}'").GetString()!, StringComparer.Ordinal);
    }

    private static (long Begin, long End, NamedTensor Tensor) ParseTensor(JsonProperty property, ReadOnlySpan<byte> data)
    {
        string what = $"tensor '{property.Name}'";
        Expect(property.Value, JsonValueKind.Object, what);
        string[] unknown = [.. property.Value.EnumerateObject().Select(p => p.Name).Except(["dtype", "shape", "data_offsets"])];
        if (unknown.Length > 0 || property.Name.Length == 0)
        {
            throw new InvalidDataException($"{what} has an empty name or the unknown members '{string.Join("', '", unknown)}'.");
        }

        string dtype = Expect(Member(property.Value, "dtype", what), JsonValueKind.String, $"the dtype of {what}").GetString()!;
        if (dtype != "F64")
        {
            throw new InvalidDataException($"{what} is of type {dtype}, and only F64 is read here. Convert it first.");
        }

        long[] shape = Numbers(Member(property.Value, "shape", what), $"the shape of {what}", int.MaxValue);
        long[] offsets = Numbers(Member(property.Value, "data_offsets", what), $"the data_offsets of {what}", data.Length);
        if (offsets is not [long begin, long end] || begin > end)
        {
            throw new InvalidDataException($"the data_offsets of {what} are [{string.Join(", ", offsets)}]; they must be two, ascending.");
        }

        Int128 size = shape.Aggregate((Int128)1, (product, extent) => product > int.MaxValue ? product : product * extent);
        if (shape.Contains(0))
        {
            size = 0;   // also where the product of the others is out of range
        }

        if (size * sizeof(double) != end - begin)
        {
            throw new InvalidDataException(
                $"{what} of shape [{string.Join(", ", shape)}] needs 8 bytes per entry, and its data_offsets hold {end - begin} bytes.");
        }

        FlatVector values = ReadValues(data[(int)begin..(int)end]);
        return (begin, end, new NamedTensor(property.Name, [.. shape.Select(extent => (int)extent)], values));
    }

    private static FlatVector ReadValues(ReadOnlySpan<byte> bytes) => FlatVector.Create(bytes.Length / sizeof(double), bytes, (values, data) =>
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(data[(i * sizeof(double))..]);
        }
    });

    private static void CheckOffsets(IEnumerable<(long Begin, long End, NamedTensor Tensor)> tensors, long dataBytes)
    {
        long covered = 0;
        foreach ((long begin, long end, NamedTensor tensor) in tensors.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            if (begin != covered)
            {
                throw new InvalidDataException($"tensor '{tensor.Name}' begins at byte {begin}, and the one before it ends at {covered}.");
            }

            covered = end;
        }

        if (covered != dataBytes)
        {
            throw new InvalidDataException($"the tensors cover {covered} of {dataBytes} bytes of data.");
        }
    }

    private static JsonElement Member(JsonElement element, string name, string what) =>
        element.TryGetProperty(name, out JsonElement member) ? member : throw new InvalidDataException($"{what} has no {name}.");

    private static JsonElement Expect(JsonElement element, JsonValueKind kind, string what) => element.ValueKind == kind
        ? element
        : throw new InvalidDataException($"{what} is a JSON {element.ValueKind}; it must be a JSON {kind}.");

    private static long[] Numbers(JsonElement element, string what, long max) =>
    [
        .. Expect(element, JsonValueKind.Array, what).EnumerateArray().Select(e =>
            e.ValueKind == JsonValueKind.Number && e.TryGetInt64(out long number) && number >= 0 && number <= max
                ? number
                : throw new InvalidDataException($"{what} has an entry {e.GetRawText()}; it must be an integer in [0, {max}].")),
    ];
}
