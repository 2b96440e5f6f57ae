using ActorFed.Host.Tests.Experiments;
using Xunit;

namespace ActorFed.Host.Tests.Data;

public sealed class ShardCommandTests : IDisposable
{
    private static readonly string[] Small = [.. Cli.Set("workers=2", "participation.min-active=1", "data.synthetic-digits.train-rows=8", "data.synthetic-digits.test-rows=2")];

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.At("shard.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Writes_the_rows_of_one_participant()
    {
        CliResult result = (await WriteAsync("hocon/quickstart.conf", 1, [.. Small, "--json"])).MustEnd(ExitCodes.Success);
        string[][] lines = [.. File.ReadLines(FilePath).Select(line => line.Split(','))];

        Assert.Equal((2, 2), (result.Json.GetProperty("trainRows").GetInt32(), result.Json.GetProperty("validationRows").GetInt32()));
        Assert.Equal(["part", "row", "label", "x1"], lines[0][..4]);
        Assert.Equal(["train", "train", "validation", "validation"], lines[1..].Select(line => line[0]));
        Assert.All(lines, line => Assert.Equal(3 + 784, line.Length));
    }

    [Fact]
    public async Task Says_in_words_what_it_wrote()
    {
        CliResult result = (await WriteAsync("hocon/quickstart.conf", 0, Small)).MustEnd(ExitCodes.Success);

        Assert.Contains("shard 0 of synthetic-digits, 2 training and 2 validation rows", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_shard_that_is_not_there_and_leaves_no_file()
    {
        CliResult result = (await WriteAsync("hocon/quickstart.conf", 2, Small)).MustEnd(ExitCodes.BadInput);

        Assert.Contains("Shard 2 was asked for; of 2 workers there are shards 0 to 1.", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public async Task Refuses_a_problem_without_labelled_rows()
    {
        CliResult result = (await WriteAsync("hocon/experiments/adbo-quadratic.conf", 0, [])).MustEnd(ExitCodes.BadInput);

        Assert.Contains("problem is quadratic, which takes no rows with labels", result.Error, StringComparison.Ordinal);
    }

    private Task<CliResult> WriteAsync(string experiment, int shard, string[] more) =>
        Cli.RunAsync(["data", "shard", Checkout.At(experiment), $"{shard}", "--out", FilePath, .. more]);
}
