using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Tensors;
using static TorchSharp.torch;

namespace ActorFed.Problems.Torch;

/// <summary>A bilevel problem whose oracles compute on libtorch. Starting points and test metrics are those of the managed problem.</summary>
/// <param name="managed">The same problem on managed oracles.</param>
internal sealed class TorchBilevelProblem(IBilevelProblem managed) : IBilevelProblem
{
    /// <summary>What error messages call it.</summary>
    public required string Name { get; init; }

    /// <summary>Where to compute.</summary>
    public required TorchRuntime Runtime { get; init; }

    /// <summary>Float32 or Float64.</summary>
    public ScalarType Type { get; init; } = ScalarType.Float32;

    /// <summary>Whether ∂G/∂x can differ from zero.</summary>
    public bool UpperLossDependsOnUpper { get; init; }

    /// <summary>The upper variable.</summary>
    public required ParameterLayout Upper { get; init; }

    /// <summary>The lower variable.</summary>
    public required ParameterLayout Lower { get; init; }

    /// <summary>Gives the upper and the lower loss on a shard.</summary>
    public required Func<int, (TorchLoss Upper, TorchLoss Lower)> Losses { get; init; }

    public int UpperLength => managed.UpperLength;

    public int LowerLength => managed.LowerLength;

    public int ShardCount => managed.ShardCount;

    public IBilevelOracle CreateOracle(int shard)
    {
        OracleArguments.RequireShard(shard, ShardCount);
        (TorchLoss upper, TorchLoss lower) = Losses(shard);
        return new TorchBilevelOracle(
            new TorchQueries($"'{Name}' on shard {shard}", Runtime, Type, [Upper, Lower], ["upper", "lower"], [upper, lower]), UpperLossDependsOnUpper);
    }

    public FlatVector InitialUpper(SeededRandom random) => managed.InitialUpper(random);

    public FlatVector InitialLower(SeededRandom random) => managed.InitialLower(random);

    public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower) => managed.Evaluate(upper, lower);

    public void CheckShard(int shard) => managed.CheckShard(shard);
}
