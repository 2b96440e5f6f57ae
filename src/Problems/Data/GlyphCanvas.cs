using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems.Data;

/// <summary>A small grey canvas for pen strokes; ink is in [0, 1] per pixel. Reused from image to image.</summary>
internal sealed class GlyphCanvas
{
    /// <summary>Pixels per side.</summary>
    public const int Side = 28;

    private readonly float[] _ink = new float[Side * Side];
    private readonly float[] _blurred = new float[Side * Side];

    /// <summary>Removes all ink.</summary>
    public void Clear() => Array.Clear(_ink);

    /// <summary>Draws a line with a round pen; edges are anti-aliased by the distance to the line.</summary>
    public void DrawLine(double x0, double y0, double x1, double y1, double radius, double ink)
    {
        double reach = radius + 0.5;
        int left = Math.Max(0, (int)Math.Floor(Math.Min(x0, x1) - reach));
        int right = Math.Min(Side - 1, (int)Math.Ceiling(Math.Max(x0, x1) + reach));
        int top = Math.Max(0, (int)Math.Floor(Math.Min(y0, y1) - reach));
        int bottom = Math.Min(Side - 1, (int)Math.Ceiling(Math.Max(y0, y1) + reach));
        (double dx, double dy) = (x1 - x0, y1 - y0);
        double squaredLength = Math.Max((dx * dx) + (dy * dy), 1e-12);
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                double share = Math.Clamp((((x - x0) * dx) + ((y - y0) * dy)) / squaredLength, 0, 1);
                (double px, double py) = (x - x0 - (share * dx), y - y0 - (share * dy));
                double squaredDistance = (px * px) + (py * py);
                if (squaredDistance < reach * reach)
                {
                    float coverage = (float)(ink * Math.Min(1, reach - Math.Sqrt(squaredDistance)));
                    ref float pixel = ref _ink[(y * Side) + x];
                    pixel = Math.Max(pixel, coverage);
                }
            }
        }
    }

    /// <summary>Moves ink to the four neighbours of each pixel; <paramref name="share"/> of it leaves, in [0, 0.8].</summary>
    public void Blur(double share)
    {
        float stay = (float)(1 - share);
        float leave = (float)(share / 4);
        Array.Clear(_blurred);
        for (int y = 1; y < Side - 1; y++)
        {
            for (int x = 1; x < Side - 1; x++)
            {
                int i = (y * Side) + x;
                _blurred[i] = (stay * _ink[i]) + (leave * (_ink[i - 1] + _ink[i + 1] + _ink[i - Side] + _ink[i + Side]));
            }
        }

        _blurred.CopyTo(_ink, 0);
    }

    /// <summary>Writes the pixels as bytes, with noise of the given standard deviation added.</summary>
    public void CopyTo(Span<byte> pixels, double noise, SeededRandom random)
    {
        // The sum of four uniform 16-bit numbers is close to normal: mean 2 · 65535, variance 4 · 65536² / 12.
        float scale = (float)(noise / (65536 / Math.Sqrt(3)));
        for (int i = 0; i < pixels.Length; i++)
        {
            ulong bits = random.NextUInt64();
            int sum = (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF) + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
            float value = _ink[i] + (scale * (sum - 131070));
            pixels[i] = (byte)(Math.Clamp(value, 0, 1) * 255);
        }
    }
}
