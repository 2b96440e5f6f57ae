using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems.Data;

/// <summary>How hard generated digits are to read.</summary>
public sealed record SyntheticDigitsOptions
{
    /// <summary>Factor of everything that bends, turns, moves and resizes a digit; 0 draws every style alike.</summary>
    [Range(0.0, 3.0)]
    public double Distortion { get; init; } = 1;

    /// <summary>Standard deviation of the noise on each pixel, as a share of full ink.</summary>
    [Range(0.0, 1.0)]
    public double Noise { get; init; } = 0.1;

    /// <summary>Probability that a stray stroke lies beside the digit.</summary>
    [Range(0.0, 1.0)]
    public double ClutterRate { get; init; } = 0.25;
}

/// <summary>
/// Grey images of 28 by 28 pixels that look like handwritten digits, drawn by code: a data set that needs no file. An image
/// depends on the seed, the stream and its number only.
/// </summary>
/// <remarks>
/// Measured, default options, softmax regression by stochastic gradients, 2,000 training and 2,000 test images, seeds 1 to 3:
/// 92 to 93 % of the test images are read correctly; 83 to 85 % with a distortion of 1.2.
/// </remarks>
public static class SyntheticDigits
{
    private const int Classes = 10;
    private const int LinesPerCurve = 8;

    /// <summary>Draws images, in the pixel range and normalisation of MNIST.</summary>
    /// <param name="rows">Number of images; at least 1.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="options">How hard they are to read.</param>
    /// <param name="stream">Tells independent sets apart: <c>train</c>, <c>test</c>.</param>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    public static LabelledData Generate(int rows, ulong seed, SyntheticDigitsOptions options, string stream = "train")
    {
        const int pixelBytes = GlyphCanvas.Side * GlyphCanvas.Side;
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Array.MaxLength / pixelBytes);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);

        byte[] pixels = new byte[rows * pixelBytes];
        int[] labels = new int[rows];
        GlyphCanvas canvas = new();
        for (int row = 0; row < rows; row++)
        {
            SeededRandom random = new(seed, $"synthetic-digits/{stream}/{row}");
            labels[row] = random.NextInt32(Classes);
            canvas.Clear();
            DrawDigit(canvas, labels[row], options.Distortion, random);
            if (random.NextDouble() < options.ClutterRate)
            {
                DrawClutter(canvas, random);
            }

            canvas.Blur(Uniform(random, 0.1, 0.5));
            canvas.CopyTo(pixels.AsSpan(row * pixelBytes, pixelBytes), options.Noise, random);
        }

        PixelScaling scaling = PixelScaling.MnistTest;
        return new LabelledData(
            "synthetic-digits", new ByteMatrix(pixels, pixelBytes, scaling.Scale, scaling.Offset), [.. labels], Classes);
    }

    private static void DrawDigit(GlyphCanvas canvas, int digit, double distortion, SeededRandom random)
    {
        DigitGlyphs.Curve[][] styles = DigitGlyphs.Styles[digit];
        DigitGlyphs.Curve[] glyph = styles[random.NextInt32(styles.Length)];
        Warp warp = new(distortion, random);
        double radius = Uniform(random, 0.7, 1.5);
        double ink = Uniform(random, 0.75, 1);
        DigitGlyphs.Point lastEnd = new(double.NaN, double.NaN);
        DigitGlyphs.Point shaky = default;
        foreach (DigitGlyphs.Curve curve in glyph)
        {
            // Curves that meet in the glyph meet in the image: the shaken end of one is the start of the next.
            DigitGlyphs.Point start = curve.Start == lastEnd ? shaky : Shake(curve.Start, distortion, random);
            shaky = Shake(curve.End, distortion, random);
            lastEnd = curve.End;
            DigitGlyphs.Curve written = new(
                start, Shake(curve.First, distortion, random), Shake(curve.Second, distortion, random), shaky);
            (double x, double y) = warp.Map(written.Start);
            for (int i = 1; i <= LinesPerCurve; i++)
            {
                (double nextX, double nextY) = warp.Map(written.At((double)i / LinesPerCurve));
                canvas.DrawLine(x, y, nextX, nextY, radius, ink);
                (x, y) = (nextX, nextY);
            }
        }
    }

    private static void DrawClutter(GlyphCanvas canvas, SeededRandom random)
    {
        double x = Uniform(random, 0, GlyphCanvas.Side);
        double y = Uniform(random, 0, GlyphCanvas.Side);
        double angle = Uniform(random, 0, 2 * Math.PI);
        double length = Uniform(random, 2, 7);
        (double endX, double endY) = (x + (length * Math.Cos(angle)), y + (length * Math.Sin(angle)));
        canvas.DrawLine(x, y, endX, endY, Uniform(random, 0.4, 1), Uniform(random, 0.3, 0.8));
    }

    private static DigitGlyphs.Point Shake(DigitGlyphs.Point point, double distortion, SeededRandom random) =>
        new(point.X + (2.5 * distortion * random.NextGaussian()), point.Y + (2.5 * distortion * random.NextGaussian()));

    private static double Uniform(SeededRandom random, double from, double to) => from + ((to - from) * random.NextDouble());

    /// <summary>From the glyph box to pixels: turn, slant, resize, move, and a smooth wave on top.</summary>
    private readonly struct Warp
    {
        private const double PixelsPerUnit = 0.2;
        private readonly double _xx, _xy, _yx, _yy, _shiftX, _shiftY;
        private readonly double _wave, _frequencyX, _frequencyY, _phaseX, _phaseY;

        public Warp(double distortion, SeededRandom random)
        {
            double angle = 0.13 * distortion * random.NextGaussian();
            double slant = 0.15 * distortion * random.NextGaussian();
            double width = PixelsPerUnit * (1 + (distortion * Uniform(random, -0.25, 0.15)));
            double height = PixelsPerUnit * (1 + (distortion * Uniform(random, -0.15, 0.1)));
            (_xx, _xy) = (width * Math.Cos(angle), height * (-Math.Sin(angle) - slant));
            (_yx, _yy) = (width * Math.Sin(angle), height * Math.Cos(angle));
            _shiftX = distortion * random.NextGaussian();
            _shiftY = distortion * random.NextGaussian();
            _wave = distortion * Uniform(random, 0, 5);
            _frequencyX = Uniform(random, 0.03, 0.07);
            _frequencyY = Uniform(random, 0.03, 0.07);
            _phaseX = Uniform(random, 0, 2 * Math.PI);
            _phaseY = Uniform(random, 0, 2 * Math.PI);
        }

        public (double X, double Y) Map(DigitGlyphs.Point point)
        {
            double x = point.X - 50 + (_wave * Math.Sin((_frequencyX * point.Y) + _phaseX));
            double y = point.Y - 50 + (_wave * Math.Sin((_frequencyY * point.X) + _phaseY));
            const double centre = (GlyphCanvas.Side - 1) / 2.0;
            return (centre + _shiftX + (_xx * x) + (_xy * y), centre + _shiftY + (_yx * x) + (_yy * y));
        }
    }
}
