using ActorFed.Algorithms.Blocks;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Blocks;

public sealed class PolytopeTests
{
    private const string Format = "polytope.v1";

    [Fact]
    public void Evaluates_a_plane_at_a_point()
    {
        CuttingPlane plane = new([FlatVector.Of(1, 2), FlatVector.Of(-1)], offset: 0.5, dual: 0);

        Assert.Equal(3 + 8 - 5 + 0.5, plane.Residual([FlatVector.Of(3, 4), FlatVector.Of(5)]));
    }

    [Fact]
    public void Never_uses_a_remembered_product_for_another_block()
    {
        CuttingPlane plane = new([FlatVector.Of(1), FlatVector.Of(10)], offset: 0, dual: 0);
        FlatVector one = FlatVector.Of(1);
        FlatVector two = FlatVector.Of(2);

        double[] residuals =
        [
            plane.Residual([one, one]), // 11
            plane.Residual([two, one]), // only the first block is new
            plane.Residual([two, two]), // only the second
            plane.Residual([one, two]), // the first is one that was seen before
            plane.Residual([two, one]), // blocks exchanged
            plane.Residual([FlatVector.Of(3), FlatVector.Of(4)]),
        ];

        Assert.Equal([11, 12, 22, 21, 12, 43], residuals);
    }

    [Fact]
    public void Gives_the_same_bits_with_and_without_remembered_products()
    {
        SeededRandom random = new(1, "planes");
        FlatVector Draw() => FlatVector.Create(5, values =>
        {
            foreach (ref double value in values)
            {
                value = random.NextGaussian();
            }
        });
        CuttingPlane used = new([Draw(), Draw(), Draw()], random.NextGaussian(), dual: 0);
        FlatVector[] blocks = [Draw(), Draw(), Draw()];

        for (int i = 0; i < 100; i++)
        {
            blocks[random.NextInt32(3)] = Draw();

            Assert.Equal(new CuttingPlane(used.Slopes, used.Offset, dual: 0).Residual(blocks), used.Residual(blocks));
        }
    }

    [Fact]
    public void Remembers_a_duals_last_value_and_counts_its_updates()
    {
        CuttingPlane plane = Plane(1, dual: 0.5);
        Assert.Equal((0.5, 0.5, 0L), (plane.Dual, plane.PreviousDual, plane.DualUpdates));

        plane.UpdateDual(2);
        plane.UpdateDual(0);

        Assert.Equal((0.0, 2.0, 2L), (plane.Dual, plane.PreviousDual, plane.DualUpdates));
    }

    [Fact]
    public void Weighs_slopes_by_duals_in_order_of_creation()
    {
        Polytope polytope = ThreePlanes();

        Term[] terms = [.. polytope.WeightedSlopes(-2, block: 0)];

        Assert.Equal([-1, -0.5], terms.Select(term => term.Factor)); // the second plane weighs nothing
        Assert.Equal(FlatVector.Of(-(0.5 * 2 * 1) - (0.25 * 2 * 3)), FlatVector.Combine(terms));
        Assert.Equal(FlatVector.Of(0.5, 0, 0.25), polytope.Duals);
    }

    [Fact]
    public void Closes_up_over_dropped_planes_and_leaves_the_original_alone()
    {
        Polytope polytope = ThreePlanes();

        Polytope rest = polytope.Without([0, 2]);
        rest.Add(Plane(4, 1));

        Assert.Equal([2, 4], rest.Planes.Select(plane => plane.Slopes[0][0]));
        Assert.Same(polytope.Planes[1], rest.Planes[0]);
        Assert.Equal(3, polytope.Count);
        Assert.Equal(3, polytope.Without([]).Count);
    }

    [Fact]
    public void Restores_what_it_saved()
    {
        Polytope polytope = ThreePlanes();
        polytope.Planes[2].UpdateDual(0.125);

        Polytope restored = new();
        restored.Add(Plane(99, 9)); // is replaced
        SnapshotReader reader = new(Save(polytope), Format);
        restored.Restore(reader, blockCount: 1);
        reader.End();

        Assert.Equal(polytope.Duals, restored.Duals);
        Assert.Equal(polytope.Planes.Select(plane => plane.Slopes[0]), restored.Planes.Select(plane => plane.Slopes[0]));
        Assert.Equal(polytope.Planes.Select(plane => plane.Offset), restored.Planes.Select(plane => plane.Offset));
        Assert.Equal((0.25, 1L), (restored.Planes[2].PreviousDual, restored.Planes[2].DualUpdates));
    }

    [Fact]
    public void Rejects_a_snapshot_with_an_absurd_count()
    {
        SnapshotWriter writer = new();
        writer.WriteInt64(int.MaxValue);
        SnapshotReader reader = new(writer.ToSnapshot(Format), Format);

        Assert.Throws<InvalidDataException>(() => new Polytope().Restore(reader, blockCount: 1));
    }

    [Fact]
    public void Rejects_a_truncated_snapshot()
    {
        Snapshot whole = Save(ThreePlanes());

        for (int length = 0; length < whole.Content.Length; length++)
        {
            SnapshotReader reader = new(new Snapshot(Format, whole.Content[..length]), Format);
            Assert.Throws<InvalidDataException>(() => new Polytope().Restore(reader, blockCount: 1));
        }
    }

    private static CuttingPlane Plane(double slope, double dual) => new([FlatVector.Of(slope)], offset: -slope, dual);

    private static Polytope ThreePlanes()
    {
        Polytope polytope = new();
        polytope.Add(Plane(1, 0.5));
        polytope.Add(Plane(2, 0));
        polytope.Add(Plane(3, 0.25));
        return polytope;
    }

    private static Snapshot Save(Polytope polytope)
    {
        SnapshotWriter writer = new();
        polytope.Save(writer);
        return writer.ToSnapshot(Format);
    }
}
