using ActorFed.Host.Topologies;
using Xunit;

namespace ActorFed.Host.Tests.Topologies;

public sealed class TopologyLayoutTests
{
    private const double Rounding = 1e-12;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void Everyone_stands_inside_at_the_distance_said(int count)
    {
        TopologyLayout[] layouts = [TopologyLayout.Circle(count), TopologyLayout.Hub(count), TopologyLayout.Grid(2, count)];

        foreach (TopologyLayout layout in layouts)
        {
            Assert.All(layout.Spots, spot => Assert.True(spot is { X: > 0 and < 1, Y: > 0 and < 1 }));
            for (int i = 0; i < layout.Spots.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    (double dx, double dy) = (layout.Spots[i].X - layout.Spots[j].X, layout.Spots[i].Y - layout.Spots[j].Y);
                    Assert.True(Math.Sqrt((dx * dx) + (dy * dy)) >= layout.Spacing - Rounding);
                }
            }
        }
    }

    [Fact]
    public void Only_edges_that_close_a_row_or_column_leave_the_straight_line()
    {
        TopologyLayout grid = TopologyLayout.Grid(3, 4);

        Assert.Equal(0, grid.Bend(0, 1));
        Assert.Equal(0, grid.Bend(0, 4));
        Assert.True(grid.Bend(0, 3) > 0);
        Assert.True(grid.Bend(0, 8) > 0);
        Assert.Equal(0, TopologyLayout.Grid(2, 2).Bend(0, 1));
        Assert.Equal(0, TopologyLayout.Circle(12).Bend(0, 11));
    }
}
