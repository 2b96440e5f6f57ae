using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Algorithms.Decentralized;

/// <summary>How second derivatives of the lower loss are multiplied by a vector z.</summary>
public enum ProductMode
{
    /// <summary>The oracle's products.</summary>
    Exact,

    /// <summary>(∇g(y + δz) − ∇g(y − δz)) / 2δ: two gradients, an error of order δ² ‖z‖³.</summary>
    CentralDifference,

    /// <summary>(∇g(y + δz) − ∇g(y)) / δ: one further gradient, an error of order δ ‖z‖².</summary>
    ForwardDifference,
}

/// <summary>
/// The three directions of single-loop bilevel descent on one shard: v = ∂g/∂y, p = (∂²g/∂y²) z − ∂G/∂y and u = ∂G/∂x − (∂²g/∂y∂x)ᵀ z, where z
/// stands for the solution of the linear system behind the hypergradient. Not thread-safe.
/// </summary>
/// <remarks>Gradients at the point asked last are kept, so that directions at one point share them.</remarks>
public sealed class BilevelDirections
{
    private readonly IBilevelOracle _oracle;
    private readonly ProductMode _mode;
    private readonly double _radius;
    private readonly bool _isRescaled;
    private readonly double[] _upperInUpper;  // ∂G/∂x
    private readonly double[] _upperInLower;  // ∂G/∂y
    private readonly double[] _lowerInUpper;  // ∂g/∂x, for forward differences
    private readonly double[] _lowerInLower;  // ∂g/∂y
    private readonly double[] _product;       // (∂²g/∂y∂x)ᵀ z
    private readonly double[] _moved;         // y ± δz
    private readonly double[] _behindInUpper; // ∇g at y − δz
    private readonly double[] _behindInLower;
    private (FlatVector X, FlatVector Y)? _upperAt;
    private (FlatVector X, FlatVector Y)? _lowerAt;

    /// <summary>Directions of one shard.</summary>
    /// <param name="oracle">Its losses; owned from now on.</param>
    /// <param name="mode">How products are made.</param>
    /// <param name="radius">δ, more than 0; for differences.</param>
    /// <param name="isRescaled">Whether δ is divided by ‖z‖ where that is more than 1.</param>
    public BilevelDirections(IBilevelOracle oracle, ProductMode mode, double radius, bool isRescaled)
    {
        (_oracle, _mode, _radius, _isRescaled) = (oracle, mode, radius, isRescaled);
        (_upperInUpper, _upperInLower) = (new double[oracle.UpperLength], new double[oracle.LowerLength]);
        (_lowerInUpper, _lowerInLower) = (new double[oracle.UpperLength], new double[oracle.LowerLength]);
        (_product, _moved) = (new double[oracle.UpperLength], new double[oracle.LowerLength]);
        (_behindInUpper, _behindInLower) = (new double[oracle.UpperLength], new double[oracle.LowerLength]);
    }

    /// <summary>G where it was asked last.</summary>
    public double UpperLoss { get; private set; } = double.NaN;

    /// <summary>g where it was asked last.</summary>
    public double LowerLoss { get; private set; } = double.NaN;

    /// <summary>v at (x, y).</summary>
    public FlatVector Lower(FlatVector x, FlatVector y)
    {
        AskLower(x, y);
        return FlatVector.CopyOf(_lowerInLower);
    }

    /// <summary>p at (x, y, z).</summary>
    public FlatVector Auxiliary(FlatVector x, FlatVector y, FlatVector z) => Auxiliary(x, y, z, []);

    /// <summary>u at (x, y, z).</summary>
    public FlatVector Upper(FlatVector x, FlatVector y, FlatVector z)
    {
        AskUpper(x, y);
        Multiply(x, y, z, _product, []);
        return Upper();
    }

    /// <summary>p and u at the same (x, y, z), which differences make of the same gradients.</summary>
    public (FlatVector Auxiliary, FlatVector Upper) AuxiliaryAndUpper(FlatVector x, FlatVector y, FlatVector z) =>
        (Auxiliary(x, y, z, _product), Upper());

    private FlatVector Auxiliary(FlatVector x, FlatVector y, FlatVector z, double[] cross)
    {
        AskUpper(x, y);
        return FlatVector.Create(z.Length, values =>
        {
            Multiply(x, y, z, cross, values);
            VectorMath.AddScaled(-1, _upperInLower, values);
        });
    }

    private FlatVector Upper() => FlatVector.Combine(new(1, _upperInUpper), new(-1, _product));

    private void AskUpper(FlatVector x, FlatVector y)
    {
        if (_upperAt is var (atX, atY) && ReferenceEquals(atX, x) && ReferenceEquals(atY, y))
        {
            return;
        }

        _upperAt = null;
        Span<double> inUpper = _oracle.UpperLossDependsOnUpper ? _upperInUpper : [];
        UpperLoss = _oracle.UpperLoss(x.Span, y.Span, inUpper, _upperInLower);
        _upperAt = (x, y);
    }

    private void AskLower(FlatVector x, FlatVector y)
    {
        if (_lowerAt is var (atX, atY) && ReferenceEquals(atX, x) && ReferenceEquals(atY, y))
        {
            return;
        }

        _lowerAt = null;
        Span<double> inUpper = _mode == ProductMode.ForwardDifference ? _lowerInUpper : [];
        LowerLoss = _oracle.LowerLoss(x.Span, y.Span, inUpper, _lowerInLower);
        _lowerAt = (x, y);
    }

    /// <summary>(∂²g/∂y∂x)ᵀ z and (∂²g/∂y²) z, each unless its span is empty.</summary>
    private void Multiply(FlatVector x, FlatVector y, FlatVector z, Span<double> cross, Span<double> hessian)
    {
        if (_mode == ProductMode.Exact)
        {
            if (!cross.IsEmpty)
            {
                _oracle.LowerCrossProduct(x.Span, y.Span, z.Span, cross);
            }

            if (!hessian.IsEmpty)
            {
                _oracle.LowerHessianProduct(x.Span, y.Span, z.Span, hessian);
            }

            return;
        }

        double radius = _isRescaled ? _radius / Math.Max(1, VectorMath.Norm(z.Span)) : _radius;
        double distance = radius;
        Span<double> behindInUpper = _behindInUpper.AsSpan(0, cross.Length);
        Span<double> behindInLower = _behindInLower.AsSpan(0, hessian.Length);
        if (_mode == ProductMode.CentralDifference)
        {
            distance = 2 * radius;
            Ask(x, y, z, -radius, behindInUpper, behindInLower);
        }
        else
        {
            AskLower(x, y);
            _lowerInUpper.AsSpan(0, cross.Length).CopyTo(behindInUpper);
            _lowerInLower.AsSpan(0, hessian.Length).CopyTo(behindInLower);
        }

        Ask(x, y, z, radius, cross, hessian);
        Quotient(cross, behindInUpper, distance);
        Quotient(hessian, behindInLower, distance);
    }

    private void Ask(FlatVector x, FlatVector y, FlatVector z, double radius, Span<double> inUpper, Span<double> inLower)
    {
        VectorMath.Combine([new Term(1, y), new Term(radius, z)], _moved);
        _oracle.LowerLoss(x.Span, _moved, inUpper, inLower);
    }

    private static void Quotient(Span<double> ahead, ReadOnlySpan<double> behind, double distance)
    {
        VectorMath.AddScaled(-1, behind, ahead);
        VectorMath.Scale(1 / distance, ahead);
    }
}
