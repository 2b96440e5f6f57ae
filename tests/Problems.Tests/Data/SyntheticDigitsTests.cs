using System.ComponentModel.DataAnnotations;
using ActorFed.Problems.Data;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

public sealed class SyntheticDigitsTests
{
    private const int Pixels = 784;
    private static readonly SyntheticDigitsOptions Options = new();

    [Fact]
    public void Draws_an_image_by_its_number_alone()
    {
        LabelledData few = SyntheticDigits.Generate(10, 1, Options);
        LabelledData many = SyntheticDigits.Generate(20, 1, Options);

        Assert.Equal<int>(few.Labels, many.Labels[..10]);
        Assert.Equal(PixelsOf(few), PixelsOf(many)[..(10 * Pixels)]);
    }

    [Fact]
    public void Draws_other_images_for_another_seed_or_stream()
    {
        byte[] images = PixelsOf(SyntheticDigits.Generate(5, 1, Options));

        Assert.NotEqual(images, PixelsOf(SyntheticDigits.Generate(5, 2, Options)));
        Assert.NotEqual(images, PixelsOf(SyntheticDigits.Generate(5, 1, Options, "test")));
    }

    [Fact]
    public void Draws_each_digit_about_as_often()
    {
        LabelledData data = SyntheticDigits.Generate(2000, 1, Options);

        // Five standard deviations of a binomial count of 2000 draws with probability 1/10.
        Assert.All(Enumerable.Range(0, 10), digit => Assert.InRange(data.Labels.Count(label => label == digit), 133, 267));
    }

    [Fact]
    public void Keeps_the_ink_away_from_the_border()
    {
        LabelledData data = SyntheticDigits.Generate(1000, 1, Options with { Noise = 0, ClutterRate = 0 });

        byte[] pixels = PixelsOf(data);
        double border = Enumerable.Range(0, pixels.Length).Where(i => IsBorder(i % Pixels)).Average(i => pixels[i]);
        double inside = Enumerable.Range(0, pixels.Length).Where(i => !IsBorder(i % Pixels)).Average(i => pixels[i]);
        Assert.True(border < 1, $"border {border}");
        Assert.True(inside > 20, $"inside {inside}");
    }

    [Fact]
    public void Draws_digits_that_a_simple_classifier_mostly_tells_apart()
    {
        double accuracy = NearestMeanAccuracy(Options);

        Assert.InRange(accuracy, 0.6, 0.95); // learnable, not trivial
    }

    [Fact]
    public void Draws_harder_digits_with_more_distortion_and_noise()
    {
        SyntheticDigitsOptions harder = new() { Distortion = 2, Noise = 0.5, ClutterRate = 1 };

        double easy = NearestMeanAccuracy(Options);
        double hard = NearestMeanAccuracy(harder);

        Assert.True(hard < easy, $"hard {hard}, easy {easy}");
    }

    [Fact]
    public void Rejects_options_out_of_range()
    {
        Assert.Throws<ValidationException>(() => SyntheticDigits.Generate(1, 1, Options with { Noise = 1.5 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticDigits.Generate(0, 1, Options));
    }

    private static byte[] PixelsOf(LabelledData data) => ((ByteMatrix)data.Features).Values.ToArray();

    private static bool IsBorder(int pixel) => pixel / 28 is 0 or 27 || pixel % 28 is 0 or 27;

    /// <summary>The share of test images whose nearest class mean is that of their own class.</summary>
    private static double NearestMeanAccuracy(SyntheticDigitsOptions options)
    {
        LabelledData train = SyntheticDigits.Generate(1000, 1, options);
        LabelledData test = SyntheticDigits.Generate(500, 1, options, "test");
        int[] counts = [.. Enumerable.Range(0, 10).Select(digit => train.Labels.Count(label => label == digit))];
        double[] means = new double[10 * Pixels];
        ReadOnlySpan<byte> pixels = ((ByteMatrix)train.Features).Values;
        for (int i = 0; i < pixels.Length; i++)
        {
            int digit = train.Labels[i / Pixels];
            means[(digit * Pixels) + (i % Pixels)] += (double)pixels[i] / counts[digit];
        }

        int correct = 0;
        for (int row = 0; row < test.Labels.Length; row++)
        {
            byte[] image = ((ByteMatrix)test.Features).Values.Slice(row * Pixels, Pixels).ToArray();
            int nearest = Enumerable.Range(0, 10).MinBy(digit => Distance(image, means.AsSpan(digit * Pixels, Pixels)));
            correct += nearest == test.Labels[row] ? 1 : 0;
        }

        return (double)correct / test.Labels.Length;
    }

    private static double Distance(ReadOnlySpan<byte> image, ReadOnlySpan<double> mean)
    {
        double sum = 0;
        for (int i = 0; i < image.Length; i++)
        {
            sum += (image[i] - mean[i]) * (image[i] - mean[i]);
        }

        return sum;
    }
}
