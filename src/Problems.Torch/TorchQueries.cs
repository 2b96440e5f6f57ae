using System.Diagnostics.CodeAnalysis;
using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors;
using static TorchSharp.torch;

namespace ActorFed.Problems.Torch;

/// <summary>The variables of all levels, for a loss; the upper one is number 0.</summary>
internal readonly struct TorchLevels(TorchVariable[] variables)
{
    /// <summary>The parameters of a level.</summary>
    public Tensor[] this[int level] => variables[level].Parameters();

    /// <summary>All entries of a level.</summary>
    public Tensor Flat(int level) => variables[level].Flat;
}

/// <summary>A loss as a scalar of the variables; equal questions have equal answers.</summary>
internal delegate Tensor TorchLoss(TorchLevels levels);

/// <summary>What oracles over libtorch share: the variables, one loss per level, and derivatives up to the second.</summary>
/// <param name="place">What error messages call the problem and shard.</param>
/// <param name="runtime">Where to compute.</param>
/// <param name="type">Float32 or Float64.</param>
/// <param name="layouts">The parameters of the levels, the upper one first.</param>
/// <param name="names">What error messages call the levels.</param>
/// <param name="losses">One per level.</param>
internal sealed class TorchQueries(
    string place, TorchRuntime runtime, ScalarType type, ParameterLayout[] layouts, string[] names, TorchLoss[] losses)
{
    private readonly TorchVariable[] _variables = [.. layouts.Select(layout => new TorchVariable(runtime, layout, type))];

    // What a loss or a slope was found not to depend on is not asked for again: TorchSharp counts the answer as a tensor for good.
    private readonly HashSet<(int Level, int Variable)> _unusedInLoss = [];
    private readonly HashSet<(int Level, int Variable)> _unusedInSlope = [];

    /// <summary>Length of a level's variable.</summary>
    public int Length(int level) => layouts[level].Length;

    /// <summary>Sets the variable of a level.</summary>
    public void Read(int level, ReadOnlySpan<double> values) => _variables[level].Read(values);

    /// <summary>The loss of a level.</summary>
    public double Loss(int level)
    {
        using IDisposable scope = runtime.Enter();
        using IDisposable mode = no_grad();
        return ValueOf(losses[level](new TorchLevels(_variables)));
    }

    /// <summary>The loss of a level and its gradients.</summary>
    /// <param name="level">Whose loss.</param>
    /// <param name="first">Out: the gradient in variable 0; or empty when it is not wanted. Likewise the others.</param>
    /// <param name="second">Of variable 1.</param>
    /// <param name="third">Of variable 2.</param>
    /// <exception cref="ArithmeticException">A gradient is not finite, while the loss is; where that is not either, the caller sees it.</exception>
    public double Gradients(int level, Span<double> first, Span<double> second, Span<double> third = default)
    {
        using IDisposable scope = runtime.Enter();
        Tensor loss = losses[level](new TorchLevels(_variables));
        double value = ValueOf(loss);
        first.Clear();
        second.Clear();
        third.Clear();
        int[] lengths = [first.Length, second.Length, third.Length];
        int[] wanted = [.. Enumerable.Range(0, _variables.Length).Where(variable => lengths[variable] > 0 && !_unusedInLoss.Contains((level, variable)))];
        if (wanted.Length > 0 && loss.requires_grad)
        {
            IList<Tensor> gradients = autograd.grad([loss], [.. wanted.Select(variable => _variables[variable].Flat)], allow_unused: true);
            for (int i = 0; i < wanted.Length; i++)
            {
                Span<double> target = wanted[i] switch { 0 => first, 1 => second, _ => third };
                if (!gradients[i].IsInvalid)
                {
                    Write(gradients[i], target, value, level, wanted[i], "gradient");
                }
                else
                {
                    _unusedInLoss.Add((level, wanted[i]));
                }
            }
        }

        return value;
    }

    /// <summary>The gradient in a variable of the slope of a loss along a direction in its own level's variable.</summary>
    /// <param name="level">Whose loss.</param>
    /// <param name="direction">v, as long as the level's variable.</param>
    /// <param name="result">The variable.</param>
    /// <param name="product">Out: ∂/∂(that variable) of vᵀ (gradient in the level's own variable).</param>
    /// <remarks>A loss depends on the variable of its own level.</remarks>
    /// <exception cref="ArithmeticException">As <see cref="Gradients"/>.</exception>
    public void Product(int level, ReadOnlySpan<double> direction, int result, Span<double> product)
    {
        product.Clear();
        if (_unusedInSlope.Contains((level, result)))
        {
            return;
        }

        using IDisposable scope = runtime.Enter();
        Tensor loss = losses[level](new TorchLevels(_variables));

        // TorchSharp frees the first graph unless it is told to keep it, even where it makes a second one.
        Tensor gradient = autograd.grad([loss], [_variables[level].Flat], retain_graph: true, create_graph: true)[0];
        if (gradient.requires_grad) // else the loss is linear in the level's variable
        {
            Tensor slope = autograd.grad([gradient], [_variables[result].Flat], [_variables[level].Constant(direction)], allow_unused: true)[0];
            if (!slope.IsInvalid)
            {
                Write(slope, product, ValueOf(loss), level, result, "second derivative");
                return;
            }
        }

        _unusedInSlope.Add((level, result));
    }

    private static double ValueOf(Tensor loss) => loss.dtype == ScalarType.Float64 ? loss.item<double>() : loss.item<float>();

    private void Write(Tensor derivative, Span<double> target, double loss, int level, int variable, string what)
    {
        TorchVariable.CopyTo(derivative, target);
        int index = VectorMath.IndexOfNonFinite(target);
        if (index >= 0 && double.IsFinite(loss))
        {
            ThrowDerivative(level, variable, what, index, target[index]);
        }
    }

    [DoesNotReturn]
    private void ThrowDerivative(int level, int variable, string what, int index, double value) => throw new ArithmeticException(
        $"Entry {index} of the {what} of the {names[level]} loss of {place} in the {names[variable]} variable is {value}, while the loss is finite. "
        + "Look for a square root, logarithm or quotient at 0.");
}
