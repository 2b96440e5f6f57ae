using System.Collections.Immutable;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Compression;

public sealed class PacketTests
{
    private const int Length = 1000;

    public static TheoryData<CompressionOptions, long> Sizes() => new()
    {
        { new CompressionOptions { Kind = CompressionKind.Float32 }, 4 * Length },
        { new CompressionOptions { Kind = CompressionKind.Bfloat16 }, 2 * Length },
        { new CompressionOptions { Kind = CompressionKind.TopK, Count = 7 }, 7 * (8 + 4) },
        { new CompressionOptions { Kind = CompressionKind.TopK, Count = 7, ValuePrecision = NumberFormat.Float32 }, 7 * (4 + 4) },
        { new CompressionOptions { Kind = CompressionKind.TopK, Ratio = 0.5, ValuePrecision = NumberFormat.Float32 }, 4 * Length },
        { new CompressionOptions { Kind = CompressionKind.RandK, Count = 7, SharedSeed = false, ValuePrecision = NumberFormat.Float32 }, 7 * (4 + 4) },
        { new CompressionOptions { Kind = CompressionKind.RandK, Count = 7, ValuePrecision = NumberFormat.Float32 }, (7 * 4) + 8 },
        { new CompressionOptions { Kind = CompressionKind.RandK, Count = 7 }, (7 * 8) + 8 },
        { new CompressionOptions { Kind = CompressionKind.Qsgd, Levels = 1, ValuePrecision = NumberFormat.Float32 }, 4 + (Length * 2 / 8) },
        { new CompressionOptions { Kind = CompressionKind.Qsgd, Levels = 3, ValuePrecision = NumberFormat.Float32 }, 4 + (Length * 3 / 8) },
        { new CompressionOptions { Kind = CompressionKind.Qsgd, Levels = 4, ValuePrecision = NumberFormat.Float32 }, 4 + (Length * 4 / 8) },
        { new CompressionOptions { Kind = CompressionKind.Qsgd, Levels = 16 }, 8 + (Length * 6 / 8) },
        { new CompressionOptions { Kind = CompressionKind.Int8, ValuePrecision = NumberFormat.Float32 }, 4 + Length },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void Takes_as_many_bytes_as_its_parts(CompressionOptions options, long bytes) =>
        Assert.Equal(bytes, options.Create()!.Compress(Vectors.Gaussian(Length, "v"), new SeededRandom(1, "q")).PayloadBytes);

    [Fact]
    public void Rounds_the_bits_of_levels_up_to_bytes() =>
        Assert.Equal(4 + 2, new QuantizedPacket(1, 1, [1, 1, 1, 1, 1], NumberFormat.Float32).PayloadBytes); // 10 bits

    [Fact]
    public void Equals_by_content()
    {
        Assert.Equal(Sparse([1, 3], 5, 6), Sparse([1, 3], 5, 6));
        Assert.Equal(Quantized([1, -2]), Quantized([1, -2]));
        Assert.Equal(new SeededPacket(4, 9, FlatVector.Of(1), NumberFormat.Float64), new SeededPacket(4, 9, FlatVector.Of(1), NumberFormat.Float64));
        Assert.Equal(new RoundedPacket(FlatVector.Of(1), NumberFormat.Float32), new RoundedPacket(FlatVector.Of(1), NumberFormat.Float32));
    }

    [Fact]
    public void Differs_in_every_part()
    {
        SparsePacket sparse = Sparse([1, 3], 5, 6);
        QuantizedPacket quantized = Quantized([1, -2]);
        SeededPacket seeded = new(4, 9, FlatVector.Of(1), NumberFormat.Float64);

        Assert.NotEqual(sparse, Sparse([1, 2], 5, 6));
        Assert.NotEqual(sparse, Sparse([1, 3], 5, 7));
        Assert.NotEqual(sparse, sparse with { Format = NumberFormat.Float32 });
        Assert.NotEqual(sparse, new SparsePacket(5, [1, 3], FlatVector.Of(5, 6), NumberFormat.Float64));
        Assert.NotEqual(quantized, Quantized([1, 2]));
        Assert.NotEqual(quantized, quantized with { Scale = 1 });
        Assert.NotEqual(quantized, quantized with { MaxLevel = 3 });
        Assert.NotEqual(quantized, quantized with { Format = NumberFormat.Float64 });
        Assert.NotEqual(seeded, seeded with { Seed = 8 });
        Assert.NotEqual<Packet>(sparse, seeded);
    }

    [Fact]
    public void Decodes_to_noughts_but_for_what_it_holds()
    {
        Assert.Equal(FlatVector.Of(0, 5, 0, 6), Sparse([1, 3], 5, 6).Decode());
        Assert.Equal(FlatVector.Of(0.5, -1), Quantized([1, -2]).Decode());
        Assert.Equal(
            new SparsePacket(4, RandomIndices.Draw(9, 2, 4), FlatVector.Of(5, 6), NumberFormat.Float64).Decode(),
            new SeededPacket(4, 9, FlatVector.Of(5, 6), NumberFormat.Float64).Decode());
    }

    [Fact]
    public void Objects_to_indices_that_do_not_ascend_or_are_out_of_range()
    {
        Assert.Null(Sparse([0, 3], 5, 6).Objection());
        Assert.Contains("index 1 of a sparse vector follows 3", Sparse([3, 1], 5, 6).Objection()!, StringComparison.Ordinal);
        Assert.Contains("index 1 of a sparse vector follows 1", Sparse([1, 1], 5, 6).Objection()!, StringComparison.Ordinal);
        Assert.Contains("below the length, 4", Sparse([1, 4], 5, 6).Objection()!, StringComparison.Ordinal);
        Assert.NotNull(Sparse([-1, 1], 5, 6).Objection());
    }

    [Fact]
    public void Objects_to_counts_that_do_not_fit()
    {
        Assert.Contains("1 indices for 2 entries", Sparse([1], 5, 6).Objection()!, StringComparison.Ordinal);
        Assert.NotNull(Sparse(default, 5).Objection());
        Assert.NotNull(new SparsePacket(-1, [], FlatVector.Empty, NumberFormat.Float64).Objection());
        Assert.NotNull(new SeededPacket(1, 9, FlatVector.Of(1, 2), NumberFormat.Float64).Objection());
        Assert.NotNull(new SeededPacket(-1, 9, FlatVector.Empty, NumberFormat.Float64).Objection());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e200)]
    public void Objects_to_entries_that_are_not_finite_or_too_large(double entry)
    {
        Assert.NotNull(Sparse([1, 3], 5, entry).Objection());
        Assert.NotNull(new SeededPacket(4, 9, FlatVector.Of(entry), NumberFormat.Float64).Objection());
        Assert.NotNull(new RoundedPacket(FlatVector.Of(entry), NumberFormat.Float64).Objection());
        Assert.NotNull(new QuantizedPacket(entry, 2, [0], NumberFormat.Float64).Objection());
    }

