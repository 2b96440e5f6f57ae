using System.Collections.Immutable;

namespace ActorFed.Host.Topologies;

/// <summary>A place in a drawing.</summary>
internal readonly record struct Spot(double X, double Y);

/// <summary>Where participants stand in a square whose side is 1.</summary>
internal sealed record TopologyLayout
{
    private const double Rim = 0.44;   // radius of the circle; the rest is room for nodes

    public required ImmutableArray<Spot> Spots { get; init; }

    /// <summary>Distance to the nearest other participant.</summary>
    public required double Spacing { get; init; }

    /// <summary>Columns of a grid, or 0 where they do not stand in one.</summary>
    public int Columns { get; init; }

    /// <summary>Evenly on a circle, the first at the top.</summary>
    public static TopologyLayout Circle(int count) => new()
    {
        Spots = [.. Enumerable.Range(0, count).Select(i => OnCircle(i, count))],
        Spacing = count == 1 ? 1 : 2 * Rim * Math.Sin(Math.PI / count),
    };

    /// <summary>The first in the middle of the others.</summary>
    public static TopologyLayout Hub(int count) => new()
    {
        Spots = [new Spot(0.5, 0.5), .. Enumerable.Range(0, count - 1).Select(i => OnCircle(i, count - 1))],
        Spacing = count <= 2 ? Rim : Math.Min(Rim, 2 * Rim * Math.Sin(Math.PI / (count - 1))),
    };

    /// <summary>Row by row, with room outside for the edges that close rows and columns.</summary>
    public static TopologyLayout Grid(int rows, int columns)
    {
        double spacing = 0.98 / Math.Max(rows, columns);
        (double left, double top) = (0.5 - (spacing * (columns - 1) / 2), 0.5 - (spacing * (rows - 1) / 2));
        return new TopologyLayout
        {
            Spots = [.. Enumerable.Range(0, rows * columns).Select(i => new Spot(left + (spacing * (i % columns)), top + (spacing * (i / columns))))],
            Spacing = spacing,
            Columns = columns,
        };
    }

    /// <summary>How far the edge between two participants leaves the straight line, so that it passes others by.</summary>
    public double Bend(int i, int j)
    {
        bool closesRow = Columns > 2 && i / Columns == j / Columns && Math.Abs(i - j) == Columns - 1;
        bool closesColumn = Columns > 0 && i % Columns == j % Columns && Math.Abs(i - j) > Columns;
        return closesRow || closesColumn ? 0.7 * Spacing : 0;
    }

    private static Spot OnCircle(int i, int count)
    {
        double angle = (2 * Math.PI * i / count) - (Math.PI / 2);
        return new Spot(0.5 + (Rim * Math.Cos(angle)), 0.5 + (Rim * Math.Sin(angle)));
    }
}
