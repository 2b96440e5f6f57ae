using System.Text.Json;
using ActorFed.Host.Data;
using Xunit;

namespace ActorFed.Host.Tests.Data;

public sealed class DataCommandsTests : IDisposable
{
    private readonly TemporaryFolder _cache = new();
    private readonly TemporaryFolder _option = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private string CachedFile => _cache.At("actorfed/data/toy/toy.bin");

    public void Dispose()
    {
        _cache.Dispose();
        _option.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Lists_sets_and_where_they_lie()
    {
        _cache.Write("actorfed/data/toy/toy.bin", Samples.Bytes);

        int code = Commands(Samples.File()).List();

        Assert.Equal(ExitCodes.Success, code);
        Assert.Matches("toy +present +1 x 1 +200.0 kB +A toy", _output.ToString());
        Assert.Matches("made-up +generated", _output.ToString());
        Assert.Contains(_cache.At("actorfed/data"), _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_every_file_as_json()
    {
        Commands(Samples.File("http://a.invalid/"), json: true).List();

        JsonElement set = LastLine().GetProperty("sets")[0];
        Assert.Equal("missing", set.GetProperty("state").GetString());
        Assert.Equal(Samples.File().Stored.Sha256, set.GetProperty("files")[0].GetProperty("sha256").GetString());
        Assert.Equal(JsonValueKind.Null, set.GetProperty("files")[0].GetProperty("location").ValueKind);
    }

    [Fact]
    public async Task Gets_a_set_into_the_cache_and_reports_tenths()
    {
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes));

        int code = await Commands(Samples.File(server.BaseUrl)).GetAsync(["toy"], default);

        Assert.Equal(ExitCodes.Success, code);
        Assert.Equal(Samples.Bytes, File.ReadAllBytes(CachedFile));
        Assert.Contains($"toy/toy.bin: downloaded ({CachedFile})", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("200.0 kB of 200.0 kB", _error.ToString(), StringComparison.Ordinal);
        Assert.True(_error.ToString().Split('\n').Length <= 12, _error.ToString());
    }

    [Fact]
    public async Task Gets_a_set_into_the_folder_of_the_option_though_the_cache_has_it()
    {
        _cache.Write("actorfed/data/toy/toy.bin", Samples.Bytes);
        await using LoopbackServer server = new(request => Answer.File(request, Samples.Bytes));

        int code = await Commands(Samples.File(server.BaseUrl), option: _option.Path).GetAsync(["toy"], default);

        Assert.Equal(ExitCodes.Success, code);
        Assert.Equal(Samples.Bytes, File.ReadAllBytes(_option.At("toy/toy.bin")));
    }

    [Fact]
    public async Task Gets_nothing_that_is_there_already()
    {
        _cache.Write("actorfed/data/toy/toy.bin", Samples.Bytes);

        int code = await Commands(Samples.File("http://a.invalid/")).GetAsync(["toy", "made-up"], default);

        Assert.Equal(ExitCodes.Success, code);
        Assert.Contains("toy/toy.bin: already present", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("made-up: generated", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fails_when_a_file_cannot_be_fetched(bool json)
    {
        await using LoopbackServer server = new(_ => new Answer("404 Not Found", []));

        int code = await Commands(Samples.File(server.BaseUrl), json).GetAsync(["toy"], default);

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("404", _error.ToString(), StringComparison.Ordinal);
        if (json)
        {
            Assert.False(LastLine().GetProperty("ok").GetBoolean());
            Assert.Contains("404", LastLine().GetProperty("files")[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refuses_to_get_nothing_or_the_unknown()
    {
        DataCommands commands = Commands(Samples.File());

        Assert.Equal(ExitCodes.BadInput, await commands.GetAsync([], default));
        Assert.Equal(ExitCodes.BadInput, await commands.GetAsync(["toy", "toys"], default));

        Assert.Contains("'toys'", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public void Refuses_the_unknown_as_json_too()
    {
        int code = Commands(Samples.File(), json: true).Check(["toys"]);

        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("'toys'", LastLine().GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ok", ExitCodes.Success)]
    [InlineData("corrupt", ExitCodes.Failed)]
    [InlineData("missing", ExitCodes.Failed)]
    public void Checks_a_named_set(string state, int expectedCode)
    {
        if (state != "missing")
        {
            _cache.Write("actorfed/data/toy/toy.bin", state == "ok" ? Samples.Bytes : [1]);
        }

        int code = Commands(Samples.File(), json: true).Check(["toy"]);

        Assert.Equal(expectedCode, code);
        Assert.Equal(state == "ok", LastLine().GetProperty("ok").GetBoolean());
        Assert.Equal(state, LastLine().GetProperty("files")[0].GetProperty("state").GetString());
    }

    [Fact]
    public void Checks_what_is_present_when_no_set_is_named()
    {
        _cache.Write("actorfed/data/toy/toy.bin", [1]);

        int code = Commands(Samples.File()).Check([]);

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains($"expected is {Samples.File().Stored.Sha256}", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Fails_when_there_is_nothing_to_check()
    {
        int code = Commands(Samples.File()).Check([]);

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("nothing to check", _error.ToString(), StringComparison.Ordinal);
    }

    private DataCommands Commands(DataFile file, bool json = false, string? option = null)
    {
        DataLocator locator = new(option, name => name == "XDG_CACHE_HOME" ? _cache.Path : null, Samples.Catalogue(file));
        return new DataCommands(locator, Samples.Downloader(), _output, _error, json, Samples.Catalogue(file));
    }

    private JsonElement LastLine() =>
        JsonDocument.Parse(_output.ToString().TrimEnd().Split('\n')[^1]).RootElement;
}