    [Fact]
    public void Objects_to_levels_out_of_range_and_to_scales_that_are_none()
    {
        Assert.Null(Quantized([-2, 2]).Objection());
        Assert.Contains("level 1 of a quantised vector is -3", Quantized([0, -3]).Objection()!, StringComparison.Ordinal);
        Assert.NotNull(Quantized([short.MinValue]).Objection());
        Assert.NotNull(Quantized(default).Objection());
        Assert.NotNull((Quantized([0]) with { Scale = -1 }).Objection());
        Assert.NotNull((Quantized([0]) with { MaxLevel = 0 }).Objection());
        Assert.NotNull((Quantized([0]) with { MaxLevel = 40_000 }).Objection());
        Assert.NotNull((Quantized([0]) with { Scale = 1e100 }).Objection()); // two of them are too much
    }

    [Fact]
    public void Objects_to_entries_that_its_format_does_not_have()
    {
        Assert.NotNull((Sparse([1, 3], 5, 0.1) with { Format = NumberFormat.Float32 }).Objection());
        Assert.NotNull(new SeededPacket(4, 9, FlatVector.Of(0.1), NumberFormat.Float32).Objection());
        Assert.NotNull(new RoundedPacket(FlatVector.Of(0.1f), NumberFormat.Bfloat16).Objection());
        Assert.NotNull((Quantized([0]) with { Scale = 0.1 }).Objection());
        Assert.NotNull((Quantized([0]) with { Format = (NumberFormat)9 }).Objection());
    }

    private static SparsePacket Sparse(ImmutableArray<int> indices, params double[] values) =>
        new(4, indices, FlatVector.CopyOf(values), NumberFormat.Float64);

    private static QuantizedPacket Quantized(ImmutableArray<short> levels) => new(0.5, 2, levels, NumberFormat.Float32);
}
