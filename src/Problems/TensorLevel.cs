using System.Numerics;
using ActorFed.Algorithms.Numerics;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>One level of a problem written on tensors: its variable as a list of parameters, its loss on each shard, and where it starts.</summary>
/// <typeparam name="T">The precision of the losses, <c>float</c> or <c>double</c>.</typeparam>
public sealed record TensorLevel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The parameters, which lie one after the other in the level's vector.</summary>
    public required ParameterLayout Layout { get; init; }

    /// <summary>
    /// Gives the loss of this level on a shard, in [0, shard count). Called once per oracle; what it captures, such as the shard's
    /// <see cref="TensorRows{T}"/>, is shared by oracles on several threads and must not change.
    /// </summary>
    /// <remarks>The loss must be a scalar, and a function of the variables alone: equal questions have equal answers.</remarks>
    public required Func<int, LevelLoss<T>> Loss { get; init; }

    /// <summary>Draws a starting point; none: zeros.</summary>
    public Func<SeededRandom, FlatVector>? Initial { get; init; }

    /// <summary>A starting point, checked.</summary>
    /// <exception cref="ArgumentException">It has not the layout's length, or is not finite.</exception>
    internal FlatVector Start(SeededRandom random, string problem, string level)
    {
        FlatVector start = Initial?.Invoke(random) ?? FlatVector.Zeros(Layout.Length);
        if (start.Length != Layout.Length || !VectorMath.IsFinite(start.Span))
        {
            throw new ArgumentException(
                $"The starting point of the {level} level of '{problem}' has length {start.Length}; it must be {Layout.Length}, the length of "
                + "the level's layout, and all its entries finite.");
        }

        return start;
    }
}

/// <summary>A test metric written on tensors.</summary>
/// <param name="Name">Its name, in kebab case, such as <c>test-loss</c>.</param>
/// <param name="Value">Gives it as a scalar of the variables of all levels.</param>
public sealed record TensorMeasure<T>(string Name, LevelLoss<T> Value)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
