using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class DataSourceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100_000)]
    public void Hands_on_plain_bytes(int count)
    {
        byte[] bytes = TestFile.Incompressible(count);

        Assert.Equal(bytes, ReadAll(TestFile.Of(bytes)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public void Unpacks_gzip_whatever_the_name(int count)
    {
        byte[] bytes = TestFile.Incompressible(count);

        Assert.Equal(bytes, ReadAll(TestFile.Of(TestFile.Gzip(bytes))));
    }

    [Fact]
    public void Leaves_the_stream_open_to_its_owner()
    {
        DataSource file = TestFile.Of(TestFile.Gzip([1, 2, 3]));

        ReadAll(file);

        Assert.True(file.Content.CanRead);
    }

    [Fact]
    public void Rejects_an_empty_file() => TestFile.AssertFault(() => ReadAll(TestFile.Of("")), "byte 0", "empty");

    [Theory]
    [InlineData(1)] // within the length in the trailer
    [InlineData(8)] // the whole trailer
    [InlineData(9)]
    [InlineData(5000)]
    [InlineData(99_000)]
    public void Rejects_a_compressed_file_that_breaks_off(int missing)
    {
        byte[] packed = TestFile.Gzip(TestFile.Incompressible(100_000));

        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => ReadAll(TestFile.Of(packed[..^missing])));

        Assert.Contains("the compressed data end before their trailer", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'actorfed data check some-set'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_a_compressed_text_that_breaks_off_at_the_end_of_a_line()
    {
        // The framework hands out these whole lines and then reports the end, without an error.
        byte[] packed = TestFile.Gzip("1 1:5\n2 1:6\n1 1:7\n2 1:8\n"u8.ToArray());

        TestFile.AssertFault(() => LibSvmReader.Read(TestFile.Of(packed[..^8])), "byte 24", "before their trailer");
    }

    [Fact]
    public void Rejects_damaged_compressed_data()
    {
        byte[] packed = TestFile.Gzip(TestFile.Incompressible(10_000));
        packed[^6] ^= 1; // the checksum

        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => ReadAll(TestFile.Of(packed)));

        Assert.StartsWith("file.dat, byte ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", fault.Message, StringComparison.Ordinal);
        Assert.NotNull(fault.InnerException);
    }

    private static byte[] ReadAll(DataSource file)
    {
        using Stream plain = file.OpenPlain();
        using MemoryStream copy = new();
        plain.CopyTo(copy);
        return copy.ToArray();
    }
}
