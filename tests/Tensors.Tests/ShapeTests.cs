using Xunit;

namespace ActorFed.Tensors.Tests;

public sealed class ShapeTests
{
    [Fact]
    public void Shapes_are_equal_by_extents()
    {
        Shape shape = [2, 3];

        Assert.True(shape == [2, 3]);
        Assert.True(shape != [3, 2]);
        Assert.True(shape != [2, 3, 1]);
        Assert.Equal(shape.GetHashCode(), Shape.Create([2, 3]).GetHashCode());
        Assert.Equal(6, shape.Count);
        Assert.Equal("[2, 3]", shape.ToString());
        Assert.Equal(1, Shape.Create([]).Count);
    }

    [Fact]
    public void Negative_axes_count_from_the_end()
    {
        Shape shape = [2, 3, 5];

        Assert.Equal(5, shape[-1]);
        Assert.Equal(2, shape[-3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => shape[3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => shape[-4]);
    }

    [Fact]
    public void Impossible_shapes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Shape.Create([2, 0]));
        Assert.Throws<ArgumentException>(() => Shape.Create([1, 1, 1, 1, 1, 1]));
        Assert.Throws<ArgumentException>(() => Shape.Create([1 << 16, 1 << 16]));
    }
}
