using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Compression;

public sealed class CompressorTests
{
    private const int Length = 40;
    private const int Draws = 400;

    public static TheoryData<string> Compressors() => [.. All.Keys];

    private static readonly Dictionary<string, (ICompressor Compressor, double Delta)> All = new()
    {
        ["float32"] = (new RoundingCompressor(NumberFormat.Float32), 1 - Math.Pow(2, -48)),
        ["bfloat16"] = (new RoundingCompressor(NumberFormat.Bfloat16), 1 - Math.Pow(2, -16)),
        ["top-k"] = (new TopKCompressor(KeptEntries.Share(0.2), NumberFormat.Float64), 0.2),
        ["top-k float32"] = (new TopKCompressor(KeptEntries.Number(8), NumberFormat.Float32), 0.2),
        ["rand-k"] = (new RandKCompressor(KeptEntries.Share(0.2), false, NumberFormat.Float64), 0.2),
        ["rand-k, seed"] = (new RandKCompressor(KeptEntries.Share(0.2), true, NumberFormat.Float64), 0.2),
        ["qsgd 1"] = (new QsgdCompressor(1, NumberFormat.Float64), 1 / (1 + Math.Sqrt(Length))),
        ["qsgd 16"] = (new QsgdCompressor(16, NumberFormat.Float32), 1 / (1 + (Length / 256.0))),
        ["int8"] = (new Int8Compressor(NumberFormat.Float64), 1.0 / Length),
        ["int8 bfloat16"] = (new Int8Compressor(NumberFormat.Bfloat16), 1.0 / Length),
    };

    [Theory, MemberData(nameof(Compressors))]
    public void Contracts_in_the_mean_by_its_delta(string name)
    {
        (ICompressor compressor, double delta) = All[name];
        foreach (FlatVector vector in (FlatVector[])[Vectors.Gaussian(Length, "v"), Spiked(), Flat()])
        {
            double[] errors = [.. Enumerable.Range(0, Draws).Select(draw => Error(compressor, vector, (ulong)draw))];
            double mean = errors.Average();
            double deviation = Math.Sqrt(errors.Average(error => (error - mean) * (error - mean)) / Draws);

            double limit = (1 - delta) * VectorMath.SquaredNorm(vector.Span);

            Assert.InRange(mean, 0, limit + (5 * deviation) + 1e-12); // five deviations of the mean; 1e-12 for rounding in sums
        }
    }

    [Theory, MemberData(nameof(Compressors))]
    public void Sends_nought_for_nought(string name)
    {
        Packet packet = All[name].Compressor.Compress(FlatVector.Zeros(Length), new SeededRandom(1, "q"));

        Assert.Equal(FlatVector.Zeros(Length), packet.Decode());
        Assert.Null(packet.Objection());
    }

    [Theory, MemberData(nameof(Compressors))]
    public void Makes_an_empty_vector_of_an_empty_one(string name)
    {
        Packet packet = All[name].Compressor.Compress(FlatVector.Empty, new SeededRandom(1, "q"));

        Assert.Equal(0, packet.Decode().Length);
        Assert.Null(packet.Objection());
    }

    [Theory, MemberData(nameof(Compressors))]
    public void Sends_the_same_packet_on_the_same_stream(string name)
    {
        ICompressor compressor = All[name].Compressor;
        FlatVector vector = Vectors.Gaussian(Length, "v");

        Packet first = compressor.Compress(vector, new SeededRandom(1, "q"));
        Packet second = compressor.Compress(FlatVector.CopyOf(vector.Span), new SeededRandom(1, "q"));

        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
        Assert.Equal(first.Decode(), second.Decode());
        Assert.NotEqual(first, compressor.Compress(Vectors.Gaussian(Length, "w"), new SeededRandom(1, "q")));
    }

    [Theory, MemberData(nameof(Compressors))]
    public void Sends_what_a_receiver_believes(string name)
    {
        Packet packet = All[name].Compressor.Compress(Vectors.Gaussian(Length, "v"), new SeededRandom(1, "q"));

        Assert.Null(packet.Objection());
        Assert.Equal(Length, packet.Length);
        Assert.Equal(Length, packet.Decode().Length);
    }

    [Theory]
    [InlineData("rand-k")]
    [InlineData("rand-k, seed")]
    [InlineData("qsgd 1")]
    public void Draws_anew_on_another_stream(string name)
    {
        FlatVector vector = Vectors.Gaussian(Length, "v");

        Assert.NotEqual(
            All[name].Compressor.Compress(vector, new SeededRandom(1, "q")).Decode(),
            All[name].Compressor.Compress(vector, new SeededRandom(1, "r")).Decode());
    }

    [Fact]
    public void Rand_k_keeps_the_same_entries_with_and_without_a_shared_seed()
    {
        FlatVector vector = Vectors.Gaussian(Length, "v");

        Packet withSeed = All["rand-k, seed"].Compressor.Compress(vector, new SeededRandom(1, "q"));
        Packet withIndices = All["rand-k"].Compressor.Compress(vector, new SeededRandom(1, "q"));

        Assert.Equal(withIndices.Decode(), withSeed.Decode());
        Assert.All(Enumerable.Range(0, Length).Where(i => withSeed.Decode()[i] != 0), i => Assert.Equal(vector[i], withSeed.Decode()[i]));
    }

    [Fact]
    public void Top_k_of_a_tie_keeps_the_first() => Assert.Equal(
        FlatVector.Of(1, 0, 0), new TopKCompressor(KeptEntries.Number(1), NumberFormat.Float64).Compress(FlatVector.Of(1, -1, 0.5), Unused).Decode());

    [Fact]
    public void Top_k_chooses_before_it_rounds()
    {
        FlatVector nearlyEqual = FlatVector.Of(1, 1 + 1e-12);

        Packet packet = new TopKCompressor(KeptEntries.Number(1), NumberFormat.Float32).Compress(nearlyEqual, Unused);

        Assert.Equal(FlatVector.Of(0, 1), packet.Decode());
    }

    [Fact]
    public void Qsgd_keeps_within_its_levels_where_one_entry_is_the_norm()
    {
        QuantizedPacket packet = new QsgdCompressor(3, NumberFormat.Float64).Quantize(FlatVector.Of(0, -0.1), () => 0.999);

        Assert.Equal([0, -3], packet.Levels.Select(level => (int)level));
    }

    [Fact]
    public void Int8_takes_the_largest_entry_to_127_and_rounds_the_others_to_the_nearest()
    {
        QuantizedPacket packet = (QuantizedPacket)new Int8Compressor(NumberFormat.Float64).Compress(FlatVector.Of(-254, 3.2, 0.9, 2), Unused);

        Assert.Equal(2, packet.Scale);
        Assert.Equal([-127, 2, 0, 1], packet.Levels.Select(level => (int)level));
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("bfloat16")]
    [InlineData("top-k float32")]
    [InlineData("int8 bfloat16")]
    public void Refuses_what_its_format_cannot_hold(string name) => Assert.Throws<ArithmeticException>(
        () => All[name].Compressor.Compress(FlatVector.Of(1e60, 1), Unused));

    private static SeededRandom Unused => new(1, "unused");

    private static FlatVector Flat() => FlatVector.Create(Length, values => values.Fill(-1));

    private static FlatVector Spiked() => FlatVector.Create(Length, values =>
    {
        values.Fill(0.01);
        values[3] = 100;
    });

    private static double Error(ICompressor compressor, FlatVector vector, ulong seed) =>
        VectorMath.SquaredDistance(compressor.Compress(vector, new SeededRandom(seed, "q")).Decode().Span, vector.Span);
}
