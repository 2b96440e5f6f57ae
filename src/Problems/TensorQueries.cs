using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>What oracles over tensors share: the variables on a tape, one loss per level, and checks of what the losses return.</summary>
/// <param name="place">What error messages call the problem and shard.</param>
/// <param name="layouts">The parameters of the levels, the upper one first.</param>
/// <param name="names">What error messages call the levels.</param>
/// <param name="losses">One per level.</param>
internal sealed class TensorQueries<T>(string place, ParameterLayout[] layouts, string[] names, LevelLoss<T>[] losses)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Levels<T> _levels = new(layouts);
    private bool _isFinite; // the loss that was evaluated last

    /// <summary>Bytes held for values; stops growing after the first calls.</summary>
    public long CapacityBytes => _levels.Tape.CapacityBytes;

    /// <summary>Length of a level's variable.</summary>
    public int Length(int level) => layouts[level].Length;

    /// <summary>Evaluates the loss of a level; afterwards it can be differentiated.</summary>
    /// <param name="level">Whose loss.</param>
    /// <param name="first">The upper variable.</param>
    /// <param name="second">The variable below it.</param>
    /// <param name="third">The variable below that; unused where there are two levels.</param>
    /// <exception cref="ArgumentException">The loss is no scalar.</exception>
    public Tensor<T> Loss(int level, ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> third)
    {
        _levels.Begin();
        _levels.Read(0, first);
        _levels.Read(1, second);
        if (layouts.Length > 2)
        {
            _levels.Read(2, third);
        }

        Tensor<T> loss = losses[level](_levels);
        if (loss.Shape.Count != 1)
        {
            ThrowShape(level, loss.Shape);
        }

        _isFinite = T.IsFinite(loss.Scalar);
        return loss;
    }

    /// <summary>Requires that the losses of all levels are finite.</summary>
    /// <exception cref="ArgumentException">A loss is no scalar.</exception>
    /// <exception cref="ArithmeticException">A loss is not finite.</exception>
    public void Check(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> third)
    {
        for (int level = 0; level < losses.Length; level++)
        {
            T value = Loss(level, first, second, third).Scalar;
            if (!_isFinite)
            {
                throw new ArithmeticException(
                    $"The {names[level]} loss of {place} is {value} at a starting point; it must be finite. Keep the arguments of exponentials, "
                    + "logarithms and quotients in their range, and the data finite.");
            }
        }
    }

    /// <summary>Computes the gradients of a loss in every level, for <see cref="Write"/>.</summary>
    public void Differentiate(Tensor<T> loss) => _levels.Differentiate(loss);

    /// <summary>Computes the gradient of a loss in one level, for <see cref="Write"/>.</summary>
    public void Differentiate(Tensor<T> loss, int level) => _levels.Differentiate(loss, level);

    /// <summary>Copies the gradient of the loss of <paramref name="level"/> in the variable of <paramref name="variable"/>; nothing when the target is empty.</summary>
    /// <exception cref="ArithmeticException">It is not finite, while the loss is; where that is not either, the caller sees it.</exception>
    public void Write(int level, int variable, Span<double> target)
    {
        _levels.WriteGradient(variable, target);
        RequireFinite(level, variable, target, "gradient");
    }

    /// <summary>The gradient in <paramref name="result"/>'s variable of the slope of a loss along a direction in its own level's variable.</summary>
    /// <exception cref="ArithmeticException">It is not finite, while the loss is; where that is not either, the caller sees it.</exception>
    public void Product(int level, Tensor<T> loss, ReadOnlySpan<double> direction, int result, Span<double> product)
    {
        _levels.Product(loss, level, direction, result, product);
        RequireFinite(level, result, product, "second derivative");
    }

    private void RequireFinite(int level, int variable, ReadOnlySpan<double> values, string what)
    {
        int index = VectorMath.IndexOfNonFinite(values);
        if (index >= 0 && _isFinite)
        {
            ThrowDerivative(level, variable, what, index, values[index]);
        }
    }

    [DoesNotReturn]
    private void ThrowShape(int level, Shape shape) => throw new ArgumentException(
        $"The {names[level]} loss of {place} is a tensor of shape {shape}; a loss must be a scalar. End it with Sum() or Mean().");

    [DoesNotReturn]
    private void ThrowDerivative(int level, int variable, string what, int index, double value) => throw new ArithmeticException(
        $"Entry {index} of the {what} of the {names[level]} loss of {place} in the {names[variable]} variable is {value}, while the loss is finite. "
        + "Look for a square root, logarithm or quotient at 0.");
}
