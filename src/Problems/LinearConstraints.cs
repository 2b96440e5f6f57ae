using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Problems;

/// <summary>A x = c, with an x that satisfies it; rows of A may depend on each other.</summary>
internal sealed class LinearConstraints
{
    private const double Dependent = 1e-10; // share of a row's norm that is left where it depends on those before it

    private readonly double[] _coefficients; // A, p × N
    private readonly int _length;
    private readonly List<double[]> _directions = []; // orthonormal: a basis of the rows
    private readonly List<double> _offsets = [];      // what each direction's product with x must be

    /// <summary>Constraints that can be met.</summary>
    /// <param name="coefficients">A, row by row.</param>
    /// <param name="length">N, length of x.</param>
    /// <param name="rightSide">c, one number per row; empty for zeros.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a constraint is infeasible; the message says which.</exception>
    public LinearConstraints(double[] coefficients, int length, ImmutableArray<double> rightSide)
    {
        int count = coefficients.Length / length;
        (_coefficients, _length) = (coefficients, length);
        RightSide = rightSide.IsEmpty ? new double[count] : [.. rightSide];
        if (RightSide.Length != count)
        {
            throw new ArgumentException($"{nameof(CoupledQuadraticOptions.RightSide)} has {RightSide.Length} numbers; it must have {count}, one per constraint.");
        }

        for (int k = 0; k < count; k++)
        {
            Add(k);
        }
    }

    /// <summary>c; length p.</summary>
    public double[] RightSide { get; }

    /// <summary>Makes rows orthonormal, one after the other.</summary>
    /// <param name="rows">In: independent rows. Out: orthonormal ones.</param>
    /// <param name="length">Of a row.</param>
    public static void Orthonormalise(double[] rows, int length)
    {
        for (int k = 0; k < rows.Length / length; k++)
        {
            Span<double> row = rows.AsSpan(k * length, length);
            for (int twice = 0; twice < 2; twice++) // once leaves rounding behind
            {
                for (int before = 0; before < k; before++)
                {
                    ReadOnlySpan<double> other = rows.AsSpan(before * length, length);
                    VectorMath.AddScaled(-VectorMath.Dot(other, row), other, row);
                }
            }

            VectorMath.Scale(1 / VectorMath.Norm(row), row);
        }
    }

    /// <summary>The columns of A for some entries of x, row by row.</summary>
    public FlatVector ColumnsOf(int from, int count) => FlatVector.Create(RightSide.Length * count, columns =>
    {
        for (int k = 0; k < RightSide.Length; k++)
        {
            _coefficients.AsSpan((k * _length) + from, count).CopyTo(columns[(k * count)..]);
        }
    });

    /// <summary>The nearest point that satisfies the constraints.</summary>
    public double[] Project(ReadOnlySpan<double> point)
    {
        double[] projected = point.ToArray();
        for (int twice = 0; twice < 2; twice++)
        {
            for (int k = 0; k < _directions.Count; k++)
            {
                VectorMath.AddScaled(_offsets[k] - VectorMath.Dot(_directions[k], projected), _directions[k], projected);
            }
        }

        return projected;
    }

    /// <summary>The largest entry of |A x − c|.</summary>
    public double Error(ReadOnlySpan<double> point)
    {
        double error = 0;
        for (int k = 0; k < RightSide.Length; k++)
        {
            error = Math.Max(error, Math.Abs(VectorMath.Dot(_coefficients.AsSpan(k * _length, _length), point) - RightSide[k]));
        }

        return error;
    }

    /// <summary>Where ½ xᵀ Q x − bᵀ x is least among all x that satisfy the constraints.</summary>
    /// <param name="hessian">Q, positive definite.</param>
    /// <param name="linear">b.</param>
    public double[] Minimise(double[] hessian, double[] linear)
    {
        CholeskyFactor factor = new(hessian, _length);
        double[] solution = [.. linear];
        factor.Solve(solution);
        int count = _directions.Count;
        double[][] solved = [.. _directions.Select(direction =>
        {
            double[] column = [.. direction];
            factor.Solve(column);
            return column;
        })];
        double[] schur = new double[count * count]; // D Q⁻¹ Dᵀ, D the directions
        double[] dual = new double[count];
        for (int k = 0; k < count; k++)
        {
            dual[k] = VectorMath.Dot(_directions[k], solution) - _offsets[k];
            for (int l = 0; l < count; l++)
            {
                schur[(k * count) + l] = VectorMath.Dot(_directions[k], solved[l]);
            }
        }

        new CholeskyFactor(schur, count).Solve(dual);
        for (int k = 0; k < count; k++)
        {
            VectorMath.AddScaled(-dual[k], solved[k], solution);
        }

        return solution;
    }

    /// <summary>Takes a row in: what is left of it beside those before, which must be something, or must agree with them.</summary>
    private void Add(int k)
    {
        double[] row = _coefficients.AsSpan(k * _length, _length).ToArray();
        double norm = VectorMath.Norm(row);
        double offset = RightSide[k];
        for (int twice = 0; twice < 2; twice++)
        {
            for (int before = 0; before < _directions.Count; before++)
            {
                double share = VectorMath.Dot(_directions[before], row);
                VectorMath.AddScaled(-share, _directions[before], row);
                offset -= share * _offsets[before];
            }
        }

        double left = VectorMath.Norm(row);
        if (left > Dependent * norm)
        {
            VectorMath.Scale(1 / left, row);
            _directions.Add(row);
            _offsets.Add(offset / left);
        }
        else if (Math.Abs(offset) > Dependent * Math.Max(1, Math.Abs(RightSide[k])))
        {
            string why = norm == 0 ? "all its coefficients are 0" : "its coefficients depend on those of the constraints before it";
            throw new ArgumentException($"coupling constraint {k} is infeasible: {why}, so that its right side must be {RightSide[k] - offset}, and it is {RightSide[k]}.");
        }
    }
}
