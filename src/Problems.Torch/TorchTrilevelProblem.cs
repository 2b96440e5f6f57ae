using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Tensors;
using static TorchSharp.torch;

namespace ActorFed.Problems.Torch;

/// <summary>A trilevel problem whose oracles compute on libtorch. Starting points and test metrics are those of the managed problem.</summary>
/// <param name="managed">The same problem on managed oracles.</param>
internal sealed class TorchTrilevelProblem(ITrilevelProblem managed) : ITrilevelProblem
{
    /// <summary>What error messages call it.</summary>
    public required string Name { get; init; }

    /// <summary>Where to compute.</summary>
    public required TorchRuntime Runtime { get; init; }

    /// <summary>Float32 or Float64.</summary>
    public ScalarType Type { get; init; } = ScalarType.Float32;

    /// <summary>The three variables, the upper one first.</summary>
    public required ImmutableArray<ParameterLayout> Layouts { get; init; }

    /// <summary>Gives the three losses on a shard.</summary>
    public required Func<int, (TorchLoss Upper, TorchLoss Middle, TorchLoss Lower)> Losses { get; init; }

    public int UpperLength => managed.UpperLength;

    public int MiddleLength => managed.MiddleLength;

    public int LowerLength => managed.LowerLength;

    public int ShardCount => managed.ShardCount;

    public ITrilevelOracle CreateOracle(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        (TorchLoss upper, TorchLoss middle, TorchLoss lower) = Losses(shard);
        return new TorchTrilevelOracle(
            new TorchQueries($"'{Name}' on shard {shard}", Runtime, Type, [.. Layouts], ["upper", "middle", "lower"], [upper, middle, lower]));
    }

    public FlatVector InitialUpper(SeededRandom random) => managed.InitialUpper(random);

    public FlatVector InitialMiddle(SeededRandom random) => managed.InitialMiddle(random);

    public FlatVector InitialLower(SeededRandom random) => managed.InitialLower(random);

    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector middle, FlatVector lower) => managed.Evaluate(upper, middle, lower);

    public void CheckShard(int shard) => managed.CheckShard(shard);
}
