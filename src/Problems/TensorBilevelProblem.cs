using System.Collections.Immutable;
using System.Numerics;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>A bilevel problem whose losses are written on tensors.</summary>
/// <typeparam name="T">The precision of the losses, <c>float</c> or <c>double</c>; vectors are double.</typeparam>
public sealed class TensorBilevelProblem<T> : IBilevelProblem
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lazy<TensorMeasures<T>> _measures;

    /// <summary>A problem of the parts that are set.</summary>
    public TensorBilevelProblem() => _measures = new(() => new TensorMeasures<T>([Upper!.Layout, Lower!.Layout], Measures));

    /// <summary>What error messages call it.</summary>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public required int ShardCount { get; init; }

    /// <summary>The upper level; its loss is G, often over validation data.</summary>
    public required TensorLevel<T> Upper { get; init; }

    /// <summary>The lower level; its loss is g, often over training data. It is number 1 of the levels that losses are given.</summary>
    public required TensorLevel<T> Lower { get; init; }

    /// <summary>Whether ∂G/∂x can differ from zero; see <see cref="IBilevelOracle.UpperLossDependsOnUpper"/>.</summary>
    public bool UpperLossDependsOnUpper { get; init; } = true;

    /// <summary>Test metrics; empty when there are none.</summary>
    public ImmutableArray<TensorMeasure<T>> Measures { get; init; } = [];

    /// <inheritdoc/>
    public int UpperLength => Upper.Layout.Length;

    /// <inheritdoc/>
    public int LowerLength => Lower.Layout.Length;

    /// <inheritdoc cref="IBilevelProblem.CreateOracle"/>
    public TensorBilevelOracle<T> CreateOracle(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        return new TensorBilevelOracle<T>(
            $"'{Name}' on shard {shard}", (Upper.Layout, Upper.Loss(shard)), (Lower.Layout, Lower.Loss(shard)), UpperLossDependsOnUpper);
    }

    /// <inheritdoc/>
    IBilevelOracle IBilevelProblem.CreateOracle(int shard) => CreateOracle(shard);

    /// <inheritdoc/>
    public FlatVector InitialUpper(SeededRandom random) => Upper.Start(random, Name, "upper");

    /// <inheritdoc/>
    public FlatVector InitialLower(SeededRandom random) => Lower.Start(random, Name, "lower");

    /// <inheritdoc/>
    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower) => _measures.Value.Evaluate(upper, lower);

    /// <summary>Evaluates both losses at a starting point, so that a loss that cannot be used is found before a run.</summary>
    /// <inheritdoc cref="IProblem.CheckShard" path="/param"/>
    /// <exception cref="ArgumentException">A loss is no scalar, or a starting point has not its level's length.</exception>
    /// <exception cref="ArithmeticException">A loss is not finite.</exception>
    public void CheckShard(int shard)
    {
        SeededRandom random = new(0, "check");
        CreateOracle(shard).Check(InitialUpper(random).Span, InitialLower(random).Span);
    }
}
