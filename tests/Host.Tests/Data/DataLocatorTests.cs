using ActorFed.Host.Data;
using Xunit;

namespace ActorFed.Host.Tests.Data;

public sealed class DataLocatorTests : IDisposable
{
    private readonly TemporaryFolder _option = new();
    private readonly TemporaryFolder _variable = new();
    private readonly TemporaryFolder _cache = new();

    public void Dispose()
    {
        _option.Dispose();
        _variable.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public void Looks_in_the_option_then_the_variable_then_the_cache()
    {
        string last = _cache.Write("actorfed/data/toy/toy.bin", [3]);
        Assert.Equal(last, Locator().Find("toy", "toy.bin"));

        string second = _variable.Write("toy/toy.bin", [2]);
        Assert.Equal(second, Locator().Find("toy", "toy.bin"));

        string first = _option.Write("toy/toy.bin", [1]);
        Assert.Equal(first, Locator().Find("toy", "toy.bin"));
    }

    [Fact]
    public void Says_where_it_looked_and_what_to_do()
    {
        DataSetException e = Assert.Throws<DataSetException>(() => Locator().Find("toy", "toy.bin"));

        Assert.Contains($"{_option.At("toy/toy.bin")} (--data)", e.Message, StringComparison.Ordinal);
        Assert.Contains($"{_variable.At("toy/toy.bin")} (ACTORFED_DATA)", e.Message, StringComparison.Ordinal);
        Assert.Contains($"{_cache.At("actorfed/data/toy/toy.bin")} (the user's cache)", e.Message, StringComparison.Ordinal);
        Assert.Contains("'actorfed data get toy'", e.Message, StringComparison.Ordinal);
        Assert.Contains("--data DIR", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_how_to_make_a_file_that_cannot_be_downloaded()
    {
        DataLocator locator = new(null, Environment, Samples.Catalogue(Samples.File() with { ByHand = "unpack it" }));

        DataSetException e = Assert.Throws<DataSetException>(() => locator.Find("toy", "toy.bin"));

        Assert.Contains("unpack it", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("data get", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_the_files_of_a_set_when_the_file_is_unknown()
    {
        DataSetException e = Assert.Throws<DataSetException>(() => Locator().Find("toy", "no.bin"));

        Assert.Contains("'no.bin'", e.Message, StringComparison.Ordinal);
        Assert.Contains("toy.bin", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("toys")]
    [InlineData("made-up")]
    public void Refuses_a_set_that_is_unknown_or_has_no_files(string set)
    {
        DataSetException e = Assert.Throws<DataSetException>(() => Locator().Find(set, "toy.bin"));

        Assert.Contains($"'{set}'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XDG_CACHE_HOME", "actorfed/data")]
    [InlineData("HOME", ".cache/actorfed/data")]
    [InlineData("USERPROFILE", ".cache/actorfed/data")]
    public void Finds_the_cache_of_the_user(string variable, string below)
    {
        DataLocator locator = new(null, name => name == variable ? _cache.Path : null);

        Assert.Equal(_cache.At(below), locator.DownloadRoot);
        Assert.Equal(new DataRoot(_cache.At(below), "the user's cache"), Assert.Single(locator.Roots));
    }

    [Fact]
    public void Never_downloads_to_the_folder_of_the_variable()
    {
        Assert.Equal(_cache.At("actorfed/data"), new DataLocator(null, Environment).DownloadRoot);
        Assert.Equal(_option.Path, Locator().DownloadRoot);
    }

    [Fact]
    public void Says_what_to_set_when_there_is_no_folder_at_all()
    {
        DataLocator locator = new(null, _ => null, Samples.Catalogue(Samples.File("http://a.invalid/")));

        Assert.Contains("--data DIR", Assert.Throws<DataSetException>(() => locator.DownloadRoot).Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", Assert.Throws<DataSetException>(() => locator.Find("toy", "toy.bin")).Message, StringComparison.Ordinal);
    }

    private DataLocator Locator() => new(_option.Path, Environment, Samples.Catalogue(Samples.File("http://a.invalid/")));

    private string? Environment(string name) => name switch
    {
        "ACTORFED_DATA" => _variable.Path,
        "XDG_CACHE_HOME" => _cache.Path,
        _ => null,
    };
}
