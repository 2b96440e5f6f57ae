using System.Globalization;

namespace ActorFed.Problems.Data;

/// <summary>How people write the ten digits: pen strokes as cubic curves in a box of 100 by 100, y downwards.</summary>
internal static class DigitGlyphs
{
    // M moves the pen, L draws a line, C a cubic curve; numbers are x y pairs as in SVG paths. Several styles per digit.
    private static readonly string[][] Paths =
    [
        [
            "M50 5 C15 5 15 95 50 95 C85 95 85 5 50 5",
            "M60 9 C22 -2 12 60 28 84 C42 104 82 84 80 45 C79 20 66 8 48 12",
        ],
        [
            "M50 5 L50 95",
            "M34 24 L53 5 L53 95",
            "M34 22 L52 6 L52 93 M32 94 L72 94",
        ],
        [
            "M22 28 C25 0 80 0 76 32 C74 52 40 70 22 94 L80 94",
            "M24 22 C34 0 82 4 72 36 C64 60 40 78 26 88 C12 98 26 68 44 84 C54 94 66 96 84 86",
            "M26 16 C50 2 88 12 68 46 C56 64 40 80 24 93 C44 88 60 90 80 92",
        ],
        [
            "M24 16 C40 -2 78 6 72 28 C68 44 50 46 42 46 C60 46 82 54 76 76 C70 100 34 100 20 82",
            "M24 8 L74 8 L46 42 C70 40 86 60 74 80 C62 98 34 98 22 84",
            "M28 12 C52 0 82 16 62 36 C56 42 50 44 46 44 C70 44 82 62 66 82 C54 96 36 96 24 90",
        ],
        [
            "M30 6 L24 54 L80 52 M66 10 L64 96",
            "M62 96 L62 5 L18 66 L84 66",
            "M28 8 C26 30 18 52 36 55 C50 56 62 46 68 34 M72 6 C70 30 66 60 62 96",
        ],
        [
            "M74 8 L34 8 L28 44 C50 34 80 46 76 70 C72 96 38 100 22 84",
            "M36 10 L32 44 C52 36 78 48 72 72 C66 94 40 98 24 88 M36 10 L78 6",
        ],
        [
            "M66 6 C34 16 20 50 26 76 C32 100 72 98 74 72 C74 48 38 46 27 70",
            "M48 5 C34 30 24 54 26 74 C30 98 70 98 70 74 C68 54 38 54 28 72",
        ],
        [
            "M20 10 L78 10 L42 95",
            "M22 12 L78 10 C66 36 52 60 44 95 M34 52 L70 50",
            "M22 26 L24 10 L76 12 C62 36 54 70 52 95",
        ],
        [
            "M50 48 C20 38 24 4 50 5 C78 6 78 38 50 48 C16 60 18 96 50 95 C84 94 82 58 50 48",
            "M70 18 C56 -2 22 8 30 28 C36 46 72 54 74 74 C74 100 26 100 28 74 C30 54 68 42 72 18",
        ],
        [
            "M74 30 C70 2 28 2 26 30 C26 56 66 56 73 32 C74 56 72 80 64 95",
            "M70 20 C50 -4 22 18 28 38 C34 56 66 48 72 18 L66 95",
            "M72 28 C66 4 28 4 28 30 C28 54 66 54 72 28 C78 60 70 100 32 92",
        ],
    ];

    /// <summary>Per digit, per style: the cubic curves of the glyph, in pen order.</summary>
    public static IReadOnlyList<Curve[][]> Styles { get; } = [.. Paths.Select(styles => styles.Select(Parse).ToArray())];

    private static Curve[] Parse(string path)
    {
        List<Curve> curves = [];
        Point pen = default;
        foreach (string command in path.Replace("M", "|M").Replace("L", "|L").Replace("C", "|C")
            .Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            double[] numbers = [.. command[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
            Point end = new(numbers[^2], numbers[^1]);
            if (command[0] == 'C')
            {
                curves.Add(new Curve(pen, new Point(numbers[0], numbers[1]), new Point(numbers[2], numbers[3]), end));
            }
            else if (command[0] == 'L')
            {
                curves.Add(new Curve(pen, pen.Towards(end, 1.0 / 3), pen.Towards(end, 2.0 / 3), end));
            }

            pen = end;
        }

        return [.. curves];
    }

    /// <summary>A point of the glyph box.</summary>
    public readonly record struct Point(double X, double Y)
    {
        public Point Towards(Point other, double share) => new(X + (share * (other.X - X)), Y + (share * (other.Y - Y)));
    }

    /// <summary>A cubic Bézier curve.</summary>
    public readonly record struct Curve(Point Start, Point First, Point Second, Point End)
    {
        /// <summary>The point at <paramref name="t"/> in [0, 1].</summary>
        public Point At(double t)
        {
            double s = 1 - t;
            (double a, double b, double c, double d) = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t);
            return new(
                (a * Start.X) + (b * First.X) + (c * Second.X) + (d * End.X),
                (a * Start.Y) + (b * First.Y) + (c * Second.Y) + (d * End.Y));
        }
    }
}
