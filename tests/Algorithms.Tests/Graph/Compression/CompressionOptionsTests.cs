using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Graph.Compression;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Compression;

public sealed class CompressionOptionsTests
{
    [Theory]
    [InlineData(CompressionKind.None, null)]
    [InlineData(CompressionKind.TopK, "top-k")]
    [InlineData(CompressionKind.RandK, "rand-k")]
    [InlineData(CompressionKind.Qsgd, "qsgd")]
    [InlineData(CompressionKind.Int8, "int8")]
    [InlineData(CompressionKind.Bfloat16, "bfloat16")]
    [InlineData(CompressionKind.Float32, "float32")]
    public void Create_a_compressor_of_every_kind(CompressionKind kind, string? name) =>
        Assert.Equal(name, new CompressionOptions { Kind = kind }.Create()?.Name);

    [Theory]
    [InlineData(0.1, 30, 3)]
    [InlineData(0.1, 31, 4)]
    [InlineData(0.001, 5, 1)]
    [InlineData(1, 5, 5)]
    [InlineData(0.2, 0, 0)]
    public void A_share_is_rounded_up(double ratio, int length, int kept) => Assert.Equal(kept, KeptEntries.Share(ratio).Of(length));

    [Fact]
    public void A_count_is_cut_to_the_length()
    {
        Assert.Equal(3, KeptEntries.Number(3).Of(5));
        Assert.Equal(2, KeptEntries.Number(3).Of(2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Refuse_a_share_that_is_none(double ratio)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => KeptEntries.Share(ratio));
        Assert.Contains("no entries would be sent", Assert.Single(Errors(new CompressionOptions { Ratio = ratio })), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Refuse_to_keep_no_entries(int count)
    {
        Assert.Contains("at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => KeptEntries.Number(count)).Message, StringComparison.Ordinal);
        Assert.Contains("no entries would be sent", Assert.Single(Errors(new CompressionOptions { Count = count })), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40_000)]
    public void Refuse_levels_that_have_no_bits(int levels)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new QsgdCompressor(levels, NumberFormat.Float64));
        Assert.Single(Errors(new CompressionOptions { Levels = levels }));
    }

    [Fact]
    public void Refuse_a_consensus_step_of_nought_or_above_one()
    {
        Assert.Single(Errors(new CompressionOptions { ConsensusStep = 0 }));
        Assert.Single(Errors(new CompressionOptions { ConsensusStep = 1.1 }));
    }

    [Fact]
    public void Refuse_a_precision_that_the_kind_does_not_use()
    {
        Assert.Contains("choose kind = float32", Assert.Single(Errors(new CompressionOptions { ValuePrecision = NumberFormat.Float32 })), StringComparison.Ordinal);
        Assert.Single(Errors(new CompressionOptions { Kind = CompressionKind.Float32, ValuePrecision = NumberFormat.Bfloat16 }));
        Assert.Empty(Errors(new CompressionOptions { Kind = CompressionKind.TopK, ValuePrecision = NumberFormat.Float32 }));
    }

    [Fact]
    public void Rounding_needs_a_format_that_rounds() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RoundingCompressor(NumberFormat.Float64));

    private static List<string> Errors(CompressionOptions options)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage!)];
    }
}
