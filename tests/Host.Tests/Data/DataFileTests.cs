using System.IO.Compression;
using ActorFed.Host.Data;
using Xunit;

namespace ActorFed.Host.Tests.Data;

public sealed class DataFileTests : IDisposable
{
    private static readonly byte[] Packed = Samples.Gzip(Samples.Bytes, CompressionLevel.Fastest);

    private readonly TemporaryFolder _folder = new();
    private readonly DataFile _file = new()
    {
        Path = "toy/toy.gz",
        Stored = Samples.FingerprintOf(Packed),
        Content = Samples.FingerprintOf(Samples.Bytes),
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Is_ok_when_its_bytes_are_those_of_the_catalogue() =>
        Assert.Equal(FileState.Ok, _file.Check(_folder.Write("toy/toy.gz", Packed)).State);

    [Fact]
    public void Is_ok_when_only_the_compression_differs()
    {
        byte[] repacked = Samples.Gzip(Samples.Bytes, CompressionLevel.NoCompression);

        FileCheck check = _file.Check(_folder.Write("toy/toy.gz", repacked));

        Assert.Equal(new FileCheck(FileState.Ok, Samples.FingerprintOf(repacked)), check);
    }

    [Fact]
    public void Is_missing_when_there_is_no_such_file() =>
        Assert.Equal(new FileCheck(FileState.Missing, null), _file.Check(_folder.At("toy/toy.gz")));

    [Theory]
    [InlineData("other content")]
    [InlineData("truncated")]
    [InlineData("not gzip")]
    [InlineData("empty")]
    public void Is_corrupt_when_its_content_differs(string damage)
    {
        byte[] bytes = damage switch
        {
            "other content" => Samples.Gzip([1, 2, 3], CompressionLevel.Fastest),
            "truncated" => Packed[..^100],
            "not gzip" => Samples.Bytes,
            _ => [],
        };

        FileCheck check = _file.Check(_folder.Write("toy/toy.gz", bytes));

        Assert.Equal(new FileCheck(FileState.Corrupt, Samples.FingerprintOf(bytes)), check);
    }

    [Fact]
    public void Hashes_as_the_standard_says()
    {
        // FIPS 180-2, appendix B.1.
        Fingerprint abc = Samples.FingerprintOf("abc"u8.ToArray());

        Assert.Equal(new Fingerprint(3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), abc);
    }
}
