using System.Buffers.Binary;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Core;

public sealed class SnapshotTests
{
    private const string Format = "test.v1";

    [Fact]
    public void Reads_what_was_written_bit_for_bit()
    {
        double oddNaN = BitConverter.Int64BitsToDouble(0x7FF8000000001234);
        SnapshotWriter writer = new();
        writer.WriteInt64(long.MinValue);
        writer.WriteDouble(oddNaN);
        writer.WriteVector(FlatVector.Of(1, -0.0, double.Epsilon));
        writer.WriteVector(FlatVector.Empty);
        writer.WriteInt64(7);

        SnapshotReader reader = new(writer.ToSnapshot(Format), Format);

        Assert.Equal(long.MinValue, reader.ReadInt64());
        Assert.Equal(BitConverter.DoubleToInt64Bits(oddNaN), BitConverter.DoubleToInt64Bits(reader.ReadDouble()));
        FlatVector vector = reader.ReadVector();
        Assert.Equal(FlatVector.Of(1, 0, double.Epsilon), vector);
        Assert.True(double.IsNegative(vector[1]));
        Assert.Equal(0, reader.ReadVector().Length);
        Assert.Equal(7, reader.ReadCount(7));
        reader.End();
    }

    [Fact]
    public void Is_little_endian()
    {
        SnapshotWriter writer = new();
        writer.WriteInt64(0x0102);

        byte[] content = writer.ToSnapshot(Format).Content.ToArray();

        Assert.Equal([2, 1, 0, 0, 0, 0, 0, 0], content);
    }

    [Fact]
    public void Rejects_another_format()
    {
        Snapshot snapshot = new SnapshotWriter().ToSnapshot("other.v1");

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => new SnapshotReader(snapshot, Format));

        Assert.Contains("other.v1", exception.Message);
        Assert.Contains(Format, exception.Message);
    }

    [Fact]
    public void Rejects_content_that_ends_anywhere_too_early()
    {
        SnapshotWriter writer = new();
        writer.WriteInt64(1);
        writer.WriteDouble(2);
        writer.WriteVector(FlatVector.Of(3, 4));
        byte[] whole = writer.ToSnapshot(Format).Content.ToArray();

        for (int length = 0; length < whole.Length; length++)
        {
            Snapshot truncated = new(Format, whole.AsMemory(0, length));
            Assert.Throws<InvalidDataException>(() => ReadAll(truncated));
        }

        ReadAll(new Snapshot(Format, whole));
    }

    [Fact]
    public void Rejects_content_left_over()
    {
        SnapshotReader reader = new(new Snapshot(Format, new byte[3]), Format);

        InvalidDataException exception = Assert.Throws<InvalidDataException>(reader.End);

        Assert.Contains("3 bytes left over", exception.Message);
    }

    // The products of these with the size of a double are beyond 64 bits or wrap around to something small.
    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    [InlineData(1L << 32)]
    [InlineData((1L << 32) + 1)]
    [InlineData(1L << 60)]
    [InlineData(1L << 61)]
    [InlineData((1L << 61) + 1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(long.MinValue + 1)]
    public void Rejects_a_vector_longer_than_the_content(long length)
    {
        byte[] content = new byte[16]; // room for one entry
        BinaryPrimitives.WriteInt64LittleEndian(content, length);
        SnapshotReader reader = new(new Snapshot(Format, content), Format);

        InvalidDataException exception = Assert.Throws<InvalidDataException>(reader.ReadVector);

        Assert.Contains(length.ToString(System.Globalization.CultureInfo.InvariantCulture), exception.Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    [InlineData((1L << 32) + 1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Rejects_a_count_out_of_range(long count)
    {
        SnapshotWriter writer = new();
        writer.WriteInt64(count);
        SnapshotReader reader = new(writer.ToSnapshot(Format), Format);

        Assert.Throws<InvalidDataException>(() => reader.ReadCount(5));
    }

    private static void ReadAll(Snapshot snapshot)
    {
        SnapshotReader reader = new(snapshot, Format);
        reader.ReadInt64();
        reader.ReadDouble();
        reader.ReadVector();
        reader.End();
    }
}
