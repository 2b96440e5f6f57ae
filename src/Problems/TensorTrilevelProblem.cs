using System.Collections.Immutable;
using System.Numerics;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;

namespace ActorFed.Problems;

/// <summary>A trilevel problem whose losses are written on tensors.</summary>
/// <typeparam name="T">The precision of the losses, <c>float</c> or <c>double</c>; vectors are double.</typeparam>
public sealed class TensorTrilevelProblem<T> : ITrilevelProblem
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lazy<TensorMeasures<T>> _measures;

    /// <summary>A problem of the parts that are set.</summary>
    public TensorTrilevelProblem() =>
        _measures = new(() => new TensorMeasures<T>([Upper!.Layout, Middle!.Layout, Lower!.Layout], Measures));

    /// <summary>What error messages call it.</summary>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public required int ShardCount { get; init; }

    /// <summary>The upper level, number 0 of the levels that losses are given.</summary>
    public required TensorLevel<T> Upper { get; init; }

    /// <summary>The middle level, number 1.</summary>
    public required TensorLevel<T> Middle { get; init; }

    /// <summary>The lower level, number 2.</summary>
    public required TensorLevel<T> Lower { get; init; }

    /// <summary>Test metrics; empty when there are none.</summary>
    public ImmutableArray<TensorMeasure<T>> Measures { get; init; } = [];

    /// <inheritdoc/>
    public int UpperLength => Upper.Layout.Length;

    /// <inheritdoc/>
    public int MiddleLength => Middle.Layout.Length;

    /// <inheritdoc/>
    public int LowerLength => Lower.Layout.Length;

    /// <inheritdoc cref="ITrilevelProblem.CreateOracle"/>
    public TensorTrilevelOracle<T> CreateOracle(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        return new TensorTrilevelOracle<T>(
            $"'{Name}' on shard {shard}",
            (Upper.Layout, Upper.Loss(shard)),
            (Middle.Layout, Middle.Loss(shard)),
            (Lower.Layout, Lower.Loss(shard)));
    }

    /// <inheritdoc/>
    ITrilevelOracle ITrilevelProblem.CreateOracle(int shard) => CreateOracle(shard);

    /// <inheritdoc/>
    public FlatVector InitialUpper(SeededRandom random) => Upper.Start(random, Name, "upper");

    /// <inheritdoc/>
    public FlatVector InitialMiddle(SeededRandom random) => Middle.Start(random, Name, "middle");

    /// <inheritdoc/>
    public FlatVector InitialLower(SeededRandom random) => Lower.Start(random, Name, "lower");

    /// <inheritdoc/>
    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector middle, FlatVector lower) =>
        _measures.Value.Evaluate(upper, middle, lower);

    /// <summary>Evaluates the three losses at a starting point, so that a loss that cannot be used is found before a run.</summary>
    /// <inheritdoc cref="IProblem.CheckShard" path="/param"/>
    /// <exception cref="ArgumentException">A loss is no scalar, or a starting point has not its level's length.</exception>
    /// <exception cref="ArithmeticException">A loss is not finite.</exception>
    public void CheckShard(int shard)
    {
        SeededRandom random = new(0, "check");
        CreateOracle(shard).Check(new TrilevelPoint(InitialUpper(random), InitialMiddle(random), InitialLower(random)));
    }
}
