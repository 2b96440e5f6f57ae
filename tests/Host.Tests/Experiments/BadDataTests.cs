using System.IO.Compression;
using System.Text;
using ActorFed.Host.Tests.Data;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>Data files that are missing or damaged end a run before it begins, with the file, the place in it and the value.</summary>
public sealed class BadDataTests
{
    private const int Rows = 12;

    [Fact]
    public async Task Good_files_run()
    {
        using TemporaryFolder temporary = new();
        WriteImages(temporary, labels => labels);

        (await RunAsync(temporary, "mnist")).MustEnd(ExitCodes.Success);
    }

    [Fact]
    public async Task A_missing_file_is_named_with_the_way_to_get_it()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await RunAsync(temporary, "mnist")).MustEnd(ExitCodes.BadInput);

        Assert.Contains("train-images-idx3-ubyte.gz", result.Error, StringComparison.Ordinal);
        Assert.Contains("actorfed data get mnist", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_without_labels_is_refused()
    {
        using TemporaryFolder temporary = new();

        CliResult result = (await RunAsync(temporary, "boston")).MustEnd(ExitCodes.BadInput);

        Assert.StartsWith("--set: data.set is 'boston'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_file_is_named()
    {
        using TemporaryFolder temporary = new();
        WriteImages(temporary, labels => labels);
        string file = temporary.At("mnist/train-images-idx3-ubyte.gz");
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..^12]);

        CliResult result = (await RunAsync(temporary, "mnist")).MustEnd(ExitCodes.BadInput);

        Assert.Contains(file, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_magic_number_is_named_with_the_right_one()
    {
        using TemporaryFolder temporary = new();
        WriteImages(temporary, labels => labels);
        temporary.Write("mnist/train-labels-idx1-ubyte.gz", Samples.Gzip([7, 0, 8, 1, 0, 0, 0, 0], CompressionLevel.Fastest));

        CliResult result = (await RunAsync(temporary, "mnist")).MustEnd(ExitCodes.BadInput);

        Assert.Contains(temporary.At("mnist/train-labels-idx1-ubyte.gz"), result.Error, StringComparison.Ordinal);
        Assert.Contains("0x07000801", result.Error, StringComparison.Ordinal);
        Assert.Contains("0x00000801", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_outside_its_range_is_named_with_its_row()
    {
        using TemporaryFolder temporary = new();
        WriteImages(temporary, labels => [.. labels[..5], 11, .. labels[6..]]);

        CliResult result = (await RunAsync(temporary, "mnist")).MustEnd(ExitCodes.BadInput);

        Assert.Contains("label 11 of row 5; expected 0 to 9", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("inf")]
    [InlineData("five")]
    [InlineData("")]
    public async Task A_field_that_is_no_finite_number_is_named_with_its_line(string field)
    {
        using TemporaryFolder temporary = new();
        temporary.Write("optdigits/optdigits.tra", Encoding.ASCII.GetBytes($"1,2,3,0\n4,5,6,1\n7,{field},9,0\n"));
        temporary.Write("optdigits/optdigits.tes", Encoding.ASCII.GetBytes("1,2,3,0\n"));

        CliResult result = (await RunAsync(temporary, "optdigits")).MustEnd(ExitCodes.BadInput);

        Assert.Contains(temporary.At("optdigits/optdigits.tra"), result.Error, StringComparison.Ordinal);
        Assert.Contains("line 3", result.Error, StringComparison.Ordinal);
        Assert.Contains($"'{field}'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_file_is_named()
    {
        using TemporaryFolder temporary = new();
        temporary.Write("optdigits/optdigits.tra", []);
        temporary.Write("optdigits/optdigits.tes", []);

        CliResult result = (await RunAsync(temporary, "optdigits")).MustEnd(ExitCodes.BadInput);

        Assert.Contains("optdigits.tra", result.Error, StringComparison.Ordinal);
    }

    private static Task<CliResult> RunAsync(TemporaryFolder data, string set) => Cli.RunAsync(
    [
        "run", Cli.Quadratic, "--data", data.Path,
        .. Cli.Set("problem=hyper-cleaning", $"data.set={set}", "workers=2", "stop.steps=2", $"run.folder=\"{data.At("run")}\""),
    ]);

    /// <summary>MNIST in small: images of 2 × 2 pixels.</summary>
    private static void WriteImages(TemporaryFolder folder, Func<byte[], byte[]> trainLabels)
    {
        byte[] labels = [.. Enumerable.Range(0, Rows).Select(row => (byte)(row % 10))];
        byte[] images = [0, 0, 8, 3, 0, 0, 0, Rows, 0, 0, 0, 2, 0, 0, 0, 2, .. Enumerable.Range(0, Rows * 4).Select(pixel => (byte)(pixel * 5))];
        Write("train-images-idx3-ubyte.gz", images);
        Write("train-labels-idx1-ubyte.gz", [0, 0, 8, 1, 0, 0, 0, Rows, .. trainLabels(labels)]);
        Write("t10k-images-idx3-ubyte.gz", images);
        Write("t10k-labels-idx1-ubyte.gz", [0, 0, 8, 1, 0, 0, 0, Rows, .. labels]);

        void Write(string name, byte[] bytes) => folder.Write($"mnist/{name}", Samples.Gzip(bytes, CompressionLevel.Fastest));
    }
}
