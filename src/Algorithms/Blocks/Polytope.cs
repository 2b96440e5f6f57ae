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
    /// <param name="dual">Starting value of its dual variable.</param>
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

    /// <summary>λ. At least 0, but for a plane that a slack variable turns into an equation: there of any sign.</summary>
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

    /// <summary>
    /// A new plane: the linearisation of h ≤ ε at a point, which is slopeᵀ u ≤ ε + margin − h + slopeᵀ point; so its residual there
    /// is h − ε − margin.
    /// </summary>
    /// <param name="slopes">∂h/∂u_b; one vector per block.</param>
    /// <param name="point">Where; one vector per block.</param>
    /// <param name="residual">h − ε − margin.</param>
    /// <param name="dual">Starting value of its dual variable.</param>
    public static CuttingPlane Through(ImmutableArray<FlatVector> slopes, ReadOnlySpan<FlatVector> point, double residual, double dual)
    {
        double offset = residual;
        for (int b = 0; b < point.Length; b++)
        {
            offset -= VectorMath.Dot(slopes[b].Span, point[b].Span);
        }

        return new CuttingPlane(slopes, offset, dual);
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

    /// <summary>Indices of the planes whose λ was within <paramref name="tolerance"/> of 0 at its last two updates, ascending.</summary>
    public ImmutableArray<int> Inactive(double tolerance) =>
    [
        .. Enumerable.Range(0, _planes.Count).Where(l => _planes[l].DualUpdates >= 2
            && Math.Abs(_planes[l].Dual) <= tolerance && Math.Abs(_planes[l].PreviousDual) <= tolerance),
    ];

    /// <summary>λ_l ← max(0, λ_l + η ( r_l − c λ_l )), clamped from above where there is a limit.</summary>
    /// <param name="blocks">The point at which r_l is taken.</param>
    /// <param name="step">η.</param>
    /// <param name="regularization">c.</param>
    /// <param name="max">Largest λ, or null.</param>
    public void StepDuals(ReadOnlySpan<FlatVector> blocks, double step, double regularization, double? max)
    {
        foreach (CuttingPlane plane in _planes)
        {
            double dual = plane.Dual + (step * (plane.Residual(blocks) - (regularization * plane.Dual)));
            plane.UpdateDual(Math.Min(Math.Max(0, dual), max ?? double.PositiveInfinity));
        }
    }

    /// <summary>The duals' part of a stationarity gap: Σ_l ( (λ_l − max(0, λ_l + η r_l)) / η )².</summary>
    /// <param name="blocks">The point at which r_l is taken.</param>
    /// <param name="step">η.</param>
    public double SquaredDualGap(ReadOnlySpan<FlatVector> blocks, double step)
    {
        double sum = 0;
        foreach (CuttingPlane plane in _planes)
        {
            double term = (plane.Dual - Math.Max(0, plane.Dual + (step * plane.Residual(blocks)))) / step;
            sum += term * term;
        }

        return sum;
    }

    /// <summary>The planes by name, without their duals.</summary>
    /// <param name="plane">What a plane is called, such as <c>plane</c>.</param>
    public IEnumerable<StateEntry> Inspect(string plane)
    {
        for (int l = 0; l < _planes.Count; l++)
        {
            yield return new StateEntry($"{plane}-offset-{l}", FlatVector.Of(_planes[l].Offset));
            yield return new StateEntry($"{plane}-previous-dual-{l}", FlatVector.Of(_planes[l].PreviousDual, _planes[l].DualUpdates));
            for (int b = 0; b < _planes[l].Slopes.Length; b++)
            {
                yield return new StateEntry($"{plane}-slope-{l}-{b}", _planes[l].Slopes[b]);
            }
        }
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

    /// <summary>Replaces all planes by those read, whose slopes must be as long as the blocks of a point.</summary>
    /// <exception cref="InvalidDataException">One is not.</exception>
    public void Restore(SnapshotReader reader, FlatVector[] blocks)
    {
        Restore(reader, blocks.Length);
        foreach (CuttingPlane plane in _planes)
        {
            for (int b = 0; b < blocks.Length; b++)
            {
                VectorCheck.Require(plane.Slopes[b], blocks[b].Length, "a plane's slope");
            }
        }
    }
}
