using System.Buffers.Binary;
using System.Text;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class SafeTensorsTests : IDisposable
{
    private static readonly NamedTensor[] Tensors =
    [
        new("weights", [2, 3], FlatVector.Of(1, -2, 0.5, double.NaN, double.Epsilon, double.PositiveInfinity)),
        NamedTensor.Vector("bias", FlatVector.Of(0.1)),
        new("scalar", [], FlatVector.Of(7)),
        new("nothing", [4, 0], FlatVector.Empty),
    ];

    private readonly TempFolder _temp = new();

    private string File => _temp.In("model.safetensors");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Reads_back_what_was_written_bit_for_bit()
    {
        SafeTensors.Write(File, Tensors, new Dictionary<string, string> { ["seed"] = "42", ["note"] = "ä \"b\"" });

        SafeTensorsContent content = SafeTensors.Read(File);

        Assert.Equal(Tensors.Length, content.Tensors.Length);
        Assert.All(content.Tensors.Zip(Tensors), pair =>
        {
            Assert.Equal(pair.Second.Name, pair.First.Name);
            Assert.Equal(pair.Second.Shape.AsEnumerable(), pair.First.Shape);
            Assert.Equal(Bits(pair.Second.Values), Bits(pair.First.Values));
        });
        Assert.Equal("42", content.Metadata["seed"]);
        Assert.Equal("ä \"b\"", content.Metadata["note"]);
    }

    [Fact]
    public void Writes_these_bytes()
    {
        SafeTensors.Write(File, [NamedTensor.Vector("a", FlatVector.Of(1))], new Dictionary<string, string> { ["k"] = "v" });

        byte[] file = System.IO.File.ReadAllBytes(File);
        string header = "{\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}";
        int padded = (header.Length + 7) / 8 * 8;
        Assert.Equal(padded, BinaryPrimitives.ReadInt64LittleEndian(file));
        Assert.Equal(header.PadRight(padded), Encoding.UTF8.GetString(file, 8, padded));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0xf0, 0x3f], file[(8 + padded)..]);
    }

    [Fact]
    public void Refuses_every_truncation()
    {
        SafeTensors.Write(File, Tensors, new Dictionary<string, string>());
        byte[] whole = System.IO.File.ReadAllBytes(File);

        for (int length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);

            InvalidDataException e = Assert.Throws<InvalidDataException>(() => SafeTensors.Read(File));

            Assert.StartsWith(File, e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("[]", 0, "JSON Array")]
    [InlineData("{\"a\":1}", 0, "tensor 'a' is a JSON Number")]
    [InlineData("{\"a\":{\"shape\":[0],\"data_offsets\":[0,0]}}", 0, "no dtype")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"data_offsets\":[0,0]}}", 0, "no shape")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[0]}}", 0, "no data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "type F32, and only F64")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "needs 8 bytes per entry")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[-1],\"data_offsets\":[0,8]}}", 8, "entry -1")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1.5],\"data_offsets\":[0,8]}}", 8, "entry 1.5")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[2147483647,2147483647,2147483647,2147483647],\"data_offsets\":[0,8]}}", 8, "needs 8 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,16]}}", 8, "entry 16")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,0]}}", 8, "ascending")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8,8]}}", 8, "must be two")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,16]}}", 16, "begins at byte 8, and the one before it ends at 0")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 16, "cover 8 of 16 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8, "ends at 8")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[0,0],\"x\":1}}", 0, "unknown members 'x'")]
    [InlineData("{\"__metadata__\":{\"k\":1}}", 0, "__metadata__ 'k' is a JSON Number")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[0,0]},\"a\":{}}", 0, "Duplicate")]
    [InlineData("{]", 0, "invalid")]
    public void Refuses_what_the_format_does_not_allow(string header, int dataBytes, string cause)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, Encoding.UTF8.GetByteCount(header));
        System.IO.File.WriteAllBytes(File, [.. length, .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]]);

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => SafeTensors.Read(File));

        Assert.Contains(cause, e.Message, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith(File, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void Refuses_an_impossible_header_length(long headerBytes)
    {
        byte[] file = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(file, headerBytes);
        System.IO.File.WriteAllBytes(File, file);

        Assert.Contains("header is said to be", Assert.Throws<InvalidDataException>(() => SafeTensors.Read(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_to_write_two_tensors_of_one_name_or_a_reserved_one()
    {
        NamedTensor a = NamedTensor.Vector("a", FlatVector.Empty);
        NamedTensor reserved = NamedTensor.Vector("__metadata__", FlatVector.Empty);

        Assert.Throws<ArgumentException>(() => SafeTensors.Write(File, [a, a], new Dictionary<string, string>()));
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(File, [reserved], new Dictionary<string, string>()));
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void Refuses_a_shape_that_does_not_fit() =>
        Assert.Throws<ArgumentException>(() => new NamedTensor("a", [2, 2], FlatVector.Of(1, 2, 3)));

    private static IEnumerable<long> Bits(FlatVector vector) => vector.Span.ToArray().Select(BitConverter.DoubleToInt64Bits);
}
