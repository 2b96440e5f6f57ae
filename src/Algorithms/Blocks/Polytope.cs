using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Blocks;

/// <summary>
/// One linear inequality Σ_b slope_bᵀ u_b + offset ≤ 0 over the blocks u_b of a point, such as (v, z, y_1, …, y_N), with its
/// dual variable. Slopes never change; the dual does.
/// </summary>
public sealed class CuttingPlane
{
    private readonly FlatVector?[] _evaluatedAt; // the block that _products[b] belongs to
    private readonly double[] _products;

    /// <summary>A plane.</summary>
    /// <param name="slopes">One vector per block, as long as the block.</param>
    /// <param name="offset">κ; see the class.</param>
    /// <param name="dual">Starting value of its dual variable; at least 0.</param>
    public CuttingPlane(ImmutableArray<FlatVector> slopes, double offset, double dual)
    {
        (Slopes, Offset, Dual, PreviousDual) = (slopes, offset, dual, dual);
        _evaluatedAt = new FlatVector?[slopes.Length];
        _products = new double[slopes.Length];
    }

    /// <summary>One slope per block.</summary>
    public ImmutableArray<FlatVector> Slopes { get; }

    /// <summary>κ.</summary>
    public double Offset { get; }

    /// <summary>λ, at least 0.</summary>
    public double Dual { get; private set; }

    /// <summary>λ before its last update.</summary>
    public double PreviousDual { get; private set; }

    /// <summary>How often λ was updated.</summary>
    public long DualUpdates { get; private set; }

    /// <summary>Σ_b slope_bᵀ u_b + κ: above 0 where the point violates the plane.</summary>
    /// <param name="blocks">The point; one vector per slope. Products with a block seen last time are remembered.</param>
    public double Residual(ReadOnlySpan<FlatVector> blocks)
    {
        double sum = Offset;
        for (int b = 0; b < _products.Length; b++)
        {
            if (!ReferenceEquals(_evaluatedAt[b], blocks[b]))
            {
                _products[b] = VectorMath.Dot(Slopes[b].Span, blocks[b].Span);
                _evaluatedAt[b] = blocks[b];
            }

            sum += _products[b];
        }

        return sum;
    }

    /// <summary>Sets λ.</summary>
    public void UpdateDual(double dual) => (PreviousDual, Dual, DualUpdates) = (Dual, dual, DualUpdates + 1);

    /// <summary>Writes the plane.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteDouble(Offset);
        writer.WriteDouble(Dual);
        writer.WriteDouble(PreviousDual);
        writer.WriteInt64(DualUpdates);
        foreach (FlatVector slope in Slopes)
        {
            writer.WriteVector(slope);
        }
    }

    /// <summary>Reads a plane.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="blockCount">Number of blocks.</param>
    public static CuttingPlane Restore(SnapshotReader reader, int blockCount)
    {
        double offset = reader.ReadDouble();
        double dual = reader.ReadDouble();
        double previousDual = reader.ReadDouble();
        long updates = reader.ReadInt64();
        return new CuttingPlane([.. Enumerable.Range(0, blockCount).Select(_ => reader.ReadVector())], offset, dual)
        {
            PreviousDual = previousDual,
            DualUpdates = updates,
        };
    }
}

/// <summary>The planes in force, in order of creation.</summary>
public sealed class Polytope
{
    /// <summary>Most planes a snapshot may hold; more is damage.</summary>
    private const int PlanesInSnapshot = 1_000_000;

    private readonly List<CuttingPlane> _planes = [];

    /// <summary>The planes.</summary>
    public IReadOnlyList<CuttingPlane> Planes => _planes;

    /// <summary>Number of planes.</summary>
    public int Count => _planes.Count;

    /// <summary>All λ, in order.</summary>
    public FlatVector Duals => FlatVector.Create(_planes.Count, _planes, static (span, planes) =>
    {
        for (int l = 0; l < span.Length; l++)
        {
            span[l] = planes[l].Dual;
        }
    });

    /// <summary>The terms of factor · Σ_l λ_l slope_{l,block}, in order of creation; planes with λ = 0 are left out.</summary>
    public IEnumerable<Term> WeightedSlopes(double factor, int block) =>
        _planes.Where(plane => plane.Dual != 0).Select(plane => new Term(factor * plane.Dual, plane.Slopes[block]));

    /// <summary>Adds a plane as the newest.</summary>
    public void Add(CuttingPlane plane) => _planes.Add(plane);

    /// <summary>A polytope of the same planes but those at <paramref name="indices"/>; the others close up.</summary>
    public Polytope Without(ImmutableArray<int> indices)
    {
        Polytope rest = new();
        rest._planes.AddRange(_planes.Where((_, l) => !indices.Contains(l)));
        return rest;
    }

    /// <summary>Writes all planes.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(_planes.Count);
        foreach (CuttingPlane plane in _planes)
        {
            plane.Save(writer);
        }
    }

    /// <summary>Replaces all planes by those read.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="blockCount">Blocks per plane.</param>
    public void Restore(SnapshotReader reader, int blockCount)
    {
        _planes.Clear();
        int count = reader.ReadCount(PlanesInSnapshot);
        for (int l = 0; l < count; l++)
        {
            _planes.Add(CuttingPlane.Restore(reader, blockCount));
        }
    }
}
