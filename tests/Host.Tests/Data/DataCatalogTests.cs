using System.IO.Compression;
using System.Text.RegularExpressions;
using ActorFed.Host.Data;
using Xunit;

namespace ActorFed.Host.Tests.Data;

public sealed partial class DataCatalogTests
{
    private static IEnumerable<DataFile> Files => DataCatalog.Sets.SelectMany(set => set.Files);

    [Fact]
    public void Names_each_set_and_each_path_once()
    {
        Assert.Distinct(DataCatalog.Sets.Select(set => set.Name));
        Assert.Distinct(Files.Select(file => file.Path));
    }

    [Fact]
    public void Gives_every_file_a_hash_and_a_way_to_get_it()
    {
        Assert.All(Files, file =>
        {
            Assert.Matches(Hash(), file.Stored.Sha256);
            Assert.True(file.Stored.Bytes > 0);
            Assert.NotEqual(file.Urls.IsEmpty, file.ByHand is null);
            Assert.All(file.Urls, url => Assert.True(Uri.IsWellFormedUriString(url, UriKind.Absolute), url));
        });
    }

    [Fact]
    public void Knows_the_content_of_every_compressed_file()
    {
        Assert.All(Files, file => Assert.Equal(file.Name.EndsWith(".gz", StringComparison.Ordinal), file.Content is not null));
        Assert.All(Files.Where(file => file.Content is not null), file => Assert.Matches(Hash(), file.Content!.Value.Sha256));
    }

    [Theory]
    [InlineData("mnist")]
    [InlineData("synthetic-digits")]
    public void Finds_a_set_by_its_name(string name) => Assert.Equal(name, DataCatalog.Get(name).Name);

    [Fact]
    public void Lists_the_known_sets_when_a_name_is_unknown()
    {
        DataSetException e = Assert.Throws<DataSetException>(() => DataCatalog.Get("mnits"));

        Assert.Contains("'mnits'", e.Message, StringComparison.Ordinal);
        Assert.Contains("fashion-mnist", e.Message, StringComparison.Ordinal);
    }

    [FactWithData]
    public void Agrees_with_the_real_files()
    {
        string root = Environment.GetEnvironmentVariable("ACTORFED_DATA")!;
        List<(DataFile File, string Path)> present = [.. Files.Select(file => (file, file.Under(root))).Where(pair => File.Exists(pair.Item2))];

        Assert.NotEmpty(present);
        Assert.All(present, pair => Assert.Equal(FileState.Ok, pair.File.Check(pair.Path).State));
        Assert.All(present.Where(pair => pair.File.Content is not null), pair =>
        {
            using GZipStream decompressed = new(File.OpenRead(pair.Path), CompressionMode.Decompress);
            Assert.Equal(pair.File.Content, Fingerprint.Of(decompressed));
        });
    }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Hash();
}
