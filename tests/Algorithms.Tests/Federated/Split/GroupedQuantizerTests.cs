using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Federated.Split;

public sealed class GroupedQuantizerTests
{
    private static readonly QuantizerOptions Pairs = new() { Subvectors = 4, Groups = 1, Centroids = 2 };

    [Fact]
    public void Puts_the_mean_of_its_cluster_in_the_place_of_every_piece()
    {
        double[] z = [0, 0, 8, 8, 0, 2, 8, 10]; // two rows of four, two pieces each

        QuantizedActivations quantized = new GroupedQuantizer(Pairs with { Subvectors = 2 }, 4).Quantize(z, NumberFormat.Float64);

        Assert.Equal([0, 1, 8, 9], quantized.Codebooks.Values.Span.ToArray());
        Assert.Equal([0, 1, 0, 1], CodesOf(quantized));
        Assert.Equal([0, 1, 8, 9, 0, 1, 8, 9], quantized.Decode().Span.ToArray());
    }

    [Fact]
    public void A_group_is_of_neighbouring_places_of_all_rows()
    {
        double[] z = [1, 1, 5, 5, 2, 2, 7, 7]; // places 0 and 1 are near 1 and 2, places 2 and 3 near 5 and 7

        QuantizedActivations quantized = new GroupedQuantizer(Pairs with { Groups = 2, Centroids = 2 }, 4).Quantize(z, NumberFormat.Float64);

        Assert.Equal([1, 2, 5, 7], quantized.Codebooks.Values.Span.ToArray());
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], CodesOf(quantized));
        Assert.Equal(z, quantized.Decode().Span.ToArray());
    }

    [Fact]
    public void Repeats_the_last_point_where_fewer_differ_than_there_are_centroids()
    {
        double[] z = [3, 3, 1, 3];

        QuantizedActivations quantized = new GroupedQuantizer(Pairs with { Centroids = 4 }, 4).Quantize(z, NumberFormat.Float64);

        Assert.Equal([3, 1, 1, 1], quantized.Codebooks.Values.Span.ToArray());
        Assert.Equal([0, 0, 1, 0], CodesOf(quantized)); // the lowest of equal centroids
    }

    [Fact]
    public void An_equally_near_centroid_with_a_lower_number_wins()
    {
        QuantizedActivations quantized = new GroupedQuantizer(Pairs with { MaxUpdates = 0 }, 4).Quantize([0, 2, 1, 1], NumberFormat.Float64);

        Assert.Equal([0, 1, 0, 0], CodesOf(quantized));
    }

    [Fact]
    public void Stops_where_no_code_changes_or_updates_are_used_up()
    {
        double[] z = Gaussians(rows: 50, length: 8);
        GroupedQuantizer free = new(new QuantizerOptions { Subvectors = 4, Groups = 2, Centroids = 3, MaxUpdates = 1000 }, 8);
        GroupedQuantizer held = new(new QuantizerOptions { Subvectors = 4, Groups = 2, Centroids = 3, MaxUpdates = 2 }, 8);

        double best = Error(z, free.Quantize(z, NumberFormat.Float64));
        double early = Error(z, held.Quantize(z, NumberFormat.Float64));

        Assert.All(free.Updates, updates => Assert.InRange(updates, 3, 999));
        Assert.Equal([2, 2], held.Updates);
        Assert.True(best < early);
    }

    [Fact]
    public void Centroids_are_rounded_before_codes_are_chosen()
    {
        double[] z = Gaussians(rows: 20, length: 8);

        QuantizedActivations quantized = new GroupedQuantizer(Pairs with { Centroids = 8 }, 8).Quantize(z, NumberFormat.Bfloat16);

        double[] centroids = quantized.Codebooks.Values.Span.ToArray();
        Assert.All(centroids, value => Assert.Equal(value, NumberFormat.Bfloat16.Round(value)));
        int[] codes = CodesOf(quantized);
        for (int i = 0; i < codes.Length; i++)
        {
            double[] distances = [.. Enumerable.Range(0, 8).Select(c => VectorMath.SquaredDistance(z.AsSpan(2 * i, 2), centroids.AsSpan(2 * c, 2)))];
            Assert.Equal(distances.Min(), distances[codes[i]]);
        }
    }

    [Fact]
    public void Centroids_that_start_far_apart_are_the_same_for_the_same_stream_and_no_worse_on_the_average()
    {
        double[] z = [.. Enumerable.Range(0, 400).Select(i => (10 * (i / 4 % 8)) + (new CounterRandom(3, "z").Uniform(i) / 100))]; // 8 clusters; the first points are of one
        GroupedQuantizer first = new(new QuantizerOptions { Subvectors = 4, Groups = 1, Centroids = 8 }, 4);
        GroupedQuantizer apart = new(new QuantizerOptions { Subvectors = 4, Groups = 1, Centroids = 8, Start = CentroidStart.PlusPlus }, 4);

        double[] errors = [.. Enumerable.Range(0, 20).Select(seed => Error(z, apart.Quantize(z, NumberFormat.Float64, new SeededRandom((ulong)seed, "start"))))];

        Assert.Equal(apart.Quantize(z, NumberFormat.Float64, new SeededRandom(5, "start")), apart.Quantize(z, NumberFormat.Float64, new SeededRandom(5, "start")));
        Assert.True(errors.Average() < Error(z, first.Quantize(z, NumberFormat.Float64)));
        Assert.Throws<ArgumentNullException>("random", () => apart.Quantize(z, NumberFormat.Float64));
    }

    [Fact]
    public void All_points_alike_are_one_centroid_however_it_starts()
    {
        GroupedQuantizer apart = new(Pairs with { Centroids = 3, Start = CentroidStart.PlusPlus }, 4);

        QuantizedActivations quantized = apart.Quantize([2, 2, 2, 2, 2, 2, 2, 2], NumberFormat.Float64, new SeededRandom(1, "start"));

        Assert.Equal([2, 2, 2], quantized.Codebooks.Values.Span.ToArray());
        Assert.Equal(0, CodesOf(quantized).Max());
    }

    /// <summary>Codebooks of R · L · d/q numbers, and B · q codes of ⌈log2 L⌉ bits.</summary>
    [Theory]
    [InlineData(20, 96, 8, 1, 2, NumberFormat.Float32, (96 * 2 / 8 * 4) + 20)]
    [InlineData(20, 96, 8, 8, 2, NumberFormat.Float64, (96 * 2 * 8) + 20)]
    [InlineData(7, 96, 96, 1, 5, NumberFormat.Float32, (5 * 4) + 252)]
    [InlineData(3, 96, 1, 1, 1, NumberFormat.Bfloat16, 96 * 2)]
    [InlineData(20, 9216, 1152, 1, 2, NumberFormat.Float64, 24_064 / 8)] // the paper's count where log2 L is whole
    public void Takes_the_bytes_of_the_formula(int rows, int length, int subvectors, int groups, int centroids, NumberFormat format, long bytes)
    {
        QuantizerOptions options = new() { Subvectors = subvectors, Groups = groups, Centroids = centroids, MaxUpdates = 1 };

        QuantizedActivations quantized = new GroupedQuantizer(options, length).Quantize(Gaussians(rows, length), format);

        Assert.Equal(bytes, quantized.PayloadBytes);
        Assert.Null(quantized.Objection(options, length, format));
    }

    [Fact]
    public void Has_the_ratio_that_the_paper_prints_for_its_images()
    {
        QuantizerOptions options = new() { Subvectors = 1152, Groups = 1, Centroids = 2 };

        Assert.Equal(490.2, options.Ratio(rows: 20, length: 9216), 0.05);
    }

    [Fact]
    public void Refuses_pieces_that_do_not_divide_the_activations()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new GroupedQuantizer(Pairs with { Subvectors = 100 }, 784));

        Assert.Contains("100 subvectors do not divide 784 activations evenly; 98 would", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_groups_that_do_not_divide_the_pieces()
    {
        QuantizerOptions options = Pairs with { Groups = 3 };

        ValidationResult refused = Assert.Single(options.Validate(new ValidationContext(options)));

        Assert.Equal("is 3; it must divide the 4 subvectors of a row evenly, such as 2.", refused.ErrorMessage);
        Assert.Throws<ArgumentException>(() => new GroupedQuantizer(options, 8));
    }

    private static int[] CodesOf(QuantizedActivations quantized)
    {
        int[] codes = new int[quantized.Codes.Count];
        quantized.Codes.CopyTo(codes);
        return codes;
    }

    private static double Error(double[] z, QuantizedActivations quantized) => VectorMath.SquaredDistance(z, quantized.Decode().Span);

    private static double[] Gaussians(int rows, int length)
    {
        SeededRandom random = new(7, "activations");
        return [.. Enumerable.Range(0, rows * length).Select(_ => random.NextGaussian())];
    }
}
